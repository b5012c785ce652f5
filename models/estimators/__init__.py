"""Estimators of our own, which follow scikit-learn's conventions and pass its checks."""
