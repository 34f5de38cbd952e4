"""The search for coordinated groups held against peers, on worlds of known truth and on public labelled graphs."""
