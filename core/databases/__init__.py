"""Databases that people have elsewhere: read with their own drivers, in batches, and never written to."""
