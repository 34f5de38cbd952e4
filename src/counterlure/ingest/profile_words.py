"""What a profile calls its sections, months and counters in English, French and German.

The interface's language decides the words, not the person's: nothing here says anything about who is shown.
"""

from __future__ import annotations

import re
import unicodedata

FIRST_YEAR, LAST_YEAR = 1900, 2100

SUMMARY, WORK, EDUCATION, ACTIVITY, RECOMMENDATIONS, OTHER = (
    "summary", "work", "education", "activity", "recommendations", "other",
)  # fmt: skip
_HEADINGS = {
    SUMMARY: "summary|about|about me|résumé|infos|à propos|zusammenfassung|info|über mich",
    WORK: "experience|work experience|expérience|expériences|expérience professionnelle|berufserfahrung|erfahrung",
    EDUCATION: "education|formation|formations|ausbildung|bildung",
    ACTIVITY: "activity|activité|aktivitäten|aktivität",
    RECOMMENDATIONS: "recommendations|recommandations|empfehlungen",
    OTHER: "skills|top skills|licenses & certifications|certifications|volunteering|volunteer experience|projects"
    "|publications|patents|courses|honors & awards|honors-awards|test scores|languages|organizations|interests|causes"
    "|featured|services|highlights|analytics|suggested for you|resources|people also viewed|people you may know"
    "|people you may know from|more profiles for you|explore premium profiles|explore collaborative articles"
    "|you might like|others named|similar profiles|recommended content|contact"
    "|compétences|principales compétences|licences et certifications|bénévolat|expérience de bénévolat|projets|brevets"
    "|cours|distinctions et prix|prix et distinctions|résultats d’examens|langues|organisations|centres d’intérêt"
    "|sélection|suggestions pour vous|ressources|coordonnées|autres profils consultés|vous connaissez peut-être"
    "|personnes que vous pourriez connaître|plus de profils pour vous"
    "|kenntnisse|top-kenntnisse|bescheinigungen und zertifikate|bescheinigungen|zertifizierungen|ehrenamt|projekte"
    "|veröffentlichungen|patente|kurse|auszeichnungen und preise|auszeichnungen|prüfungsergebnisse|sprachen"
    "|organisationen|interessen|im fokus|vorschläge für sie|ressourcen|kontakt|andere aufgerufene profile"
    "|personen, die sie vielleicht kennen|personen, die sie kennen könnten|weitere profile für sie",
}
_MONTHS = (
    "january janvier januar jänner jan janv",
    "february février februar feb févr fév",
    "march mars märz mar mär",
    "april avril apr avr",
    "may mai",
    "june juin juni jun",
    "july juillet juli jul juil",
    "august août aug",
    "september septembre sep sept",
    "october octobre oktober oct okt",
    "november novembre nov",
    "december décembre dezember dec déc dez",
)
_PRESENT = "present now today|présent aujourd’hui actuel actuellement maintenant|heute gegenwart aktuell derzeit jetzt"

_SECTION = {heading: section for section, words in _HEADINGS.items() for heading in words.split("|")}
_MONTH_NUMBER = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_PRESENT_WORDS = frozenset(_PRESENT.replace("|", " ").split()) | {"bis heute", "à ce jour", "ce jour"}
_DATE = re.compile(r"(?:([^\W\d_]+)\.?\s+)?([0-9]{4})")

_UNIT = r"(?:years?|yrs?\.?|months?|mos?\.?|ans?|mois|jahre?n?|j\.|monate?n?|mon\.|mte?\.)"
_LENGTH = rf"(?:\d{{1,2}}\s{{0,3}}{_UNIT}(?:\s{{1,3}}(?:and|et|und))?\s{{0,3}}){{1,2}}"
DURATION = rf"(?:{_LENGTH}|less than a year|moins d[’']un an|weniger als (?:ein|1) jahr)"
_POINT = r"(?:[^\W\d_]{2,12}\.?\s{1,3})?\d{4}"
_SPAN = re.compile(
    rf"(?:(?:from|de|du|von)\s)?({_POINT})\s{{0,3}}(?:[-–—]|\bto\b|\bau\b|\bà\b|\bbis\b)\s{{0,3}}({_POINT}|[^\W\d_][^\d()·•]{{1,20}}?)"
    rf"(?:\s{{0,3}}[·•(]?\s{{0,3}}{DURATION}\)?)?",
    re.IGNORECASE,
)
SPAN_CHARS = 120


def plain(text: str) -> str:
    """A line for comparison: NFC, case-folded, one kind of apostrophe and of space."""
    return " ".join(unicodedata.normalize("NFC", text).replace("'", "’").casefold().split())


def section_of(heading: str) -> str | None:
    """Which section a heading opens; None for words that are no heading known here."""
    return _SECTION.get(plain(heading).rstrip(": "))


def is_present(words: str) -> bool:
    """Whether the words at the end of a span say that it goes on."""
    return plain(words).strip(" .") in _PRESENT_WORDS


def month(words: str) -> str | None:
    """ "septembre 2018" as "2018-09", "2018" as it is; None for anything else, and for years before 1900."""
    found = _DATE.fullmatch(plain(words))
    if not found or not FIRST_YEAR <= int(found[2]) <= LAST_YEAR:
        return None
    if found[1] is None:
        return found[2]
    number = _MONTH_NUMBER.get(found[1])
    return f"{found[2]}-{number:02}" if number else None


def span(line: str) -> tuple[str, str | None] | None:
    """Start and end of "Jan 2020 - Present · 3 yrs", the end None where it goes on; None for any other line."""
    found = _SPAN.fullmatch(line.strip()) if len(line) <= SPAN_CHARS else None
    started = month(found[1]) if found else None
    ended = month(found[2]) if found else None
    if found is None or started is None or (ended is None and not is_present(found[2])):
        return None
    return started, ended
