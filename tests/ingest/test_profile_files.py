from __future__ import annotations

import msgspec

from counterlure.case.rows import Batch, Owner, PositionRow
from counterlure.ingest.context import Context
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.profile_files import accepts, owner_work, read
from tests.ingest.archives import POSITIONS, PROFILE, context, member, table

ADA = {
    "First Name": "Ada",
    "Last Name": "Example",
    "Maiden Name": "Secretname",
    "Address": "1 Secret Street",
    "Birth Date": "Dec 31",
    "Headline": "Physicist",
    "Summary": "Plasma",
    "Zip Code": "99999",
}
NOW = ("Example Lab", "Researcher", "Builds", "Paris", "Jun 2018", "")
THEN = ("Old Lab", "Student", "", "", "2015", "Jan 2018")


def one(data: str, name: str, of: Context | None = None) -> Batch:
    [batch] = read(member(data, name), of or context())
    return batch


def test_the_profile_is_a_capture_of_the_owner() -> None:
    batch = one(table(PROFILE, [ADA]), "Profile.csv")
    [profile] = batch.profiles
    assert (profile.account, profile.headline, profile.summary, profile.line) == (0, "Physicist", "Plasma", 2)
    assert (batch.accounts[0].keys, batch.accounts[0].name) == (["in:ada-example"], "Ada Example")


def test_birth_date_address_and_maiden_name_never_leave_the_file() -> None:
    data = msgspec.msgpack.encode(one(table(PROFILE, [ADA]), "Profile.csv"))
    for secret in (b"Secret", b"Dec 31", b"99999"):
        assert secret not in data


def test_positions_and_degrees_keep_their_lines_and_dates() -> None:
    positions = one(table(POSITIONS, [NOW, THEN]), "Positions.csv").profiles[0].positions
    assert positions == [
        PositionRow("work", "Example Lab", "Researcher", "2018-06", None, 2, "Builds"),
        PositionRow("work", "Old Lab", "Student", "2015", "2018-01", 3, None),
    ]
    header = "School Name,Start Date,End Date,Notes,Degree Name,Activities"
    degrees = (
        one(table(header, [("Example School", "2004", "2008", "", "MSc", "")]), "Education.csv").profiles[0].positions
    )
    assert degrees == [PositionRow("education", "Example School", "MSc", "2004", "2008", 2, None)]


def test_an_unreadable_date_keeps_the_position() -> None:
    batch = one(table(POSITIONS, [("Lab", "Boss", "", "", "juin 2018", "")]), "Positions.csv")
    assert batch.profiles[0].positions[0].started is None
    assert batch.skipped[0].line == 2


def test_the_work_of_the_owner_is_the_position_that_goes_on_and_began_last() -> None:
    data = table(POSITIONS, [THEN, ("Club", "Chair", "", "", "2010", ""), NOW])
    assert owner_work(member(data, "Positions.csv"), DEFAULT) == ("Example Lab", "Researcher")
    assert owner_work(member(table(POSITIONS, [THEN]), "Positions.csv"), DEFAULT) == (None, None)


def test_an_owner_without_address_is_known_by_name() -> None:
    batch = one(table(PROFILE, [ADA]), "Profile.csv", Context(DEFAULT, Owner(["name:d/ada example"], "Ada Example")))
    assert batch.accounts[0].keys == ["name:d/ada example"]


def test_an_empty_profile_is_an_empty_batch() -> None:
    assert one(PROFILE + "\n", "Profile.csv").profiles == []


def test_it_takes_the_three_files_only() -> None:
    assert all(accepts(name, b"") for name in ("Profile.csv", "Positions.csv", "Education.csv"))
    assert not accepts("Profile Summary.csv", b"")
