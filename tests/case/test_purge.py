"""What a purge takes along, what it leaves, and what it refuses."""

from __future__ import annotations

import pytest

from counterlure.case import audit, doctor, letters, retention, review
from counterlure.case.rows import AccountRow, Batch, ConnectionRow, ContactRow, ConversationRow, Owner
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.errors import CaseError
from counterlure.model import Skipped
from tests.factories import Delivery

from .conftest import NOW


def rows(case: Case, sql: str) -> list[tuple[object, ...]]:
    return case.db.execute(sql).fetchall()


def handed_in(who: str, line: int = 2, **more: object) -> Delivery:
    """A delivery of `who` that holds the shared thread t1 with in:evil, and one connection."""
    batch = Batch(
        f"{who}.zip/messages.csv", "messages", "0",
        accounts=[AccountRow([f"in:{who}"], who.title()), AccountRow(["in:evil"])],
        conversations=[ConversationRow("t1", None, [0, 1])],
        messages=[(0, NOW, 1, line, 0, "hello there", None)],
        connections=[ConnectionRow("in:friend", NOW, 5, "A Friend")],
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return Delivery(f"{who}.zip", who, Owner([f"in:{who}"], who.title()), [batch])


def sound(case: Case) -> bool:
    return next(check.ok for check in doctor.examine(case) if check.name == "references")


def test_an_unknown_number_is_refused_before_anything_is_touched(case):
    DeliveryWriter(case).write(handed_in("alice"))
    report = case.path / "report"
    report.mkdir()
    (report / "report.html").write_text("x")
    case.db.execute("INSERT INTO assessment_run(at, version, document) VALUES (1, 'x', x'00')")
    with pytest.raises(CaseError, match="no delivery 7, 9"):
        retention.purge(case, [1, 9, 7])
    assert (report / "report.html").exists()
    assert rows(case, "SELECT count(*) FROM assessment_run") == [(1,)]
    assert rows(case, "SELECT count(*) FROM message") == [(1,)]


def test_nothing_to_purge_touches_nothing(case):
    (case.path / "report").mkdir()
    (case.path / "report" / "report.html").write_text("x")
    assert retention.purge(case, []).deliveries == ()
    assert (case.path / "report" / "report.html").exists()


def test_a_number_given_twice_counts_once(case):
    DeliveryWriter(case).write(handed_in("alice"))
    assert retention.purge(case, [1, 1]).deliveries == ("alice.zip",)


@pytest.mark.parametrize("link", ["report", "report/letters", "report/report.html"])
def test_purge_removes_nothing_behind_a_link(case, tmp_path, link):
    DeliveryWriter(case).write(handed_in("alice"))
    outside = tmp_path / "outside"
    (outside / "letters").mkdir(parents=True)
    kept = [outside / "report.html", outside / "T-0001.txt", outside / "letters" / "T-0001.html"]
    for path in kept:
        path.write_text("not ours")
    (case.path / link).parent.mkdir(exist_ok=True)
    (case.path / link).symlink_to(outside / "report.html" if link.endswith("html") else outside)
    retention.purge(case, [1])
    assert [path.exists() for path in kept] == [True, True, True]
    assert (case.path / link).is_symlink()


def test_purge_removes_every_file_of_the_report_and_no_other(case):
    DeliveryWriter(case).write(handed_in("alice"))
    report = case.path / "report"
    (report / "letters").mkdir(parents=True)
    ours = ["report.html", "assessment.json", "accounts.csv", "exposure.csv", "findings.json", "letters/T-0001.txt",
            "letters/T-12345.html", ".report.html.ab_12x", "letters/.T-0001.txt.q1w2e3"]  # fmt: skip
    others = ["notes.txt", "letters/mine.txt", "report.html.bak", "T-0001.txt"]
    for name in [*ours, *others]:
        (report / name).write_text("x")
    retention.purge(case, [1])
    assert [name for name in ours if (report / name).exists()] == []
    assert [name for name in others if (report / name).exists()] == others


def test_rows_stay_where_the_report_cannot_be_removed(case, monkeypatch):
    DeliveryWriter(case).write(handed_in("alice"))
    (case.path / "report").mkdir()
    (case.path / "report" / "report.html").write_text("x")

    def refuse(self: object, missing_ok: bool = False) -> None:
        raise PermissionError(13, "denied", str(self))

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    with pytest.raises(CaseError, match="nothing was purged"):
        retention.purge(case, [1])
    monkeypatch.undo()
    assert rows(case, "SELECT count(*) FROM delivery") == [(1,)]
    assert retention.purge(case, [1]).messages == 1
    assert not (case.path / "report" / "report.html").exists()


def test_the_report_is_gone_before_the_rows_are(case, monkeypatch):
    DeliveryWriter(case).write(handed_in("alice"))
    (case.path / "report").mkdir()
    (case.path / "report" / "report.html").write_text("x")

    def crash(_: Case) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(retention, "_shrink", crash)
    with pytest.raises(KeyboardInterrupt):
        retention.purge(case, [1])
    assert not (case.path / "report" / "report.html").exists()


def test_a_person_who_shared_a_thread_with_another_delivery_leaves_with_their_own(case):
    writer = DeliveryWriter(case)
    writer.write(handed_in("alice"))
    writer.write(handed_in("bob", line=77))
    retention.purge(case, [1])
    assert rows(case, "SELECT name FROM target") == [("Bob",)]
    assert rows(case, "SELECT target, delivery FROM conversation_delivery") == [(2, 2)]
    assert rows(case, "SELECT target FROM connection UNION ALL SELECT target FROM connection_plain") == [(2,), (2,)]
    assert rows(case, "SELECT key FROM account_key ORDER BY key") == [("in:bob",), ("in:evil",)]
    assert rows(case, "SELECT source, line FROM message") == [(2, 77)]
    assert sound(case)


def test_the_second_delivery_of_a_shared_thread_leaves_the_first_whole(case):
    writer = DeliveryWriter(case)
    writer.write(handed_in("alice"))
    before = {
        t: rows(case, f"SELECT * FROM {t}") for t in ("participant", "conversation_delivery", "message", "target")
    }
    writer.write(handed_in("bob"))
    retention.purge(case, [2])
    assert {t: rows(case, f"SELECT * FROM {t}") for t in before} == before
    for table in ("participant_also", "conversation_delivery_also", "message_also", "contact_also"):
        assert rows(case, f"SELECT * FROM {table}") == []


def test_connections_leave_with_their_delivery_though_the_person_stays(case):
    writer = DeliveryWriter(case)
    writer.write(
        Delivery(
            "c",
            "1",
            Owner(["in:alice"]),
            [Batch("c", "connections", "0", connections=[ConnectionRow("in:z", 1, 2, "Z")])],
        )
    )
    later = handed_in("alice")
    later.batches[0].connections.clear()
    writer.write(later)
    retention.purge(case, [1])
    assert rows(case, "SELECT * FROM connection") == rows(case, "SELECT * FROM connection_plain") == []
    assert rows(case, "SELECT count(*) FROM target") == [(1,)]


def test_a_contact_that_another_delivery_holds_stays_under_that_one(case):
    writer = DeliveryWriter(case)
    for name, line in (("a", 2), ("b", 9)):
        contacts = [ContactRow("invitation", 0, True, NOW, line, "note")]
        made = Batch(
            f"{name}/Invitations.csv", "invitations", "0", accounts=[AccountRow(["in:evil"])], contacts=contacts
        )
        writer.write(Delivery(name, name, Owner(["in:alice"]), [made]))
    retention.purge(case, [1])
    assert rows(case, "SELECT s.name, c.line FROM contact c JOIN source s ON s.id = c.source") == [
        ("b/Invitations.csv", 9)
    ]
    assert rows(case, "SELECT * FROM contact_also") == []
    retention.purge(case, [2])
    assert rows(case, "SELECT * FROM contact") == []
    assert sound(case)


def test_what_people_said_of_an_account_leaves_with_it(case):
    writer = DeliveryWriter(case)
    writer.write(handed_in("alice"))
    alone = Batch("a/Invitations.csv", "invitations", "0", accounts=[AccountRow(["in:alone"])],
                  contacts=[ContactRow("invitation", 0, True, NOW, 2, "note")])  # fmt: skip
    writer.write(Delivery("b", "b", Owner(["in:alice"]), [alone]))
    evil, lone = (
        rows(case, f"SELECT account FROM account_key WHERE key = 'in:{who}'")[0][0] for who in ("evil", "alone")
    )
    both = review.decide(case, "ana", [evil, lone], "likely")
    for account in (evil, lone):
        review.annotate(case, "ana", account, f"marker {account}")
        review.label(case, "ana", account, "lead")
    review.undo(case, "ana", review.decide(case, "ana", [lone], "benign"))
    retention.purge(case, [2])
    assert rows(case, "SELECT account, act FROM verdict") == [(evil, both)]
    assert [note.text for note in review.notes(case.db, evil)] == [f"marker {evil}"]
    assert review.tags(case.db) == {evil: ("lead",)}
    assert rows(case, "SELECT count(*) FROM act") == [(3,)]
    assert review.history(case.db, lone) == []
    assert f"marker {lone}".encode() not in case.file.read_bytes()
    assert review.decide(case, "ana", [evil], "benign") > both + 5  # numbers of acts are never given twice
    retention.purge(case, [1])
    assert rows(case, "SELECT * FROM act") == []
    assert audit.verify(case.db) is None
    assert sound(case)


def test_letters_to_a_person_leave_with_that_person(case):
    writer = DeliveryWriter(case)
    writer.write(handed_in("alice"))
    writer.write(handed_in("bob", line=77))
    for target in (1, 2):
        letter = letters.draft(case, "ana", target, "en", f"marker {target}")
        letters.approve(case, "lea", letter, letters.get(case.db, letter).digest)
        letters.hand_over(case, "ana", letter, f"spoken {target}")
    retention.purge(case, [1])
    assert [(one.id, one.target) for one in letters.of_case(case.db)] == [(2, "T-0002")]
    assert rows(case, "SELECT DISTINCT letter FROM letter_version UNION SELECT letter FROM letter_deed") == [(2,)]
    kept = case.file.read_bytes()
    assert (b"marker 1" in kept, b"spoken 1" in kept, b"marker 2" in kept) == (False, False, True)
    retention.purge(case, [2])
    for table in ("letter", "letter_version", "letter_deed"):
        assert rows(case, f"SELECT * FROM {table}") == []
    assert sound(case)


def test_a_letter_to_somebody_who_stays_loses_what_it_quotes_and_keeps_its_place_in_the_register(case):
    writer = DeliveryWriter(case)
    writer.write(handed_in("alice"))
    later = handed_in("alice", line=77)
    later.digest = "another"
    writer.write(later)
    letter = letters.draft(case, "ana", 1, "en", "marker of alice")
    signed = letters.get(case.db, letter).digest
    letters.approve(case, "lea", letter, signed)
    retention.purge(case, [1])
    kept = letters.get(case.db, letter)
    assert (kept.body, kept.digest, kept.approved_by) == ("", signed, "lea")
    assert b"marker of alice" not in case.file.read_bytes()
    with pytest.raises(CaseError, match="was purged"):
        letters.export(case, "lea", letter, "html")


def test_a_pseudonym_is_never_given_to_another_person(case):
    writer = DeliveryWriter(case)
    writer.write(handed_in("alice"))
    retention.purge(case, [1])
    writer.write(handed_in("bob"))
    assert rows(case, "SELECT id, name FROM target") == [(2, "Bob")]
    assert rows(case, "SELECT id FROM delivery") == [(2,)]
    assert rows(case, "SELECT min(id) FROM account") == [(3,)]


def test_purge_refuses_to_leave_rows_that_point_nowhere(case):
    DeliveryWriter(case).write(handed_in("alice"))
    case.db.execute("PRAGMA foreign_keys = OFF")
    case.db.execute("INSERT INTO position VALUES (99, 'work', NULL, NULL, NULL, NULL, NULL, 1, NULL)")
    with pytest.raises(CaseError, match="doctor"):
        retention.purge(case, [1])
    assert rows(case, "SELECT count(*) FROM delivery") == [(1,)]
    assert rows(case, "PRAGMA foreign_keys") == [(1,)]


def test_what_could_not_be_opened_is_forgotten_with_the_last_delivery(case):
    writer = DeliveryWriter(case)
    writer.write(handed_in("alice"))
    writer.write(Delivery("broken.zip", "", None, [], [Skipped("broken.zip", "is not a ZIP archive")]))
    retention.purge(case, [1])
    assert rows(case, "SELECT * FROM skipped") == []


def test_a_purge_of_a_large_case_does_not_look_up_every_reference(case):
    writer = DeliveryWriter(case)
    number = 3000
    for who in ("alice", "bob"):
        accounts = [AccountRow([f"in:{who}"]), *(AccountRow([f"in:{who}{i}"]) for i in range(number))]
        threads = [ConversationRow(f"{who}{i}", None, [0, i + 1]) for i in range(number)]
        messages = [(i, NOW, i + 1, i, 0, "hello", None) for i in range(number)]
        made = Batch(who, "messages", "0", accounts=accounts, conversations=threads, messages=messages)
        writer.write(Delivery(who, who, Owner([f"in:{who}"]), [made]))
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    case.db.set_progress_handler(step, 10_000)
    retention.purge(case, [1])
    assert steps < 300  # some hundred operations for each row; with every reference looked up it is thousands
    assert rows(case, "SELECT count(*) FROM message") == [(number,)]
