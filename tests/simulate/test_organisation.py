"""What is written to disk agrees with the truth beside it."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from counterlure.errors import InputError
from counterlure.simulate import Truth, read_truth, write_organisation
from counterlure.simulate.organisation import PLAN

from .conftest import members, messages

Organisation = tuple[Path, Truth]


def digest(into: Path) -> dict[str, str]:
    files = sorted(path for path in into.rglob("*") if path.is_file())
    return {path.relative_to(into).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_organisation(tmp_path / name, seed=seed, colleagues=12)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a")["truth.json"] != digest(tmp_path / "c")["truth.json"]


def test_the_organisation_has_the_size_it_is_meant_to_have(organisation: Organisation) -> None:
    _, truth = organisation
    assert len(truth.colleagues) == len(truth.deliveries) == 40
    assert len(truth.personas) == 12
    assert 300 <= sum(len(accounts) for accounts in truth.honest.values()) <= 500
    assert 3000 <= truth.messages <= 5000
    assert {(d.vintage, d.form) for d in truth.deliveries} == set(PLAN)


def test_the_truth_read_back_is_the_truth_written(organisation: Organisation) -> None:
    into, truth = organisation
    assert read_truth(into / "truth.json") == truth


def test_every_row_is_counted_and_every_thread_with_a_stranger_is_in_the_archive(organisation: Organisation) -> None:
    into, truth = organisation
    seen: dict[str, Counter[str]] = {}
    for delivery in truth.deliveries:
        rows = list(messages(into, delivery))
        assert len(rows) == delivery.messages
        if delivery.vintage != "2018":
            drafts = ("IS MESSAGE DRAFT", "Yes")
            seen[delivery.target] = Counter(r["CONVERSATION ID"] for r in rows if drafts not in r.items())
    known = [reach for reach in truth.reached if reach.target in seen]
    assert len(known) > 600
    for reach in known:
        assert seen[reach.target][reach.conversation] == reach.messages_in + reach.messages_out


def test_an_account_appears_as_the_truth_says(organisation: Organisation) -> None:
    into, truth = organisation
    reached = {(reach.target, reach.conversation): reach for reach in truth.reached}
    names = {persona.account: persona.name for persona in (*truth.personas, *truth.lone)}
    shown: Counter[str] = Counter()
    for delivery in truth.deliveries:
        for row in messages(into, delivery):
            reach = reached.get((delivery.target, row.get("CONVERSATION ID", "")))
            if reach is None or row["SENDER PROFILE URL"] == delivery.target:
                continue
            removed = reach.shown == "removed"
            assert row["SENDER PROFILE URL"] == ("" if removed else reach.account)
            if reach.account in names:
                assert row["FROM"] == ("LinkedIn Member" if removed else names[reach.account])
                shown[reach.shown] += 1
    assert shown["url"] > 20
    assert shown["removed"] > 5


def test_the_oldest_layout_shows_names_only(organisation: Organisation) -> None:
    _, truth = organisation
    old = {delivery.target for delivery in truth.deliveries if delivery.vintage == "2018"}
    shown = {reach.shown for reach in truth.reached if reach.target in old}
    assert "url" not in shown
    assert "name" in shown


def test_the_operation_meets_the_same_colleagues_again_and_reuses_a_text(organisation: Organisation) -> None:
    into, truth = organisation
    personas = {persona.account for persona in truth.personas}
    targets: dict[str, set[str]] = defaultdict(set)
    for reach in truth.reached:
        if reach.account in personas:
            targets[reach.target].add(reach.account)
    assert sum(len(accounts) >= 3 for accounts in targets.values()) >= 5
    openings = {}
    for delivery in truth.deliveries:
        for row in messages(into, delivery):
            if row.get("SENDER PROFILE URL") in (truth.personas[0].account, truth.personas[8].account):
                openings[row["SENDER PROFILE URL"], row["CONVERSATION ID"]] = row["CONTENT"]
    first, second = ([t for (a, _), t in openings.items() if a == truth.personas[i].account] for i in (0, 8))
    assert max(SequenceMatcher(None, a, b).ratio() for a in first for b in second) > 0.85
    assert not set(first) & set(second)


def test_only_hostile_contacts_show_stages(organisation: Organisation) -> None:
    _, truth = organisation
    for reach in truth.reached:
        assert (reach.stage is not None) is reach.hostile
        assert reach.hostile is (reach.account in truth.hostile_accounts)
    stages = Counter(reach.stage for reach in truth.reached if reach.hostile)
    assert stages["sensitive_request"] > 10
    assert stages["coercion"] >= 1


def test_honest_accounts_are_closed_too(organisation: Organisation) -> None:
    _, truth = organisation
    assert sum(reach.shown == "removed" and not reach.hostile for reach in truth.reached) >= 3


def test_the_register_lists_honest_firms_but_not_all_and_no_firm_of_a_persona(organisation: Organisation) -> None:
    into, truth = organisation
    with (into / "register.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["name", "country", "status"]
    listed = {row["name"] for row in rows}
    assert truth.organisation in listed
    assert not listed & {persona.employer for persona in (*truth.personas, *truth.lone)}
    words = {name.split()[0] for name in listed}
    hostile = {persona.employer.split()[0] for persona in (*truth.personas, *truth.lone)}
    assert not words & hostile
    unlisted = set(truth.names.companies) - words - hostile
    assert 0.05 < len(unlisted) / len(truth.names.companies) < 0.25


def test_reported_contacts_name_known_accounts_and_colleagues(organisation: Organisation) -> None:
    into, truth = organisation
    with (into / "reported_contacts.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["account", "target", "at", "kind", "direction", "text", "employer"]
    met = {(reach.account, reach.target) for reach in truth.reached}
    assert {(row["account"], row["target"]) for row in rows} <= met
    assert {row["kind"] for row in rows} == {"call", "meeting", "trip"}
    assert {row["direction"] for row in rows} == {"in", "out"}
    hostile = sum(row["account"] in truth.hostile_accounts for row in rows)
    assert 0 < hostile < len(rows)


def test_colleagues_threads_stand_in_both_archives_under_one_id(organisation: Organisation) -> None:
    into, truth = organisation
    archives: Counter[str] = Counter()
    for delivery in truth.deliveries:
        archives.update({row["CONVERSATION ID"] for row in messages(into, delivery) if "CONVERSATION ID" in row})
    assert len(archives) <= truth.conversations
    assert sum(count == 2 for count in archives.values()) > 70
    assert sum(count > 2 for count in archives.values()) >= 3


def test_every_message_lies_in_the_two_years_and_before_its_export(organisation: Organisation) -> None:
    into, truth = organisation
    end = datetime(2026, 10, 31, tzinfo=UTC)
    for delivery in truth.deliveries:
        assert delivery.exported_at <= end.timestamp()
        for row in messages(into, delivery):
            pattern = "%m/%d/%y, %I:%M %p" if delivery.vintage == "2018" else "%Y-%m-%d %H:%M:%S UTC"
            at = datetime.strptime(row["DATE"], pattern).replace(tzinfo=UTC)
            assert 0 <= (end - at).days <= 730
            assert at.timestamp() <= delivery.exported_at


def test_the_archives_hold_the_quirks_of_real_ones(organisation: Organisation) -> None:
    into, truth = organisation
    rows = [row for delivery in truth.deliveries for row in messages(into, delivery)]
    assert {row["FOLDER"] for row in rows} == {"INBOX", "ARCHIVE", "ARCHIVED", "SPAM", "SENT"}
    assert any(row["CONTENT"].startswith("<p class=") and row["SUBJECT"] for row in rows)
    assert any("%C3%" in row.get("SENDER PROFILE URL", "") for row in rows)
    assert any(row.get("IS MESSAGE DRAFT") == "Yes" for row in rows)
    assert any(row.get("ATTACHMENTS") for row in rows)
    assert not any("\n" in row["CONTENT"] for row in rows)
    connections = b"".join(members(into, delivery)["Connections.csv"] for delivery in truth.deliveries)
    assert b"\n,,,,,," in connections
    assert b", PhD" in connections


def test_every_archive_holds_files_that_must_never_be_read(organisation: Organisation) -> None:
    into, truth = organisation
    for delivery in truth.deliveries:
        files = members(into, delivery)
        assert {"Ad_Targeting.csv", "Logins.csv"} <= files.keys()
        assert {"ImportedContacts.csv", "Imported Contacts.csv"} & files.keys()
        assert files["Logins.csv"].startswith(b"\xff\xfe") is (delivery.vintage == "2018")
        header = files["Ad_Targeting.csv"].decode("utf-16" if delivery.vintage == "2018" else "utf-8")
        assert header.count("Company Names") == header.count("Job Titles") == 3


def test_a_security_colleague_quotes_what_the_operation_wrote(organisation: Organisation) -> None:
    into, truth = organisation
    rows = [row for delivery in truth.deliveries for row in messages(into, delivery)]
    texts = {row["CONTENT"] for row in rows}
    notes = [text for text in texts if text.startswith(("Security note", "Note de sûreté"))]
    quoted = [note.split('"' if '"' in note else "« ")[1].split(" »")[0] for note in notes]
    assert quoted
    assert set(quoted) <= texts


def test_the_last_day_can_be_set(tmp_path: Path) -> None:
    truth = write_organisation(tmp_path, colleagues=8, until=date(2024, 2, 29))
    assert truth.until == "2024-02-29"
    assert max(reach.last_at for reach in truth.reached) < datetime(2024, 2, 29, tzinfo=UTC).timestamp()


def test_nothing_is_overwritten_and_too_small_an_organisation_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(InputError, match="is not empty"):
        write_organisation(tmp_path)
    with pytest.raises(ValueError, match="at least 8"):
        write_organisation(tmp_path / "new", colleagues=7)


def test_a_file_that_is_no_truth_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    path.write_text('{"seed": "x"}')
    with pytest.raises(InputError, match="no truth of a simulation"):
        read_truth(path)
