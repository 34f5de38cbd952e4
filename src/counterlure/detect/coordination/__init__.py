"""Who acts together: the same people reached, the same words used."""
