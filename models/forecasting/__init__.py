"""Forecasters of one series: what they see of the past, how they step ahead, how sure they are.

They are no row-by-row regressors, since a forecast depends on the values before it; beside ``fit`` and ``predict`` they
have ``forecast_from``, which starts at any moment and looks at nothing after it.
"""
