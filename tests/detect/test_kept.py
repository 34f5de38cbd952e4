"""What was compiled is kept while all it was made from is the same, and made anew otherwise."""

from __future__ import annotations

import sys

import msgspec
import pytest

from counterlure.detect.conversation import rules
from counterlure.detect.conversation.kept import kept


class Form(msgspec.Struct):
    """Something small to keep."""

    value: int


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path


def keep(value, *made_from):
    return kept("form", Form, made_from, lambda: Form(value)).value


def file_in(place):
    (file,) = place.rglob("form.msgpack")
    return file


def test_the_same_ingredients_are_not_compiled_twice(place):
    assert [keep(1, b"a", b"b"), keep(2, b"a", b"b")] == [1, 1]
    assert [file.name for file in place.rglob("form*")] == ["form.msgpack"]


@pytest.mark.parametrize("changed", [(b"a", b"c"), (b"ab",), (b"a",), (b"b", b"a")])
def test_a_change_of_any_ingredient_is_seen(place, changed):
    keep(1, b"a", b"b")
    assert [keep(2, *changed), keep(3, *changed)] == [2, 2]


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b""])
def test_a_damaged_file_is_made_anew(place, damage):
    keep(1, b"a")
    file_in(place).write_bytes(damage(file_in(place).read_bytes()))
    assert [keep(2, b"a"), keep(3, b"a")] == [2, 2]


def test_a_place_that_cannot_be_written_costs_nothing_but_time(place, monkeypatch):
    (place / "file").write_text("in the way")
    monkeypatch.setattr(sys, "pycache_prefix", str(place / "file"))
    assert [keep(1, b"a"), keep(2, b"a")] == [1, 2]


def test_nothing_is_written_where_python_may_write_no_code(place, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [keep(1, b"a"), keep(2, b"a")] == [1, 2]
    assert list(place.iterdir()) == []


def test_the_book_that_was_kept_is_the_book_that_was_made(place):
    made, again = (rules.book.__wrapped__() for _ in range(2))
    assert len(list(place.rglob("book.msgpack"))) == 1
    assert made == again == rules.compile_book(tuple(rules._read_rules()), rules._read_fragments(), rules.known_tags())


def test_the_book_depends_on_every_rule_file_and_on_the_code_that_compiles_it():
    ingredients = list(rules._ingredients())
    for name in (b"en_secrecy.yml", b"fr.yml", b"tags.yml", b"phrases.py", b"commonness.py", b"rules.py"):
        assert name in ingredients
