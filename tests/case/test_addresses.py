from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.addresses import is_local, local_name_key, mail_key, profile_key, removed_key


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/in/bo-example",
        "http://www.linkedin.com/in/Bo-Example/",
        "www.linkedin.com/in/bo-example",
        "linkedin.com/in/bo-example?trk=people",
        "https://fr.linkedin.com/in/bo-example/en",
        "https://www.linkedin.com/in/bo-example#top",
        "https://www.linkedin.com:443//in/bo-example/",
        " HTTPS://WWW.LINKEDIN.COM/in/bo-example ",
        "https://www.linkedin.cn/in/bo-example",
        "https://www.linkedin.cn/incareer/in/bo-example",
        "https://www.linkedin.com/in/bo-\u200bexample",
    ],
)
def test_every_spelling_of_a_profile_address_is_one_key(url: str) -> None:
    assert profile_key(url) == "in:bo-example"


def test_percent_encoded_and_decomposed_slugs_are_the_same_key() -> None:
    assert profile_key("https://www.linkedin.com/in/j%C3%A9r%C3%B4me") == "in:jérôme"
    assert profile_key("https://www.linkedin.com/in/je\u0301ro\u0302me") == "in:jérôme"


@pytest.mark.parametrize("prefix", ["ACoA", "ACwA", "AEMA"])
def test_opaque_ids_keep_their_case(prefix: str) -> None:
    assert profile_key(f"https://www.linkedin.com/in/{prefix}ABcdEF-_9") == f"in:{prefix}ABcdEF-_9"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("urn:li:member:123", "member:123"),
        ("URN:LI:MEMBER:00123", "member:123"),
        ("urn:li:fsd_profile:ACoAAB1c", "in:ACoAAB1c"),
        ("urn:li:fs_salesProfile:(ACwAAB1c,NAME_SEARCH,x)", "in:ACwAAB1c"),
        ("https://www.linkedin.com/sales/lead/ACwAAB1c,NAME_SEARCH,abcd", "in:ACwAAB1c"),
        ("https://www.linkedin.com/sales/people/ACoAAB1c", "in:ACoAAB1c"),
        ("https://www.linkedin.com/talent/profile/AEMAAB1c?x=1", "in:AEMAAB1c"),
        ("https://www.linkedin.com/profile/view?id=123&trk=x", "member:123"),
        ("https://www.linkedin.com/pub/bo-example/12/345/678", "in:bo-example-67834512"),
    ],
)
def test_other_clear_forms_of_an_address_are_understood(text: str, key: str) -> None:
    assert profile_key(text) == key


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bo-example",
        "https://www.linkedin.com/company/example",
        "https://www.linkedin.com/in/",
        "https://www.linkedin.com/in/%FF%FE",
        "https://www.linkedin.com/in/a%2Fb",
        "https://www.linkedin.com/in/" + "a" * 201,
        "https://linkedin.com.example/in/bo-example",
        "https://example.org/linkedin.com/in/bo-example",
        "https://linkedin.com@example.org/in/bo-example",
        "https://notlinkedin.com/in/bo-example",
        "https://www.linkedin.com/pub/bo-example/1/2/3",
        "https://www.linkedin.com/profile/view?id=" + "9" * 5000,
        "https://www.linkedin.com/sales/lead/someone",
        "urn:li:member:x",
        "urn:li:company:5",
        "javascript:alert(1)",
    ],
)
def test_what_names_no_member_clearly_has_no_key(url: str) -> None:
    assert profile_key(url) is None


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_a_key_is_stable_under_being_written_as_an_address_again(slug: str) -> None:
    key = profile_key(f"https://www.linkedin.com/in/{slug}")
    if key is not None:
        assert profile_key(f"linkedin.com/in/{key.removeprefix('in:').replace('%', '%25')}") == key


def test_mail_addresses_are_compared_without_case() -> None:
    assert (
        mail_key("mailto:Bo.Example@Example.ORG")
        == mail_key("<bo.example@example.org>")
        == "mail:bo.example@example.org"
    )


@pytest.mark.parametrize("text", ["", "bo", "a b@example.org", "a@b@c", "a@b\nc", "x" * 65 + "@example.org"])
def test_what_is_no_mail_address_has_no_key(text: str) -> None:
    assert mail_key(text) is None


def test_a_name_means_the_same_person_only_inside_the_deliveries_of_one_owner() -> None:
    one = local_name_key("in:ada-example", "Bo  EXAMPLE")
    assert one == local_name_key("in:ada-example", "bo example")
    assert one != local_name_key("in:cai-example", "bo example")
    assert is_local(one)
    assert is_local(removed_key("2-A=="))
    assert not is_local("in:bo")
