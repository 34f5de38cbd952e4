"""The case: one directory that holds what was handed in, what was found and what was decided."""
