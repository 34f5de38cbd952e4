from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.rows import Batch, PageRow, PositionRow
from counterlure.errors import FormatError, InputError, LimitError
from counterlure.ingest.context import Context
from counterlure.ingest.frames import decode, receive, send
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.member import Member
from counterlure.ingest.schema_org import accepts, read

ADDRESS = "https://www.linkedin.com/in/ada-synthetic-0"
FOLLOWED = {"@type": "InteractionCounter", "interactionType": "https://schema.org/FollowAction"}
PERSON: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Person",
    "name": "Ada Synthetic",
    "jobTitle": "Research consultant",
    "description": "Reads much.",
    "birthDate": "1815-12-10",
    "nationality": "Invented",
    "url": "https://ada.example/",
    "sameAs": ["https://social.example/@ada", ADDRESS],
    "image": {"@type": "ImageObject", "contentUrl": "Ada.jpg"},
    "interactionStatistic": [
        {**FOLLOWED, "userInteractionCount": 1204},
        {"@type": "InteractionCounter", "interactionType": {"@type": "ConnectAction"}, "userInteractionCount": "500+"},
    ],
}


def one(document: object, name: str = "2026-03-01-ada.jsonld") -> Batch:
    data = (document if isinstance(document, str) else json.dumps(document)).encode()
    [batch] = read(Member(name, name, len(data), lambda: io.BytesIO(data)), Context())
    return batch


def positions(**more: object) -> list[PositionRow]:
    return one({**PERSON, **more}).profiles[0].positions


def test_a_person_becomes_a_capture_of_one_account() -> None:
    batch = one(PERSON)
    assert (batch.kind, batch.warnings, batch.skipped) == ("capture", [], [])
    assert batch.accounts[0].keys == ["in:ada-synthetic-0"]
    profile = batch.profiles[0]
    assert (profile.headline, profile.summary) == ("Research consultant", "Reads much.")
    assert (profile.followers, profile.connections, profile.picture) == (1204, 500, "ada")
    assert profile.captured_at == 1772323200


def test_birth_and_nationality_are_not_kept() -> None:
    assert not any(words in repr(one(PERSON)) for words in ("1815", "Invented"))


INVENTED = {"@type": "Organization", "name": "Invented Partners", "url": "https://www.linkedin.com/company/7"}


def test_a_role_may_stand_around_its_organisation_or_inside_it() -> None:
    around = {"@type": "OrganizationRole", "worksFor": INVENTED, "roleName": "Head", "startDate": "2020-05-01"}
    inside = {**INVENTED, "member": {"@type": "OrganizationRole", "startDate": 2015, "endDate": "2019-12"}}
    assert positions(worksFor=[around, inside], jobTitle=None) == [
        PositionRow("work", "Invented Partners", "Head", "2020-05", None, 1, None, "company:7"),
        PositionRow("work", "Invented Partners", None, "2015", "2019-12", 1, None, "company:7"),
    ]


def test_an_occupation_is_a_role_whose_organisation_is_not_told() -> None:
    occupation = {"@type": "Role", "hasOccupation": {"@type": "Occupation", "name": "Analyst"}, "startDate": "2012"}
    assert positions(hasOccupation=occupation) == [PositionRow("work", None, "Analyst", "2012", None, 1)]


def test_the_job_title_is_that_of_the_first_role_that_goes_on() -> None:
    rows = positions(
        worksFor=["Invented Partners"], hasOccupation={"@type": "Occupation", "name": "Research consultant"}
    )
    assert [(row.organisation, row.title) for row in rows] == [("Invented Partners", "Research consultant")]


def test_former_schools_are_degrees_and_former_employers_are_work() -> None:
    school = {"@type": "EducationalOrganization", "name": "Invented University"}
    dated = {"@type": "OrganizationRole", "startDate": 2005, "endDate": 2008}
    rows = positions(alumniOf=[{**school, "member": dated}, {**INVENTED, "member": dated}, "Invented School"])
    assert [(row.kind, row.organisation, row.started, row.ended) for row in rows] == [
        ("education", "Invented University", "2005", "2008"),
        ("work", "Invented Partners", "2005", "2008"),
        ("education", "Invented School", None, None),
    ]


def test_names_masked_by_the_platform_are_no_names() -> None:
    assert positions(worksFor=[{"@type": "Organization", "name": "***** ****"}]) == []
    with pytest.raises(FormatError, match="asterisks"):
        one({**PERSON, "name": "*** *********"})


def test_a_date_that_is_none_costs_its_role_and_is_named_with_its_line() -> None:
    text = json.dumps(
        {**PERSON, "worksFor": [{"@type": "Role", "worksFor": "Invented", "startDate": "spring"}]}, indent=1
    )
    batch = one(text)
    [skip] = batch.skipped
    assert '"worksFor": [' in text.split("\n")[skip.line - 2]
    assert skip.reason == 'worksFor: startDate holds "spring"; write YYYY, YYYY-MM or YYYY-MM-DD'


def test_a_counter_that_is_none_is_named_and_left_out() -> None:
    batch = one({**PERSON, "interactionStatistic": {**FOLLOWED, "userInteractionCount": "very many"}})
    assert batch.profiles[0].followers is None
    assert 'a counter holds "very many"' in batch.skipped[0].reason


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, PERSON]},
        {"@type": "ProfilePage", "dateModified": "2026-03-01", "mainEntity": PERSON},
        [{"@type": "ProfilePage", "mainEntity": {"@id": "#ada"}}, {**PERSON, "@id": "#ada"}],
        {**PERSON, "@type": ["schema:Person", "x"]},
        {**PERSON, "@type": "http://schema.org/Person"},
    ],
)
def test_a_person_is_found_in_a_graph_a_page_or_behind_a_reference(document: object) -> None:
    batch = one(document)
    assert [row.keys for row in batch.accounts] == [["in:ada-synthetic-0"]]
    assert batch.profiles[0].captured_at == 1772323200


def test_a_page_says_when_it_was_changed() -> None:
    page = {"@type": "ProfilePage", "dateModified": "2025-04-01T10:00:00Z", "mainEntity": PERSON}
    assert one(page).profiles[0].captured_at == 1743501600


def test_references_lead_to_nodes_of_the_same_document() -> None:
    graph = [{**PERSON, "worksFor": {"@id": "#o"}}, {"@id": "#o", **INVENTED}]
    batch = one({"@graph": graph})
    assert batch.profiles[0].positions[0].organisation == "Invented Partners"
    assert batch.pages == []  # mentioned, not shown


ORGANISATION: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Corporation",
    "name": "Invented Partners",
    "url": "https://www.invented.example/",
    "sameAs": ["https://x.com/invented", "https://www.linkedin.com/company/invented-partners"],
    "foundingDate": "2019-05-01",
    "numberOfEmployees": {"@type": "QuantitativeValue", "value": 12},
    "address": {"@type": "PostalAddress", "addressCountry": "FR"},
    "interactionStatistic": {**FOLLOWED, "userInteractionCount": 1204},
}


def test_an_organisation_becomes_a_page() -> None:
    assert one(ORGANISATION).pages == [
        PageRow("Invented Partners", 1, 1772323200, "company:invented-partners", 1204, 12, "2019-05", "FR")
    ]


def test_a_country_is_two_letters_or_none() -> None:
    for country, code in [("FR", "FR"), ({"@type": "Country", "name": "DE"}, "DE"), ("France", None), ("XX", None)]:
        assert one({**ORGANISATION, "address": {"addressCountry": country}}).pages[0].country == code


def test_a_range_of_employees_counts_nobody_and_is_named() -> None:
    batch = one({**ORGANISATION, "numberOfEmployees": {"minValue": 51, "maxValue": 200}})
    assert batch.pages[0].staff is None
    assert "range" in batch.warnings[0]


@pytest.mark.parametrize(
    "document",
    [
        7,
        [],
        {},
        {"@type": "Recipe", "name": "Soup"},
        {"@type": "Person"},
        {"@type": "Organization", "name": "Invented"},
    ],
)
def test_what_describes_nobody_is_refused(document: object) -> None:
    with pytest.raises(FormatError, match="not a profile by schema"):
        one(document)


def test_too_many_nodes_are_refused() -> None:
    with pytest.raises(LimitError, match="nodes"):
        one([{"@type": "x"}] * 10_001)


def test_a_context_that_is_an_address_is_not_fetched_and_renames_nothing() -> None:
    with pytest.raises(FormatError):
        one({"@context": "https://evil.example/context.jsonld", "kind": "Person", "name": "Ada"})


def test_json_ld_is_known_by_its_ending_or_the_address_of_the_vocabulary() -> None:
    assert accepts("ada.jsonld", b"{")
    assert accepts("ada.json", b'{"@context": "https:\\/\\/schema.org"}')
    assert not accepts("ada.json", b'{"basics": {}}')


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
    | st.sampled_from(["Person", "Organization", "Role", "2020", "#a", ADDRESS]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["@type", "@id", "@graph", "@value", "name", "worksFor", "alumniOf", "member", "mainEntity",
                         "startDate", "interactionStatistic", "interactionType", "userInteractionCount", "url", "image",
                         "numberOfEmployees", "value", "address", "addressCountry", "foundingDate", "jobTitle"]),
        inner,
        max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_any_document_is_read_or_refused(value: object) -> None:
    document = {"@type": "Person", "name": "Ada", **value} if isinstance(value, dict) else value
    with contextlib.suppress(InputError):
        batch = one(document)
        pipe = io.BytesIO()
        send(pipe, batch, DEFAULT.frame_bytes)
        pipe.seek(0)
        assert decode(receive(pipe, DEFAULT.frame_bytes) or b"") == batch
