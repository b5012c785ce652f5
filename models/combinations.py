"""The models that are made of finished runs."""

from models.registry import MODELS

COMBINING = frozenset(key for key, spec in MODELS.items() if spec.combines_runs)
"""Their keys."""
