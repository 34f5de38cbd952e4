"""What a conversation shows: stages, tactics and signs, read from both sides."""
