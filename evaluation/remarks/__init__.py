"""Remarks on a training: each a pure function of what is known of it so far."""
