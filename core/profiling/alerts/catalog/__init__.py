"""One file an alert."""
