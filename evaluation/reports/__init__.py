"""What a finished run amounts to, on one page that stands alone."""
