"""Set work on files too large for the case, in DuckDB: in memory and bounded."""
