from __future__ import annotations

from dataclasses import replace

from counterlure.case.rows import Batch, ContactRow
from counterlure.ingest.invitations import accepts, read
from counterlure.ingest.limits import DEFAULT
from tests.ingest.archives import INVITATIONS_2025, OWNER, PARTNER, context, member, table

INCOMING = ("Bo Example", "Ada Example", "1/24/25, 6:42 AM", "Please connect", "INCOMING", PARTNER, OWNER)
OUTGOING = ("Ada Example", "Bo Example", "1/25/25, 6:42 PM", "", "OUTGOING", OWNER, PARTNER)
URNS = INVITATIONS_2025.replace("Url", "Urn")


def one(data: str) -> Batch:
    [batch] = read(member(data, "Invitations.csv"), context())
    return batch


def test_an_invitation_is_a_contact_of_the_other_side() -> None:
    batch = one(table(INVITATIONS_2025, [INCOMING, OUTGOING]))
    assert [(row.keys, row.name, row.url) for row in batch.accounts] == [(["in:bo-example"], "Bo Example", PARTNER)]
    assert batch.contacts == [
        ContactRow("invitation", 0, True, 1737700920, 2, "Please connect", None, False),
        ContactRow("invitation", 0, False, 1737830520, 3, None, None, False),
    ]


def test_member_numbers_stand_in_for_addresses_in_2023() -> None:
    batch = one(table(URNS, [(*INCOMING[:5], "urn:li:member:42", "urn:li:member:7")]))
    assert batch.accounts[0].keys == ["member:42"]


def test_the_2018_layout_knows_names_only() -> None:
    header = ",".join(INVITATIONS_2025.split(",")[:5])
    assert one(table(header, [INCOMING[:5]])).accounts[0].keys == ["name:in:ada-example/bo example"]


def test_an_unknown_direction_leaves_the_row_out() -> None:
    batch = one(table(INVITATIONS_2025, [(*INCOMING[:4], "SIDEWAYS", PARTNER, OWNER), INCOMING]))
    assert len(batch.contacts) == 1
    assert [(skip.line, skip.reason) for skip in batch.skipped] == [
        (2, 'direction "SIDEWAYS" is neither INCOMING nor OUTGOING')
    ]


def test_a_bad_date_keeps_the_invitation() -> None:
    batch = one(table(INVITATIONS_2025, [(*INCOMING[:2], "24.01.2025", *INCOMING[3:])]))
    assert batch.contacts[0].at is None
    assert batch.skipped[0].line == 2


def test_invitations_come_in_batches() -> None:
    data = table(INVITATIONS_2025, [INCOMING] * 5)
    found = list(read(member(data, "Invitations.csv"), context(limits=replace(DEFAULT, batch_rows=2))))
    assert [len(batch.contacts) for batch in found] == [2, 2, 1]


def test_it_takes_invitations_only() -> None:
    assert accepts("Invitations.csv", b"")
    assert not accepts("messages.csv", b"")
