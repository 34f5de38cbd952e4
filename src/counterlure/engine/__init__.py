"""Set work on tables too large for the case: one SQL text, run by DuckDB or by Spark; nobody above asks which."""
