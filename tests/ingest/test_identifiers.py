from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.ingest.identifiers import first_identifier, organisation_identifier


@pytest.mark.parametrize(
    ("address", "identifier"),
    [
        ("https://www.linkedin.com/company/Invented-Partners/about/?trk=x", "company:invented-partners"),
        ("http://fr.linkedin.com/company/invented-partners", "company:invented-partners"),
        ("linkedin.com/company/0123/", "company:123"),
        ("https://www.linkedin.com/school/invented-university/", "company:invented-university"),
        ("https://www.linkedin.com/company/caf%C3%A9-invent%C3%A9", "company:café-inventé"),
        ("https://www.Invented.EXAMPLE/en/about", "site:invented.example"),
        ("invented.example", "site:invented.example"),
        ("https://ada@invented.example:8443/#team", "site:invented.example"),
        ("https://bücher.example/", "site:xn--bcher-kva.example"),
        ("https://invented.github.io/", "site:invented.github.io"),
    ],
)
def test_an_organisation_has_one_identifier_however_its_address_is_spelled(address: str, identifier: str) -> None:
    assert organisation_identifier(address) == identifier


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "https://www.linkedin.com/in/ada-synthetic-0",
        "https://www.linkedin.com/search/results/all/?keywords=Invented",
        "https://www.linkedin.com/company/unavailable/",
        "https://www.linkedin.com/company/%ff",
        "https://lnkd.in/abc",
        "https://www.facebook.com/invented",
        "https://en.wikipedia.org/wiki/Invented",
        "https://192.0.2.7/",
        "localhost",
        "javascript:alert(1)",
        "mailto:ada@invented.example",
        "Invented Partners",
        "https://" + "a" * 300 + ".example",
        "https://-.example/",
    ],
)
def test_an_address_that_names_no_single_organisation_gives_none(address: str | None) -> None:
    assert organisation_identifier(address) is None


def test_another_host_that_contains_the_platform_is_another_host() -> None:
    assert organisation_identifier("https://linkedin.com.invented.example/company/x") == (
        "site:linkedin.com.invented.example"
    )


def test_of_several_addresses_the_page_on_the_platform_comes_first() -> None:
    addresses = [None, "https://x.com/invented", "https://invented.example", "https://www.linkedin.com/company/9"]
    assert first_identifier(addresses) == "company:9"
    assert first_identifier(addresses[:3]) == "site:invented.example"
    assert first_identifier([]) is None


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_none(text: str) -> None:
    for address in (text, f"https://{text}", f"https://www.linkedin.com/company/{text}"):
        found = organisation_identifier(address)
        assert found is None or found.startswith(("company:", "site:"))
