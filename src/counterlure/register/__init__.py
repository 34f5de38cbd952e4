"""Company registers: read from public bulk files, indexed, and asked whether an employer stands in them."""
