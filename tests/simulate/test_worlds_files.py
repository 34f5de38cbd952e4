"""The files of an event world, and the command that writes them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from counterlure import cli
from counterlure.cli.simulate import Ground, Planted
from counterlure.errors import InputError
from counterlure.network.model import ABSENT
from counterlure.simulate.worlds import FILES, LAYERS, Background, Shape, World, WorldSpec, world, write_world

SPEC = WorldSpec(
    accounts=800, targets=8000, contacts=16_000, sectors=120, personas=60, list_contacts=10, teams=3, layers=LAYERS,
    background=Background.COMMUNITIES, seed=7,
)  # fmt: skip
COLUMNS = {
    "contacts.parquet": {"account": "VARCHAR", "target": "VARCHAR", "at": "TIMESTAMP", "kind": "VARCHAR"},
    "accounts.parquet": {
        "account": "VARCHAR",
        "created_at": "TIMESTAMP",
        "employer": "VARCHAR",
        "industry": "VARCHAR",
    },
    "targets.parquet": {"target": "VARCHAR", "organisation": "VARCHAR", "sector": "VARCHAR"},
    "truth.parquet": {"account": "VARCHAR", "operation": "INTEGER", "team": "INTEGER", "team_kind": "VARCHAR"},
}
CODED = re.compile(r"[aoet]\d{7}|[a-z]+( [a-z]+)?( \d{4})?")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def made() -> World:
    return world(SPEC)


@pytest.fixture(scope="module")
def written(made: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worlds") / "it's a world"
    write_world(made, folder)
    return folder


@pytest.fixture
def run(monkeypatch, capsys) -> Run:
    """One command in this process: exit code, standard output, standard error."""

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr("sys.argv", ["counterlure", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return command


def rows(path: Path, what: str = "*") -> list[tuple[Any, ...]]:
    with duckdb.connect() as db:
        return db.execute(f"SELECT {what} FROM read_parquet(?)", [str(path)]).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(written: Path, tmp_path: Path) -> None:
    write_world(world(SPEC), tmp_path / "again")
    write_world(world(replace(SPEC, seed=8)), tmp_path / "other")
    assert contents(tmp_path / "again") == contents(written)
    assert set(contents(written)) == set(FILES)
    assert all(contents(tmp_path / "other")[name] != content for name, content in contents(written).items())


def test_files_hold_structured_fields_and_no_text(written: Path) -> None:
    with duckdb.connect() as db:
        for name, columns in COLUMNS.items():
            found = db.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(written / name)]).fetchall()
            assert {row[0]: row[1] for row in found} == columns
            for column, kind in columns.items():
                if kind == "VARCHAR":
                    values = rows(written / name, f'DISTINCT "{column}"')
                    assert all(value is None or CODED.fullmatch(value) for (value,) in values)


def test_files_say_what_the_world_in_memory_says(made: World, written: Path) -> None:
    tables, truth = made.tables, made.truth
    found = tables.contacts
    expected = sorted(
        zip(
            tables.accounts.key[found.account],
            tables.targets.key[found.target],
            found.first_at.tolist(),
            strict=True,
        )
    )
    assert sorted(rows(written / "contacts.parquet", 'account, target, epoch("at")::BIGINT')) == expected
    accounts = rows(written / "accounts.parquet", "account, epoch(created_at)::BIGINT, employer, industry")
    assert [row[0] for row in accounts] == list(tables.accounts.key)
    assert [row[1] for row in accounts] == tables.accounts.created_at.tolist()
    for at, codes, words in (
        (2, tables.accounts.employer, tables.accounts.employers),
        (3, tables.accounts.industry, tables.accounts.industries),
    ):
        assert [row[at] for row in accounts] == [None if code == ABSENT else words[code] for code in codes]
    targets = rows(written / "targets.parquet")
    assert [row[2] for row in targets] == [tables.targets.sectors[code] for code in tables.targets.sector]
    planted = rows(written / "truth.parquet")
    assert [ABSENT if row[1] is None else row[1] for row in planted] == truth.operation.tolist()
    assert [row[3] for row in planted] == [None if n == ABSENT else truth.team_kinds[n] for n in truth.team]


def test_contacts_are_written_by_moment_so_that_their_order_tells_no_account(written: Path) -> None:
    found = rows(written / "contacts.parquet", 'epoch("at")::BIGINT, account, kind')
    assert [row[0] for row in found] == sorted(row[0] for row in found)
    places = {account: place for place, account in enumerate(sorted({row[1] for row in found}))}
    order = np.array([places[row[1]] for row in found])
    assert abs(np.corrcoef(order, np.arange(order.size))[0, 1]) < 0.05


def test_the_kind_of_a_contact_does_not_tell_a_persona(made: World, written: Path) -> None:
    personas = set(made.tables.accounts.key[made.truth.personas])
    found = rows(written / "contacts.parquet", "account, kind")
    for kind, share in (("invitation", 0.6), ("message", 0.3), ("inmail", 0.1)):
        for planted in (True, False):
            these = [row[1] == kind for row in found if (row[0] in personas) is planted]
            assert np.mean(these) == pytest.approx(share, abs=0.04)


def test_a_folder_that_holds_something_is_left_as_it_is(made: World, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(InputError, match="is not empty"):
        write_world(made, tmp_path)
    assert contents(tmp_path) == {"mine": b"keep"}


def test_a_world_that_cannot_be_written_whole_leaves_nothing(made: World, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("counterlure.simulate.worlds.write._TRUTH", "SELECT * FROM nowhere")
    with pytest.raises(InputError, match="no world can be written there"):
        write_world(made, tmp_path / "new")
    assert contents(tmp_path / "new") == {}


def test_the_command_writes_a_world_and_says_what_to_try_next(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "a world"
    asked = ("--accounts", 800, "--targets", 8000, "--contacts", 16000, "--operation", "disjoint", "--personas", 40,
             "--layers", "created, employer", "--teams", 2, "--shape", "communities", "--seed", 5)  # fmt: skip
    code, shown, said = run("simulate", folder, *asked)
    assert (code, said) == (0, "")
    assert "planted: 40 personas in 1 group, 320 contacts with people on their lists" in shown
    assert "honest teams: 2 recruiters" in shown
    command = shlex.split(shown.splitlines()[-1])
    assert command[:2] == ["counterlure", "network"]
    assert [Path(path).is_file() for path in command[2:]] == [True] * 3
    personas = rows(folder / "truth.parquet", "count(operation), count(team)")
    assert personas[0][0] == 40
    assert personas[0][1] >= 10


def test_a_world_without_an_operation_says_so(run: Run, tmp_path: Path) -> None:
    code, shown, _ = run(
        "simulate", tmp_path / "w", "--accounts", 50, "--targets", 900, "--contacts", 500, "--operation", "none"
    )
    assert code == 0
    assert "planted: nothing" in shown


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("--personas", 900, "--accounts", 800), "900 personas do not hide among 800 accounts"),
        (("--operation", "none", "--layers", "created"), "no operation to have created"),
        (("--layers", "texts"), "no layer is called texts"),
        (("--operation", "rings", "--list-contacts", 500), "ask for fewer list_contacts"),
    ],
)
def test_what_cannot_be_made_is_a_usage_error_with_the_reason(run: Run, tmp_path: Path, asked, reason: str) -> None:
    code, _, said = run("simulate", tmp_path / "w", *asked)
    assert code == 2
    assert reason in " ".join(said.replace("│", " ").split())
    assert not (tmp_path / "w").exists()


def test_the_command_refuses_a_folder_in_use_before_it_draws(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    code, shown, said = run("simulate", tmp_path)
    assert (code, shown) == (1, "")
    assert "is not an empty folder; name a new one" in said


def test_the_command_offers_every_background_and_shape() -> None:
    assert [shape.value for shape in Planted] == [shape.value for shape in Shape]
    assert [ground.value for ground in Ground] == [background.value for background in Background]
