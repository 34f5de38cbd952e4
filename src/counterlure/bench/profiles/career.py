"""How the roles of a profile follow each other: gaps, overlaps and seams, without any calendar.

The shares say what share of changes is which. Seamless careers stand in 95 % of 680 personas of GPT-4 and in 26 % of 54
real curricula, so they are one number among others here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

NAMES = ("gaps", "overlaps", "seams", "starts in January")
"""What `career` measures, in its order: shares of the changes between roles, and of the dated roles."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = rf"({'|'.join(_MONTHS)})[a-z]*\.?,?\s+((?:19|20)\d\d)"
_SPAN = re.compile(rf"\b{_DATE}\s*(?:-|–|—|to|until)\s*(?:{_DATE}|present|now|current|today)", re.IGNORECASE)
Shares = tuple[float | None, float | None, float | None, float | None]
UNKNOWN: Shares = (None, None, None, None)


def career(entries: Sequence[Sequence[str]]) -> Shares:
    """Shares as `NAMES` lists them; all None for fewer than two roles that are dated to the month.

    entries : parts of each role, of which one may hold dates such as "Jan 2018 - Mar 2020" or "May 2019 – Present".
    """
    roles = sorted(span for parts in entries for span in [_span(" ".join(parts))] if span is not None)
    if len(roles) < 2:
        return UNKNOWN
    between = [later[0] - earlier[1] for earlier, later in pairwise(roles)]
    changes = len(between)
    return (
        sum(months > 1 for months in between) / changes,
        sum(months < 0 for months in between) / changes,
        sum(months in (0, 1) for months in between) / changes,
        sum(begin % 12 == 0 for begin, _ in roles) / len(roles),
    )


def _span(text: str) -> tuple[int, float] | None:
    """(first month, last month; infinite while it lasts) of a role, months of the calendar's year 0."""
    found = _SPAN.search(text)
    if found is None:
        return None
    month, year, end_month, end_year = found.groups()
    return _month(month, year), _month(end_month, end_year) if end_month else float("inf")


def _month(name: str, year: str) -> int:
    return 12 * int(year) + _MONTHS.index(name[:3].lower())
