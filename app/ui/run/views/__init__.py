"""What can be looked at of a run that has a result: one file, one view."""
