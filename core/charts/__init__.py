"""Charts of datasets: one file each, aggregated in the engine, drawn as plain Plotly figures."""
