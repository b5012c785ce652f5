"""How delimited text becomes a table: encoding, dialect, types, repair, reading."""
