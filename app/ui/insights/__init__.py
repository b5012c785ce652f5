"""Parts of the Insights page, and what other pages show of insights."""
