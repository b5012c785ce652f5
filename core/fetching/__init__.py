"""Fetching files over HTTP from addresses that people type: bounded in size and time, and to public hosts only."""
