"""Texts that are nearly the same, found among many without comparing every two."""
