from __future__ import annotations

from counterlure.case.rows import Batch, ConnectionRow
from counterlure.ingest.connections import accepts, read
from tests.ingest.archives import CONNECTIONS_2023, PARTNER, PREAMBLE, context, member, table

ROW = ("Bo", "Example, PhD", PARTNER, "", "Example Works", "Director", "27 Jun 2026")
HIDDEN = ("", "", "", "", "", "", "07 Jun 2026")
DAY = 1782518400


def one(data: str, *, opt_in: bool = False) -> Batch:
    [batch] = read(member(data, "Connections.csv"), context(opt_in=opt_in))
    return batch


def test_names_and_employers_stay_in_the_file_without_consent() -> None:
    batch = one(PREAMBLE + table(CONNECTIONS_2023, [ROW, HIDDEN]))
    assert batch.connections == [ConnectionRow("in:bo-example", DAY, 5), ConnectionRow(None, DAY - 20 * 86_400, 6)]
    assert batch.skipped == batch.warnings == []


def test_names_and_employers_come_along_with_consent() -> None:
    [row] = one(table(CONNECTIONS_2023, [ROW]), opt_in=True).connections
    assert (row.name, row.organisation, row.title) == ("Bo Example, PhD", "Example Works", "Director")


def test_the_2018_layout_is_known_by_mail_address() -> None:
    header = CONNECTIONS_2023.replace(",URL", "")
    data = table(header, [("Bo", "Example", "Bo@Example.org", "Works", "Boss", "1/8/18, 6:14 PM")])
    assert one(data).connections == [ConnectionRow("mail:bo@example.org", 1515435240, 2)]


def test_excel_dates_are_read_and_others_named() -> None:
    batch = one(table(CONNECTIONS_2023, [(*ROW[:6], "27-Jun-26"), (*ROW[:6], "27/06/2026")]))
    assert [row.connected_on for row in batch.connections] == [DAY, None]
    assert [skip.line for skip in batch.skipped] == [3]


def test_it_takes_connections_only() -> None:
    assert accepts("Connections.csv", b"")
    assert not accepts("Contacts.csv", b"")
