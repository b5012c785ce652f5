"""Where a dataset's rows come from when they are not an uploaded file."""
