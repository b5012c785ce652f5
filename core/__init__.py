"""Vocabulary and pure logic; imports nothing of ours."""
