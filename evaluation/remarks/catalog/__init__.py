"""One file a remark."""
