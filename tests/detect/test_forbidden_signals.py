"""Forbidden signals cannot reach a detector: eighteen uses are planted, and eighteen are caught.

Some are stopped by the database when they run, the others by reading the detectors' source: a detector may import
only what the allowlist below names, and only the matcher may ask for names, in order to ignore them.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import counterlure.detect
from counterlure.case.rows import AccountRow, Batch, Owner, PositionRow, ProfileRow
from counterlure.case.write import DeliveryWriter
from counterlure.detect import allowed_columns
from counterlure.errors import ForbiddenColumn
from tests.factories import NOW, Delivery, new_case

DETECT = Path(counterlure.detect.__file__).parent
IMPORTS = {
    "counterlure.case.read", "counterlure.case.rows", "counterlure.detect", "counterlure.engine", "counterlure.errors",
    "counterlure.model", "counterlure.data_files", "counterlure.text", "counterlure.portrait", "counterlure.alike", "counterlure.register",
    "__future__", "ahocorasick_rs", "bisect", "gc", "collections", "concurrent", "contextlib",
    "dataclasses", "functools", "hashlib", "heapq", "importlib", "itertools", "math", "msgspec", "numpy", "multiprocessing", "operator",
    "pathlib", "re", "typing", "unicodedata", "yaml",
}  # fmt: skip
MAY_KEEP = {"conversation/kept.py": {"os", "sys"}}  # to keep what was compiled from our own files; it sees no case
MAY_ASK_NAMES = {"conversation/find.py", "conversation/margin.py"}
MAY_ASK_TEXTS = {"profile/same_words.py"}  # to see that two accounts say the same, never what
MAY_ASK_LANGUAGE = {"conversation/languages.py"}  # to say "not assessed", never to weigh

PLANTED_QUERIES = {
    "names that sound foreign": "SELECT id FROM account WHERE name GLOB '*ov'",
    "sort order by name": "SELECT id FROM account ORDER BY name",
    "country of a company by its address": "SELECT id FROM account WHERE url LIKE '%.cn%'",
    "looks in a headline": "SELECT id FROM account WHERE headline LIKE '%young%'",
    "nationality in a summary": "SELECT account FROM profile WHERE summary LIKE '%citizen of%'",
    "university of a country": "SELECT p.account FROM profile p JOIN position w ON w.profile = p.id WHERE w.kind = 'education' AND w.title LIKE 'U%'",
    "age from the year of a degree": "SELECT profile FROM position WHERE kind = 'education' AND ended < '1990'",
    "age from a career's first year": "SELECT profile FROM position WHERE started < '1985'",
    "a table of that name made up": "WITH career AS (SELECT * FROM position) SELECT title FROM career",
    "where a firm has its seat, by its founding": "SELECT country FROM page ORDER BY founded",
    "sex of a target's name": "SELECT id FROM target WHERE name LIKE '%a'",
}
PLANTED_SOURCES = {
    "names through the matcher's door": "def find(case):\n    return [n for n in case.names_in(1) if n.endswith('ski')]",
    "names through the report's door": "from counterlure.case import view\ndef find(case):\n    return view.accounts(case, [1])",
    "the file itself": "import sqlite3\ndef find(case):\n    return sqlite3.connect(case.file)",
    "language of the writer as a signal": "from counterlure.language import language_of\ndef find(case):\n    return language_of(['x'])",
    "what a summary says": "def find(case):\n    return [p for p, *_, words in case.profile_texts() if 'citizen' in words]",
    "the private connection": "def find(case):\n    return case._names.execute('SELECT name FROM account')",
}


def violations(
    source: str, may_ask_names: bool = False, may_ask_language: bool = False, may_ask_texts: bool = False
) -> list[str]:
    """What a detector's source does that no detector may."""
    found = []
    for node in ast.walk(ast.parse(source)):
        modules = []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
            if node.module == "counterlure.case":
                modules = [f"counterlure.case.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        if may_ask_language:
            modules = [m for m in modules if m != "counterlure.language"]
        found += [m for m in modules if not any(m == a or m.startswith(f"{a}.") for a in IMPORTS)]
        if isinstance(node, ast.Attribute):
            asks = (node.attr == "names_in" and not may_ask_names) or (
                node.attr == "profile_texts" and not may_ask_texts
            )
            private = node.attr in {"_names", "_db"} and not (
                isinstance(node.value, ast.Name) and node.value.id == "self"
            )
            found += [node.attr] if asks or private else []
    return found


@pytest.mark.parametrize("planted", PLANTED_QUERIES)
def test_a_planted_query_is_refused_by_the_database(tmp_path, planted):
    with new_case(tmp_path) as case:
        row = ProfileRow(0, NOW, "young", "citizen of", 1, [PositionRow("education", "U", "U", "1980", "1984", 1)])
        batch = Batch(
            "a", "capture", "0", accounts=[AccountRow(["in:a"], "A Kov", "https://x.cn", "young")], profiles=[row]
        )
        DeliveryWriter(case).write(Delivery("a", "1", Owner(["in:o"], "Olga"), [batch]))
        assert case.db.execute(PLANTED_QUERIES[planted]) is not None
        with case.reader(allowed_columns()) as reader, pytest.raises(ForbiddenColumn):
            list(reader.rows(PLANTED_QUERIES[planted]))


@pytest.mark.parametrize("planted", PLANTED_SOURCES)
def test_a_planted_source_is_caught(planted):
    assert violations(PLANTED_SOURCES[planted]) != []


@pytest.mark.parametrize("file", sorted(DETECT.rglob("*.py")), ids=lambda f: str(f.relative_to(DETECT)))
def test_the_detectors_use_no_forbidden_door(file):
    name = str(file.relative_to(DETECT))
    found = violations(
        file.read_text(encoding="utf-8"), name in MAY_ASK_NAMES, name in MAY_ASK_LANGUAGE, name in MAY_ASK_TEXTS
    )
    assert set(found) <= MAY_KEEP.get(name, set())


def test_the_allowlist_holds_no_column_that_tells_who_somebody_is():
    telling = {"name", "url", "headline", "title", "role", "summary", "organisation", "subject", "key", "description"}
    allowed = {(table, column) for table, columns in allowed_columns().items() for column in columns}
    assert {pair for pair in allowed if pair[1] in telling} == {
        ("source", "name"), ("position", "organisation"), ("page", "organisation"),
        ("career", "organisation"), ("career", "title"),  # of work alone, see below
    }  # fmt: skip


def test_a_career_shows_no_year_no_school_and_no_degree(tmp_path):
    """The same career twenty years later is the same to a detector."""
    seen = []
    for year in (1978, 1998):
        with new_case(tmp_path / str(year)) as case:
            entries = [
                PositionRow("education", "School", "Degree", str(year), str(year + 4), 2, None, "company:school"),
                PositionRow("work", "Acme", "Engineer", f"{year + 4}-09", None, 3),
            ]
            batch = Batch(
                "a",
                "capture",
                "0",
                accounts=[AccountRow(["in:a"])],
                profiles=[ProfileRow(0, None, None, None, 1, entries)],
            )
            DeliveryWriter(case).write(Delivery("a", "1", Owner(["in:o"], "Olga"), [batch]))
            with case.reader(allowed_columns()) as reader:
                columns = ", ".join(sorted(allowed_columns()["career"]))
                seen.append(list(reader.rows(f"SELECT {columns} FROM career ORDER BY entry")))
    assert seen[0] == seen[1]
    assert not any("School" in str(row) or "Degree" in str(row) or "school" in str(row) for row in seen[0])
    assert ("Engineer" in seen[0][1], 56 in seen[0][1]) == (True, True)
