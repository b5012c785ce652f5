"""From raw columns to the numbers that estimators learn from; fitted on training rows only."""
