"""Transformers of our own, between a raw table and scikit-learn's.

They follow scikit-learn's conventions (clone, parameters, feature names) by its base classes, so these modules are
imported only where a pipeline is built. The script of a run holds those that it needs, as they stand here: beside each
other they use NumPy, pandas and scikit-learn alone.
"""
