from __future__ import annotations

import pytest

from counterlure.case.rows import Owner
from counterlure.errors import InputError
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.owner import infer_owner, owner_given
from tests.ingest.archives import (
    CAI,
    HEADER_2018,
    INVITATIONS_2025,
    OWNER,
    PARTNER,
    POSITIONS,
    PROFILE,
    member,
    messages,
    table,
)

DIGEST = "d" * 64
INVITED = table(
    INVITATIONS_2025,
    [
        ("Bo Example", "Ada Example", "1/24/25, 6:42 AM", "", "INCOMING", PARTNER, OWNER),
        ("Ada Example", "Cai Example", "1/24/25, 6:42 AM", "", "OUTGOING", OWNER, CAI),
    ],
)
ME = table(PROFILE, [{"First Name": "Ada", "Last Name": "Example", "Headline": "Physicist"}])
WORK = table(POSITIONS, [("Example Lab", "Researcher", "", "", "2018", "")])
TALK = messages(
    {"CONVERSATION ID": "2-1=="},
    {"CONVERSATION ID": "2-2==", "FROM": "Cai Example", "SENDER PROFILE URL": CAI},
)


def infer(given: Owner | None = None, **files: str) -> tuple[Owner | None, list[str]]:
    return infer_owner([(name, member(data, f"{name}.csv")) for name, data in files.items()], DEFAULT, DIGEST, given)


def test_invitations_tell_the_address_and_the_profile_files_the_rest() -> None:
    assert infer(invitations=INVITED, profile=ME, positions=WORK) == (
        Owner(["in:ada-example"], "Ada Example", "Example Lab", "Researcher"),
        [],
    )


def test_who_stands_in_most_conversations_is_the_owner() -> None:
    assert infer(messages=TALK)[0] == Owner(["in:ada-example"], None)


def test_a_single_conversation_does_not_tell_who_of_the_two_it_is() -> None:
    assert infer(messages=messages()) == (None, [])


def test_the_name_in_the_profile_settles_a_single_conversation() -> None:
    assert infer(messages=messages(), profile=ME)[0] == Owner(["in:ada-example"], "Ada Example")


def test_a_number_from_invitations_and_an_address_from_messages_are_one_owner() -> None:
    numbers = INVITED.replace("Url", "Urn").replace(OWNER, "urn:li:member:7").replace(PARTNER, "urn:li:member:8")
    assert infer(invitations=numbers, messages=TALK)[0] == Owner(["in:ada-example", "member:7"], "Ada Example")


def test_directions_tell_the_name_in_2018() -> None:
    data = table(HEADER_2018, [("Bo Example", "Ada Example", "10/16/18, 8:36 AM", "", "Hi", "INCOMING", "")])
    assert infer(messages=data)[0] == Owner([f"name:{DIGEST[:16]}/ada example"], "Ada Example")


def test_a_profile_alone_gives_a_name_that_stays_in_the_delivery() -> None:
    assert infer(profile=ME)[0] == Owner([f"name:{DIGEST[:16]}/ada example"], "Ada Example")


def test_a_given_owner_wins_and_is_completed() -> None:
    given = owner_given("https://www.linkedin.com/in/ada-example/")
    assert infer(given, invitations=INVITED, profile=ME, positions=WORK) == (
        Owner(["in:ada-example"], "Ada Example", "Example Lab", "Researcher"),
        [],
    )


def test_a_given_owner_whom_the_file_contradicts_wins_with_a_warning() -> None:
    found, warnings = infer(owner_given("cai-example"), invitations=INVITED)
    assert found is not None
    assert found.keys == ["in:cai-example"]
    assert "in:ada-example" in warnings[0]


def test_a_given_name_is_matched_to_an_address_in_the_messages() -> None:
    assert infer(owner_given("Bo Example"), messages=messages())[0] == Owner(["in:bo-example"], "Bo Example")


def test_a_broken_file_does_not_keep_the_others_from_telling() -> None:
    assert infer(profile="nonsense\n", invitations=INVITED)[0] == Owner(["in:ada-example"], "Ada Example")


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("ada-example", Owner(["in:ada-example"])),
        ("in/ada-example", Owner(["in:ada-example"])),
        ("fr.linkedin.com/in/Ada-Example", Owner(["in:ada-example"])),
        ("ada@example.org", Owner(["mail:ada@example.org"])),
        ("Ada  Example", Owner([], "Ada Example")),
    ],
)
def test_a_user_names_the_owner_by_address_mail_or_name(text: str, owner: Owner) -> None:
    assert owner_given(text) == owner


@pytest.mark.parametrize("text", ["", "  ", "https://example.org/ada", "https://www.linkedin.com/company/x"])
def test_what_names_nobody_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="profile"):
        owner_given(text)
