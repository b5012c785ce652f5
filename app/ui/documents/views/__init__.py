"""What can be done with a collection: one file, one view."""
