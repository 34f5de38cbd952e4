"""What an account displays: its career, counters, words and portrait, compared with itself and with other accounts."""
