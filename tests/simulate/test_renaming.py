"""Renaming exchanges every name for another and changes no other byte."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.errors import InputError
from counterlure.simulate import Truth, read_truth, rename_case_inputs
from counterlure.simulate.names import NameBook, fold, full_book, in_slug
from counterlure.simulate.renaming import Bijection, rename

Organisation = tuple[Path, Truth]
Renamed = tuple[Path, Bijection]


@pytest.fixture(scope="module")
def renamed(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> Renamed:
    into = tmp_path_factory.mktemp("renamed") / "organisation"
    return into, rename_case_inputs(organisation[0], into, seed=7)


def contents(into: Path) -> Iterator[tuple[str, str]]:
    """Every file, members of ZIP files included, as text."""
    deliveries = read_truth(into / "truth.json").deliveries
    resaved = {into / path for delivery in deliveries if delivery.form == "resaved" for path in delivery.paths}
    for path in sorted(path for path in into.rglob("*") if path.is_file()):
        name = path.relative_to(into).as_posix()
        if path.suffix != ".zip":
            yield name, text(path.read_bytes(), "cp1252" if path.parent in resaved else "utf-8")
            continue
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                yield f"{name}/{info.filename}/{info.date_time}", text(archive.read(info))


def text(content: bytes, encoding: str = "utf-8") -> str:
    return content.decode("utf-16" if content.startswith(b"\xff\xfe") else encoding)


def written_forms(names: NameBook) -> frozenset[str]:
    """Each name in each of the ways it is written."""
    return frozenset(form for part in names.parts for name in part for form in (name, fold(name), in_slug(name)))


def masked(forms: frozenset[str], content: str) -> str:
    """The text with one sign in place of each name."""
    return re.sub(r"[\w%]+", lambda found: "@" if found[0] in forms else found[0], content)


def test_every_name_goes_to_another_of_its_list_and_none_is_lost(organisation: Organisation, renamed: Renamed) -> None:
    _, truth = organisation
    forward = renamed[1].forward
    for part in truth.names.parts:
        assert {forward[name] for name in part} == set(part)
        assert all(forward[name] != name for name in part)


def test_no_byte_changes_but_those_of_names(organisation: Organisation, renamed: Renamed) -> None:
    before, after = (list(contents(into)) for into in (organisation[0], renamed[0]))
    forms = written_forms(organisation[1].names)
    assert [name for name, _ in before] == [name for name, _ in after]
    for (name, old), (_, new) in zip(before, after, strict=True):
        assert masked(forms, old) == masked(forms, new), name


def test_names_are_really_exchanged_everywhere(organisation: Organisation, renamed: Renamed) -> None:
    old, new = organisation[1], read_truth(renamed[0] / "truth.json")
    forward = renamed[1].forward
    for persona, other in zip(old.personas, new.personas, strict=True):
        assert [forward[word] for word in persona.name.split()] == other.name.split()
        assert forward[persona.employer.split()[0]] == other.employer.split()[0]
        assert persona.account != other.account
        assert all(in_slug(word) in other.account for word in other.name.split())
    everything = "\n".join(content for name, content in contents(renamed[0]) if "truth" not in name)
    assert f"{old.personas[0].name}," not in everything
    assert f"{new.personas[0].name}," in everything


def test_the_inverse_gives_the_first_bytes_back(organisation: Organisation, renamed: Renamed, tmp_path: Path) -> None:
    back = tmp_path / "back"
    rename(renamed[0], back, renamed[1].inverse())
    for path in organisation[0].rglob("*"):
        if path.is_file():
            assert (back / path.relative_to(organisation[0])).read_bytes() == path.read_bytes(), path.name


def test_a_seed_gives_one_bijection() -> None:
    book = full_book()
    assert Bijection.random(book, 1) == Bijection.random(book, 1)
    assert Bijection.random(book, 1) != Bijection.random(book, 2)


def test_names_are_found_in_text_addresses_mail_and_hosts_and_nowhere_else() -> None:
    translate = Bijection({"Zoé": "Amina", "Amina": "Zoé", "Korvazh": "Yilzko", "Yilzko": "Korvazh"}).translator()
    before = "Zoé, amina, AMINA https://www.linkedin.com/in/zo%C3%A9-korvazh-0a1 zoe.korvazh@yilzko.example"
    after = "Amina, amina, AMINA https://www.linkedin.com/in/amina-yilzko-0a1 amina.yilzko@korvazh.example"
    assert translate(before) == after
    assert translate(after) == before
    key = "2-" + "Amina/" * 9 + "=="
    assert translate(key) == key


NAMES = st.sampled_from([name for part in full_book().parts for name in part])
PIECES = st.one_of(
    NAMES,
    NAMES.map(lambda name: f"https://www.linkedin.com/in/{in_slug(name)}-4f0"),
    st.tuples(NAMES, NAMES).map(lambda pair: f"{fold(pair[0])}.x@{fold(pair[1])}.example"),
    st.text(st.characters(categories=("L", "N", "P", "Zs"), max_codepoint=0x24F), max_size=8),
)


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(PIECES, max_size=12), seed=st.integers(0, 99))
def test_any_text_comes_back_from_a_renaming_and_its_inverse(pieces: list[str], seed: int) -> None:
    bijection = Bijection.random(full_book(), seed)
    before = " ".join(pieces)
    after = bijection.translator()(before)
    assert bijection.inverse().translator()(after) == before
    assert len(after.split()) == len(before.split())


def test_nothing_is_overwritten(organisation: Organisation, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exists already"):
        rename_case_inputs(organisation[0], tmp_path, seed=1)
