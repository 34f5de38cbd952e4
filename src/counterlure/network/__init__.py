"""Coordinated groups among accounts that contact people: from contact events to groups with evidence."""
