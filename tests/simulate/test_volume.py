"""The large archives hold exactly what was asked, in the layouts of the plain writer."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from counterlure.errors import InputError
from counterlure.simulate import Truth, read_truth, volume, write_volume
from counterlure.simulate.inbox import Correspondent
from counterlure.simulate.layouts import MESSAGE_HEADERS, MessageLine, messages_csv, utc_time

ARCHIVES, MESSAGES = 4, 1500


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    into = tmp_path_factory.mktemp("volume")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(volume, "RARITY", 300)
        return into, write_volume(into, archives=ARCHIVES, messages=MESSAGES, seed=2)


def rows(into: Path, truth: Truth) -> list[list[dict[str, str]]]:
    found = []
    for delivery in truth.deliveries:
        with (into / delivery.paths[0] / "messages.csv").open(encoding="utf-8", newline="") as lines:
            found.append(list(csv.DictReader(lines, strict=True)))
    return found


def test_every_archive_holds_exactly_the_messages_asked_for(written: tuple[Path, Truth]) -> None:
    into, truth = written
    found = rows(into, truth)
    assert [len(archive) for archive in found] == [MESSAGES] * ARCHIVES
    assert truth.messages == ARCHIVES * MESSAGES
    assert len({row["CONVERSATION ID"] for archive in found for row in archive}) == truth.conversations
    for delivery, archive in zip(truth.deliveries, found, strict=True):
        assert list(archive[0]) == MESSAGE_HEADERS[delivery.vintage]  # type: ignore[index]
        assert all(len(row) == len(archive[0]) and None not in row.values() for row in archive)


def test_folders_are_named_as_the_platform_names_them(written: tuple[Path, Truth]) -> None:
    into, truth = written
    for delivery in truth.deliveries:
        assert re.fullmatch(r"Complete_LinkedInDataExport_\d\d-\d\d-\d{4}", delivery.paths[0])
        files = {path.name for path in (into / delivery.paths[0]).iterdir()}
        assert files == {"messages.csv", "Invitations.csv", "Profile.csv"}


def test_ordinary_messages_have_five_to_ninety_words_and_vary(written: tuple[Path, Truth]) -> None:
    into, truth = written
    hostile = {reach.conversation for reach in truth.reached}
    texts = [r["CONTENT"] for a in rows(into, truth) for r in a if r["CONVERSATION ID"] not in hostile]
    assert all(5 <= len(text.split()) <= 90 for text in texts)
    assert len(set(texts)) > 0.75 * len(texts)
    assert not any("{" in text or "[[" in text for text in texts)


def test_hostile_scenes_come_once_in_so_many_conversations_and_whole(written: tuple[Path, Truth]) -> None:
    into, truth = written
    assert len(truth.reached) == len(truth.personas) == round(truth.conversations / 300)
    by_key: dict[str, list[dict[str, str]]] = {}
    for archive in rows(into, truth):
        for row in archive:
            by_key.setdefault(row["CONVERSATION ID"], []).append(row)
    for reach in truth.reached:
        thread = by_key[reach.conversation]
        assert len(thread) == reach.messages_in + reach.messages_out
        assert {row["SENDER PROFILE URL"] for row in thread} == {reach.account, reach.target}
        assert thread[-1]["DATE"] == utc_time(reach.first_at)


def test_the_usual_rarity_is_one_in_twenty_thousand() -> None:
    assert volume.RARITY == 20_000


def test_the_owner_can_be_told_from_the_invitations(written: tuple[Path, Truth]) -> None:
    into, truth = written
    for delivery in truth.deliveries:
        with (into / delivery.paths[0] / "Invitations.csv").open(encoding="utf-8", newline="") as lines:
            outgoing = [row for row in csv.DictReader(lines) if row["Direction"] == "OUTGOING"]
        assert outgoing
        if delivery.vintage != "2023-07":
            assert outgoing[0]["inviterProfileUrl"] == delivery.target


@pytest.mark.parametrize("vintage", volume.VINTAGES)
@pytest.mark.parametrize("content", ["plain", "with, comma", 'a "quoted" word', 'both, "here"'])
def test_the_fast_row_is_the_row_of_the_plain_writer(vintage: volume.Vintage, content: str) -> None:
    sender = Correspondent("A", "A B", "https://www.linkedin.com/in/a-b")
    to = Correspondent("C", "C D", "https://www.linkedin.com/in/c-d")
    at = 1_741_346_031
    line = MessageLine("2-x", "", sender.name, sender.url, (to.name,), (to.url,), at, "", content, "INBOX", True)
    fast = volume._ROWS[vintage]("2-x", sender, to, volume._date(at), content)
    assert fast == messages_csv(vintage, [line]).split("\n", 1)[1]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_volume(tmp_path / name, archives=2, messages=400, seed=9)
    for path in (tmp_path / "a").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_an_archive_may_end_in_the_middle_of_a_conversation(tmp_path: Path) -> None:
    truth = write_volume(tmp_path, archives=1, messages=1, seed=4)
    assert len(rows(tmp_path, truth)[0]) == 1
    assert read_truth(tmp_path / "truth.json") == truth


def test_a_full_folder_and_empty_orders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(InputError, match="is not empty"):
        write_volume(tmp_path, archives=1, messages=1, seed=1)
    with pytest.raises(ValueError, match="at least 1"):
        write_volume(tmp_path / "new", archives=0, messages=1, seed=1)
