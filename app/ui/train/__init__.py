"""Parts of the Train page: each draws its widgets and returns plain values."""
