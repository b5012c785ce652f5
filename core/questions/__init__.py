"""Questions in plain English about one dataset: rules that turn them into a query, a chart, a test or a profile."""
