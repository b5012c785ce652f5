"""Judging retrieval and answers: question sets, what counts as found, reports."""
