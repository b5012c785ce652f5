"""Formulas that people write: parsed and typed by us, translated to SQL and to pandas, never executed as code."""
