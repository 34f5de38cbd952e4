"""A case is made once, opened safely, audited, checked and forgets in time."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.case import audit, doctor, retention, review, view
from counterlure.case.store import SCHEMA_VERSION, Case
from counterlure.case.write import DeliveryWriter
from counterlure.detect import allowed_columns
from counterlure.errors import CaseError, ForbiddenColumn
from tests.factories import Delivery

from .conftest import DAY, NOW, OWNER


def test_a_case_records_why_it_exists(case):
    assert case.meta["purpose"] == "test"
    assert case.db.execute("SELECT action FROM audit").fetchall() == [("init",)]


def test_a_second_case_is_not_made_over_the_first(case):
    with pytest.raises(CaseError, match="already"):
        Case.create(case.path)


def test_opening_a_directory_without_a_case_says_how_to_make_one(tmp_path):
    with pytest.raises(CaseError, match="init"):
        Case.open(tmp_path)


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path):
    (tmp_path / "case.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(CaseError, match="damaged"):
        Case.open(tmp_path)


def test_a_case_of_another_version_is_refused(case):
    case.db.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    case.close()
    with pytest.raises(CaseError, match="99"):
        Case.open(case.path)


def test_only_the_owner_can_read_a_new_case(case):
    assert case.file.stat().st_mode & 0o077 == 0


def test_an_encrypted_case_opens_with_its_passphrase_only(tmp_path, monkeypatch, batch):
    pytest.importorskip("sqlcipher3", reason="the extra `encrypt` is not installed")
    monkeypatch.setenv("COUNTERLURE_PASSPHRASE", 'it\'s a "secret"; --')
    with Case.create(tmp_path / "c", purpose="p") as made:
        DeliveryWriter(made).write(Delivery("a.zip", "1", OWNER, [batch(text="marker words")]))
    assert b"marker words" not in (tmp_path / "c" / "case.sqlite").read_bytes()
    with Case.open(tmp_path / "c") as again:
        assert again.db.execute("SELECT count(*) FROM message").fetchone() == (2,)
    for wrong in ("other", ""):
        monkeypatch.setenv("COUNTERLURE_PASSPHRASE", wrong)
        with pytest.raises(CaseError, match="COUNTERLURE_PASSPHRASE"):
            Case.open(tmp_path / "c")


def test_the_audit_table_refuses_change_and_removal(case):
    for statement in ("UPDATE audit SET actor = 'me'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            case.db.execute(statement)


@given(field=st.sampled_from(["at", "actor", "action", "object", "result", "hash"]), row=st.integers(1, 5))
def test_every_edit_of_the_audit_chain_is_found(field, row):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE audit (id INTEGER PRIMARY KEY, at, actor, action, object, result, hash)")
    for i in range(5):
        audit.append(db, i, "a", "b", "c", str(i))
    assert audit.verify(db) is None
    value = db.execute(f"SELECT {field} FROM audit WHERE id = ?", (row,)).fetchone()[0]
    db.execute(
        f"UPDATE audit SET {field} = ? WHERE id = ?", (f"{value}x" if isinstance(value, str) else value + 1, row)
    )
    assert str(row) in (audit.verify(db) or "")
    db.close()


def test_a_chain_cut_at_its_end_is_found_by_a_head_noted_earlier(case):
    head = case.record("scan", "x", "y")
    case.db.execute("DROP TRIGGER audit_no_delete")
    case.db.execute("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    assert audit.verify(case.db) is None
    assert "cut off" in (audit.verify(case.db, head) or "")


def test_a_missing_entry_in_the_middle_is_found(case):
    for _ in range(3):
        case.record("scan", "x", "y")
    case.db.execute("DROP TRIGGER audit_no_delete")
    case.db.execute("DELETE FROM audit WHERE id = 2")
    assert "2 is missing" in (audit.verify(case.db) or "")


def test_the_doctor_finds_a_sound_case_sound(case, batch):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    assert [check.name for check in doctor.examine(case) if not check.ok] == []


def test_the_doctor_names_what_is_wrong(case, batch, clock):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    case.db.execute("PRAGMA foreign_keys = OFF")
    case.db.execute("DELETE FROM source")
    case.db.execute("DELETE FROM meta WHERE key = 'purpose'")
    case.file.chmod(0o644)
    clock.now += 31 * DAY
    wrong = {check.name for check in doctor.examine(case, "f" * 64) if not check.ok}
    assert wrong == {"references", "audit chain", "permissions", "purpose", "retention"}


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("INSERT INTO account_key SELECT k.key, a.id FROM account_key k, account a WHERE k.account != a.id", "in:"),
        ("INSERT INTO conversation(key) SELECT key FROM conversation", "2-"),
    ],
)
def test_the_doctor_names_an_address_of_two_accounts_and_a_thread_that_stands_twice(case, batch, sql, named):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    case.db.execute(sql)
    (wrong,) = [check for check in doctor.examine(case) if not check.ok]
    assert wrong.name == "once each"
    assert named in wrong.detail


def test_retention_counts_from_the_day_a_delivery_was_read(case, batch, clock):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    clock.now = NOW + 30 * DAY - 1
    assert retention.due(case) == []
    clock.now = NOW + 30 * DAY
    assert retention.due(case) == [(1, "a.zip")]


def test_purge_removes_all_that_stands_in_no_other_delivery(case, batch):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a.zip", "1", OWNER, [batch(text="only here, marker")]))
    report = case.path / "report" / "letters"
    report.mkdir(parents=True)
    (report / "T-0001.txt").write_text("quotes the marker")
    gone = retention.purge(case, [1])
    assert (gone.deliveries, gone.messages) == (("a.zip",), 2)
    tables = ("message", "account", "account_key", "conversation", "participant", "target", "source", "delivery")
    assert [case.db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables] == [0] * len(tables)
    assert not (report / "T-0001.txt").exists()
    assert b"marker" not in case.file.read_bytes()
    assert audit.verify(case.db) is None


def test_purge_keeps_what_another_delivery_holds_under_its_file_and_line(case, batch):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a.zip", "1", OWNER, [batch()]))
    writer.write(Delivery("b.zip", "2", OWNER, [batch(source="b.zip/messages.csv")]))
    retention.purge(case, [1])
    rows = case.db.execute(
        "SELECT s.name, m.line FROM message m JOIN source s ON s.id = m.source ORDER BY m.line"
    ).fetchall()
    assert rows == [("b.zip/messages.csv", 2), ("b.zip/messages.csv", 3)]
    assert case.db.execute("SELECT count(*) FROM message_also").fetchone() == (0,)
    assert case.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_account_is_found_by_address_key_slug_or_name(case, batch):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    found = [
        view.find_account(case, text) for text in ("https://x/in/stranger", "in:stranger", "stranger", "Stran Ger")
    ]
    assert found == [[2]] * 4
    assert view.find_account(case, "nobody") == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM account",
        "SELECT headline FROM account",
        "SELECT count(*) FROM account WHERE name LIKE 'A%'",
        "SELECT id FROM account ORDER BY url",
        "SELECT a.id FROM account a JOIN target t ON t.name = a.name",
        "SELECT key FROM account_key",
        "SELECT * FROM profile",
        "SELECT role FROM target",
        "SELECT organisation FROM target",
        "SELECT title FROM position",
        "SELECT summary FROM profile",
        "SELECT value FROM meta",
        "UPDATE account SET local = 0",
        "DELETE FROM message",
        "ATTACH 'x' AS y",
        "PRAGMA writable_schema = 1",
    ],
)
def test_a_detector_cannot_read_what_tells_who_somebody_is_nor_write(case, batch, sql):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    with case.reader(allowed_columns()) as reader, pytest.raises(ForbiddenColumn):
        list(reader.rows(sql))


def test_a_detector_reads_messages(case, batch):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    with case.reader(allowed_columns()) as reader:
        assert [row[0] for row in reader.rows("SELECT text FROM message ORDER BY id")] == [
            "hello there",
            "who are you?",
        ]


_UNDO_3 = """
DROP TABLE letter_deed; DROP TABLE letter_version; DROP TABLE letter; DROP TABLE member;
DROP TABLE verdict; DROP TABLE note; DROP TABLE tag; DROP TABLE act;
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
CREATE TABLE earlier (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- shown as T-0001
    account INTEGER REFERENCES account(id), name TEXT, organisation TEXT,
    role TEXT                    -- job title, for exposure only
) STRICT;
INSERT INTO earlier SELECT id, account, name, organisation, role FROM target;
DROP TABLE target;
ALTER TABLE earlier RENAME TO target;
CREATE TABLE verdict (id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account(id), verdict TEXT) STRICT;
UPDATE meta SET value = '2' WHERE key = 'schema_version';
"""
_UNDO_2 = """
DROP INDEX profile_account; DROP INDEX position_profile; DROP TABLE portrait; DROP TABLE page;
ALTER TABLE profile DROP COLUMN recommendations; ALTER TABLE profile DROP COLUMN picture;
ALTER TABLE position DROP COLUMN identifier; UPDATE meta SET value = '1' WHERE key = 'schema_version';
"""


def shape(case: Case) -> dict[str, list[tuple[object, ...]]]:
    """Columns, references and indexes of every table, and how it is kept."""
    names = [name for (name,) in case.db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    asked = ("table_info", "foreign_key_list", "index_list", "table_list")
    found = {f"{ask} {name}": case.db.execute(f"PRAGMA {ask}({name})").fetchall() for name in names for ask in asked}
    # The order in which indexes were made shows in their number only.
    indexes = {key: sorted(row[1:] for row in rows) for key, rows in found.items() if key.startswith("index_list")}
    made = "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    for name, table in case.db.execute(made).fetchall():
        indexes[f"index {name} of {table}"] = case.db.execute(f"PRAGMA index_xinfo({name})").fetchall()
    triggers = case.db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name").fetchall()
    return found | indexes | {"triggers": triggers}


@pytest.mark.parametrize(("undo", "found"), [(_UNDO_3, "2"), (_UNDO_3 + _UNDO_2, "1")])
def test_a_case_of_an_earlier_version_is_brought_forward_with_its_rows(tmp_path, batch, undo, found):
    """The earlier schema is rebuilt from today's by taking away what came later."""
    with Case.create(tmp_path / "case") as case:
        DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
        case.db.executescript(undo)
    with Case.open(tmp_path / "case") as case, Case.create(tmp_path / "new") as new:
        assert case.meta["schema_version"] == new.meta["schema_version"] == str(SCHEMA_VERSION)
        assert shape(case) == shape(new)
        assert case.db.execute("SELECT name, organisation, department FROM target").fetchall() == [
            ("Ola Wner", "Works", None)
        ]
        assert case.db.execute("SELECT count(*) FROM message").fetchone() == (2,)
        entry = case.db.execute("SELECT action, result FROM audit ORDER BY id DESC").fetchone()
        assert entry == ("migrate", f"from {found}")
        assert review.decide(case, "ana", [2], "likely") == 1
        assert [check.name for check in doctor.examine(case) if not check.ok] == ["purpose"]


def test_a_migration_that_fails_changes_nothing(tmp_path):
    with Case.create(tmp_path / "case") as case:
        case.db.executescript(_UNDO_3 + "CREATE INDEX letter_target ON target(name);")
        before = shape(case)
    for _ in range(2):
        with pytest.raises(CaseError, match="letter_target"):
            Case.open(tmp_path / "case")
    db = sqlite3.connect(tmp_path / "case" / "case.sqlite")
    assert db.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == ("2",)
    assert shape(Case(tmp_path / "case", db, lambda: NOW, "local")) == before
    db.close()
