"""Fields of work: the words in which sectors and industries are named, and which of them hold secrets."""

from __future__ import annotations

SENSITIVE = ("aerospace", "defence", "foreign affairs", "nuclear energy", "semiconductors", "telecommunications")
"""Fields whose people such operations seek."""

ORDINARY = (
    "accounting", "advertising", "agriculture", "animal care", "architecture", "automotive", "banking",
    "beverages", "bookselling", "broadcasting", "building materials", "catering", "ceramics", "civil engineering",
    "cleaning", "clothing", "commercial fishing", "construction", "consulting", "cosmetics", "dairy", "design",
    "education", "event services", "fitness", "food", "forestry", "furniture", "gardening", "glass", "hospitality",
    "household goods", "human resources", "insurance", "jewellery", "law", "leisure travel", "libraries", "logistics",
    "market research", "media", "mining", "music", "office equipment", "packaging", "paper", "photography",
    "plastics", "printing", "publishing", "railways", "real estate", "retail", "staffing",
)  # fmt: skip

FIELDS = tuple(sorted((*SENSITIVE, *ORDINARY)))
SENSITIVE_CODES = tuple(FIELDS.index(field) for field in SENSITIVE)


def sector_word(sector: int) -> str:
    """A sector is one place or branch of a field, "defence 0036"; sectors take their fields in turn."""
    return f"{FIELDS[sector % len(FIELDS)]} {sector:04d}"
