"""Tables for a spreadsheet, guarded; the assessment document holds the same without loss.

A spreadsheet takes a cell that begins with = + - @ for a formula, and a French one also splits at a semicolon, so text
from outside gets an apostrophe before every such place.

References
----------
RFC 4180; OWASP ASVS 5.0, 1.2.10.
"""

from __future__ import annotations

import csv
import io
import re
from typing import NamedTuple

from counterlure.model import Judgement
from counterlure.report.document import address, exposure_rows, findings_in_order, in_order
from counterlure.report.figures import iso, significant

TRIGGERS = "=+\\-@\t\r\n\x00＝＋－＠﹢﹣﹫"
OPENS_FORMULA = re.compile(rf"[\s\ufeff\u200b]*[{TRIGGERS}]")
BREAK = re.compile(r"[;\t\r\n]")
AFTER_BREAK = re.compile(rf"(?<=[;\t\r\n])(?=[ \u00a0]*[{TRIGGERS}])")
Cell = str | int | float | None


class Table(NamedTuple):
    """Rows under named columns; `name` is the file name without its ending."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def guarded(cell: Cell) -> str:
    """A cell as a spreadsheet may read it: text that would become a formula gets a leading apostrophe."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    text = AFTER_BREAK.sub("'", cell) if BREAK.search(cell) else cell
    return f"'{text}" if OPENS_FORMULA.match(cell) else text


def csv_text(table: Table) -> str:
    """RFC 4180: CRLF, a header, quotes where needed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([guarded(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def tables(j: Judgement) -> list[Table]:
    """Accounts, exposure and findings, in the order of the assessment document."""
    return [accounts_table(j), exposure_table(j), findings_table(j)]


def accounts_table(j: Judgement) -> Table:
    """One row per account of which anything was found; of the others there is nothing to tell."""
    columns = ("account", "display_name", "level", "reading", "likelihood", "low", "high", "confidence", "stage")
    rows = tuple(
        (
            address(j, a.account),
            j.accounts[a.account].name,
            a.level.value,
            a.reading.value,
            significant(a.likelihood),
            significant(a.interval[0]),
            significant(a.interval[1]),
            a.confidence.value,
            a.stage.value if a.stage else None,
            " ".join(sorted(a.targets)),
            a.group,
            len(a.findings),
        )
        for a in in_order(j)
        if a.findings
    )
    return Table("accounts", (*columns, "targets", "group", "findings"), rows)


def exposure_table(j: Judgement) -> Table:
    """One row per target and account that reached it."""
    rows = tuple(
        (e["target"], e["organisation"], e["role"], e["stage"], account, " ".join(e["groups"]))
        for e in exposure_rows(j)
        for account in e["accounts"]
    )
    return Table("exposure", ("target", "organisation", "role", "stage", "account", "groups"), rows)


def findings_table(j: Judgement) -> Table:
    """One row per piece of evidence."""
    columns = ("account", "level", "family", "kind", "detector", "score", "detail")
    rows = tuple(
        (
            address(j, a.account),
            a.level.value,
            f.family.value,
            f.kind,
            f.detector,
            significant(f.score),
            f.detail,
            e.source,
            iso(e.at) if e.at is not None else None,
            e.stage,
            e.target,
            e.quote,
        )
        for a in in_order(j)
        for f in findings_in_order(a)
        for e in f.evidence
    )
    return Table("findings", (*columns, "source", "at", "shows", "target", "quote"), rows)
