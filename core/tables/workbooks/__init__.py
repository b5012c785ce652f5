"""How a sheet of a workbook becomes a table."""
