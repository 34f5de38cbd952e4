"""The pages say what the program does: every command, detector, table and source is documented, every link resolves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
REFERENCE = ROOT / "docs" / "reference.md"
FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[ \t]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!\!)\[[^\]\n]+\]\(([^)\s]+)\)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
CALL = re.compile(r"^(?:\$ )?(?:\S*/)?counterlure +(.*)$", re.MULTILINE)


def page_id(page: Path) -> str:
    """How a page is called in the test report."""
    return page.relative_to(ROOT).as_posix()


@cache
def text(page: Path) -> str:
    """A page as it stands."""
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", text(page))


def slug(heading: str) -> str:
    """The anchor that a heading gets on the common hosting sites."""
    plain = unicodedata.normalize("NFC", heading.strip().lower().replace("`", ""))
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    return {slug(line.lstrip("#")) for line in prose(page).splitlines() if re.match(r"#{1,6} ", line)}


def section(heading: str) -> str:
    """The part of the reference under a heading, up to the next one of its level or above."""
    level = heading.index(" ")
    found = re.search(
        rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{level}}} |\Z)", text(REFERENCE), re.MULTILINE | re.DOTALL
    )
    assert found, f"docs/reference.md has no heading {heading!r}"
    return found.group(1)


def coded(part: str) -> set[str]:
    """Everything that stands in backquotes."""
    return set(re.findall(r"`([^`\n]+)`", part))


@cache
def commands() -> dict[str, Any]:
    """Every command by its full name, as the command line knows it."""
    from typer.main import get_command

    from counterlure.cli.app import app

    found: dict[str, Any] = {}

    def walk(command: Any, name: str) -> None:
        children = getattr(command, "commands", None)
        if children is None:
            found[name] = command
            return
        for child, inner in children.items():
            walk(inner, f"{name} {child}".strip())

    walk(get_command(app), "")
    return found


def options(command: Any) -> set[str]:
    """The long options of a command, both spellings of a switch."""
    spelled = [option for p in command.params for option in (*p.opts, *p.secondary_opts)]
    return {option for option in spelled if option.startswith("--")} - {"--help"}


def test_every_command_has_a_section_that_names_exactly_its_options() -> None:
    wrong = []
    for name, command in commands().items():
        named = set(OPTION.findall(section(f"### `counterlure {name}`")))
        if named != options(command):
            wrong.append(f"{name}: not documented {options(command) - named}, unknown {named - options(command)}")
    assert wrong == []


def test_every_exit_code_is_explained() -> None:
    from counterlure import cli

    codes = {str(value) for name, value in vars(cli).items() if name.startswith("EXIT_")}
    assert codes == set(first_cells(section("## Exit codes")))


def test_every_detector_is_explained() -> None:
    from counterlure.detect import DETECTORS

    assert first_cells(section("## Detectors").partition("###")[0]) == list(DETECTORS)


def test_every_finding_kind_is_explained_under_its_family() -> None:
    from counterlure.assess.ids import FINDING_KINDS

    by_family: dict[str, set[str]] = {}
    for kind, family in FINDING_KINDS.items():
        by_family.setdefault(family.value, set()).add(kind)
    for family, kinds in by_family.items():
        assert kinds <= coded(section(f"### Family `{family}`"))


def test_kinds_that_no_detector_reports_are_marked() -> None:
    from counterlure.assess.ids import FINDING_KINDS

    detect = ROOT / "src" / "counterlure" / "detect"
    files = [*detect.rglob("*.py"), detect / "conversation" / "combinations.yml"]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    reported = {kind for kind in FINDING_KINDS if re.search(rf"(?:\"|kind: ){kind}\b", source)}
    marked = set(re.findall(r"`(\w+)` †", section("## Detectors")))
    assert marked == FINDING_KINDS.keys() - reported


def test_combinations_that_open_the_gate_are_marked() -> None:
    from counterlure.assess import load_weights

    marked = set(re.findall(r"`(\w+)` \*", section("### Family `conversation`")))
    assert marked == {name for name, kind in load_weights().kinds.items() if kind.combination}


def test_thresholds_and_priors_are_those_of_the_program() -> None:
    from counterlure.assess import load_levels, load_prior

    part = section("## Levels and words")
    levels = load_levels()
    for name, value in re.findall(r"^\| `(\w+\.\w+)` \| ([\d.]+) \|$", part, re.MULTILINE):
        group, _, field = name.partition(".")
        assert getattr(getattr(levels, group), field) == float(value), name
    prior = load_prior()
    shown = {
        reading: tuple(float(cell) for cell in cells)
        for reading, *cells in re.findall(r"^\| `(\w+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", part, re.MULTILINE)
    }
    assert shown == {r.value: (prior.low[r], prior.mid[r], prior.high[r]) for r in prior.mid}


def test_every_stage_tactic_and_level_is_named() -> None:
    from counterlure.model import Confidence, Level, Reading, Stage, Tactic

    words = coded(text(REFERENCE))
    assert {word.value for noun in (Stage, Tactic, Level, Reading, Confidence) for word in noun} <= words


def test_every_tag_a_rule_can_show_is_named() -> None:
    from counterlure.detect.conversation.rules import known_tags

    assert set(known_tags()) <= coded(section("## Rules"))


def first_cells(part: str) -> list[str]:
    """The names in backquotes that open the rows of the tables in a part."""
    return re.findall(r"^\| `([^`]+)`", part, re.MULTILINE)


def test_every_table_of_the_case_is_explained() -> None:
    schema = (ROOT / "src" / "counterlure" / "case" / "schema.sql").read_text(encoding="utf-8")
    tables = re.findall(r"^CREATE TABLE (\w+)", schema, re.MULTILINE)
    assert first_cells(section("## Tables of the case")) == tables


def test_every_source_is_explained() -> None:
    from counterlure.ingest.sources import SOURCES

    assert {source.kind for source in SOURCES} == set(first_cells(section("## What is read").partition("###")[0]))


def test_every_limit_is_stated_with_its_number() -> None:
    from dataclasses import asdict

    from counterlure.ingest.limits import DEFAULT

    rows = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", section("## Limits"), re.MULTILINE))
    assert {name: int(value.replace(",", "")) for name, value in rows.items()} == asdict(DEFAULT)


def test_every_environment_variable_is_explained() -> None:
    source = (ROOT / "src").rglob("*.py")
    used = {name for file in source for name in re.findall(r"COUNTERLURE_[A-Z]+", file.read_text(encoding="utf-8"))}
    assert used == {name for name in coded(section("## Environment")) if name.startswith("COUNTERLURE_")}


def test_commands_of_the_readme_exist_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = set(re.findall(r"\bmake ([a-z]+)", "\n".join([*FENCE.findall(text(ROOT / "README.md")), *inline()])))
    assert asked
    assert asked <= targets


def inline() -> list[str]:
    """Words in backquotes of the README."""
    return sorted(coded(prose(ROOT / "README.md")))


def calls(page: Path) -> Iterator[str]:
    """Every call of the command line in a page's fenced blocks, its continued lines joined."""
    for block in FENCE.findall(text(page)):
        yield from CALL.findall(block.replace("\\\n", " "))


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_commands_shown_in_a_page_exist_with_their_options(page: Path) -> None:
    known = commands()
    for call in calls(page):
        words = re.split(r"\s*[|>;#]|&&", call)[0].split()
        if not words or words[0].startswith("-"):
            continue
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in known), None)
        assert name, f"no such command: counterlure {call}"
        assert set(OPTION.findall(" ".join(words))) <= options(known[name]) | {"--help"}, call


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_inside_the_project_resolve(page: Path) -> None:
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), f"{page_id(page)}: {target} does not exist"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{page_id(page)}: {target} names no heading"


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_fenced_blocks_are_closed(page: Path) -> None:
    assert len(re.findall(r"^(?:```|~~~)", text(page), re.MULTILINE)) % 2 == 0


def test_every_page_of_the_documentation_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen:
            continue
        seen.add(page)
        for target in LINK.findall(prose(page)):
            file = (page.parent / target.partition("#")[0]).resolve()
            if file.suffix == ".md" and file.is_file():
                waiting.append(file)
    assert {page.resolve() for page in PAGES} <= seen
