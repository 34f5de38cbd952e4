from __future__ import annotations

import builtins
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from counterlure.case.rows import Batch, Owner, PositionRow
from counterlure.errors import FormatError, LimitError, MissingExtra
from counterlure.ingest import linkedin_pdf, pdf_limits
from counterlure.ingest.context import Context
from counterlure.ingest.linkedin_pdf import accepts, created_at, read
from counterlure.ingest.member import Member
from counterlure.ingest.profile_layout import Line, read_layout
from counterlure.ingest.profile_words import month

SIDE, MAIN = 22.0, 223.5


@dataclass
class Word:
    text: str
    size: float
    x: float = MAIN


def page_stream(words: list[Word]) -> bytes:
    """Each word on its own line, both columns from the top, mixed as the real file mixes them."""
    heights = {SIDE: 740.0, MAIN: 740.0}
    out = []
    for word in words:
        heights[word.x] -= word.size + 4
        text = word.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        out.append(b"BT /F1 %.2f Tf 1 0 0 1 %.2f %.2f Tm (%s) Tj ET" % (word.size, word.x, heights[word.x], text))
    return b"\n".join(out)


def pdf(pages: list[bytes], *, info: bytes = b"", annots: bytes = b"") -> bytes:
    """A PDF of content streams, with Helvetica and nothing else."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R %s"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number, annots)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects.append(b"<< %s >>" % info)
    body = b"%PDF-1.4\n"
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(objects), len(body))
    )


def member(data: bytes) -> Member:
    return Member("Profile.pdf", "Profile.pdf", len(data), lambda: io.BytesIO(data))


def one(pages: list[list[Word]], context: Context | None = None, **extra: bytes) -> Batch:
    (batch,) = read(member(pdf([page_stream(words) for words in pages], **extra)), context or Context())
    return batch


CONTACT = [
    Word("Contact", 13, SIDE),
    Word("ada@example.org", 10.5, SIDE),
    Word("www.linkedin.com/in/ada-", 10.5, SIDE),
    Word("synthetic-0 (LinkedIn)", 10.5, SIDE),
    Word("Top Skills", 13, SIDE),
    Word("Physics", 10.5, SIDE),
]
ENGLISH = [
    CONTACT[0],
    Word("Ada Synthetic", 26),
    *CONTACT[1:4],
    Word("Senior consultant at Invented Partners", 12),
    Word("Brussels, Belgium", 12),
    *CONTACT[4:],
    Word("Summary", 15.75),
    Word("I read many papers.", 10.5),
    Word("Experience", 15.75),
    Word("Invented Partners", 12),
    Word("7 years 3 months", 10.5),
    Word("Senior consultant", 11.5),
    Word("September 2018 - Present (7 years 3 months)", 10.5),
    Word("Brussels, Belgium", 10.5),
    Word("Paid papers on energy.", 10.5),
    Word("Consultant", 11.5),
    Word("March 2016 - August 2018 (2 years 6 months)", 10.5),
    Word("Page 1 of 2", 9),
]
ENGLISH_2 = [
    Word("Old Invented", 12),
    Word("Analyst", 11.5),
    Word("2014 - 2016", 10.5),
    Word("Education", 15.75),
    Word("Invented University", 12),
    Word("Master's degree, Physics \u00b7\u00a0(2012 - 2014)", 10.5),
    Word("Invented School", 12),
    Word("\u00b7\u00a0(2009)", 10.5),
    Word("Page 2 of 2", 9),
]


def test_a_profile_is_read_over_two_pages_and_two_columns() -> None:
    batch = one([ENGLISH, ENGLISH_2], info=b"/CreationDate (D:20250401100000+00'00')")
    assert (batch.kind, batch.owner, batch.warnings) == ("capture", None, [])
    (account,) = batch.accounts
    assert account.keys == ["in:ada-synthetic-0"]
    assert (account.name, account.employer) == ("Ada Synthetic", "Invented Partners")
    (profile,) = batch.profiles
    assert profile.captured_at == 1743501600
    assert profile.headline == "Senior consultant at Invented Partners"
    assert profile.summary == "I read many papers."
    assert profile.positions == [
        PositionRow("work", "Invented Partners", "Senior consultant", "2018-09", None, 1, "Paid papers on energy."),
        PositionRow("work", "Invented Partners", "Consultant", "2016-03", "2018-08", 1),
        PositionRow("work", "Old Invented", "Analyst", "2014", "2016", 2),
        PositionRow("education", "Invented University", "Master's degree, Physics", "2012", "2014", 2),
        PositionRow("education", "Invented School", None, "2009", "2009", 2),
    ]


def test_nothing_of_the_side_column_leaks_into_the_profile() -> None:
    text = repr(one([ENGLISH, ENGLISH_2]).profiles)
    assert not any(word in text for word in ("Physics'", "Top Skills", "example.org", "Page "))


@pytest.mark.parametrize(
    ("experience", "education", "dates", "started", "ended"),
    [
        ("Expérience", "Formation", "septembre 2018 - Présent (7 ans 3 mois)", "2018-09", None),
        ("Expérience", "Formation", "février 2016 - août 2018 (2 ans 7 mois)", "2016-02", "2018-08"),
        ("Expérience", "Formation", "septembre 2018 - aujourd’hui (7 ans 3 mois)", "2018-09", None),
        ("Berufserfahrung", "Ausbildung", "September 2018 – Heute (7 Jahre 3 Monate)", "2018-09", None),
        ("Berufserfahrung", "Ausbildung", "Jänner 2018 - Gegenwart (7 Jahre)", "2018-01", None),
        ("Berufserfahrung", "Ausbildung", "Sept. 2018 - Present (7 Jahre)", "2018-09", None),
        ("Berufserfahrung", "Ausbildung", "März 2016 – Dezember 2018 (2 Jahre 10 Monate)", "2016-03", "2018-12"),
    ],
)
def test_french_and_german_profiles_are_read(
    experience: str, education: str, dates: str, started: str, ended: str | None
) -> None:
    words = [
        Word("Ada Synthetic", 26),
        Word("Conseil", 12),
        Word(experience, 15.75),
        Word("Invented", 12),
        Word("Conseillère", 11.5),
        Word(dates, 10.5),
        Word(education, 15.75),
        Word("Université inventée", 12),
        Word("Physique\u00a0\u00b7\u00a0(2012 - 2014)", 10.5),
        Word("Page 1 sur 1", 9),
    ]
    work, study = one([words]).profiles[0].positions
    assert (work.organisation, work.title, work.started, work.ended) == ("Invented", "Conseillère", started, ended)
    assert (study.organisation, study.title, study.started, study.ended) == (
        "Université inventée",
        "Physique",
        "2012",
        "2014",
    )


def test_a_german_profile_is_read_with_all_its_parts() -> None:
    words = [
        Word("Ada Synthetic", 26),
        Word("Beraterin", 12),
        Word("Brüssel, Belgien", 12),
        Word("Kontakt", 13, SIDE),
        Word("Top-Kenntnisse", 13, SIDE),
        Word("Zusammenfassung", 15.75),
        Word("Ich lese.", 10.5),
        Word("Berufserfahrung", 15.75),
        Word("Erfundene Partner", 12),
        Word("7 Jahre 3 Monate", 10.5),
        Word("Beraterin", 11.5),
        Word("Oktober 2018 – Heute (7 Jahre 2 Monate)", 10.5),
        Word("Brüssel, Belgien", 10.5),
        Word("Bezahlte Notizen.", 10.5),
        Word("Ausbildung", 15.75),
        Word("Erfundene Universität", 12),
        Word("Physik\u00a0\u00b7\u00a0(Oktober 2012 – Juli 2014)", 10.5),
        Word("Seite 1 von 1", 9),
    ]
    batch = one([words], info=b"/CreationDate (D:20250401120000+02'00')")
    profile = batch.profiles[0]
    assert batch.warnings == ["no profile address in it; the account cannot be matched with others by it"]
    assert (profile.headline, profile.summary) == ("Beraterin", "Ich lese.")
    assert profile.captured_at == 1743501600
    assert profile.positions == [
        PositionRow("work", "Erfundene Partner", "Beraterin", "2018-10", None, 1, "Bezahlte Notizen."),
        PositionRow("education", "Erfundene Universität", "Physik", "2012-10", "2014-07", 1),
    ]


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("D:20250401100000Z", 1743501600),
        ("D:20250401100000", 1743501600),
        ("D:20250401120000+02'00'", 1743501600),
        ("D:20250401043000-05'30", 1743501600),
        ("D:20250401100000+99'99'", None),
        ("D:20251301100000Z", None),
        ("D:00010101000000Z", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_the_day_of_the_pdf_is_read_with_its_zone(written: str | None, at: int | None) -> None:
    assert created_at(written) == at


def test_a_link_on_the_name_of_an_organisation_is_its_identifier() -> None:
    words = [
        Word("Ada Synthetic", 26),
        Word("Experience", 15.75),
        Word("Invented Partners", 12),
        Word("Consultant", 11.5),
        Word("March 2016 - August 2018", 10.5),
    ]
    link = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [223 672 350 684] /A << /S /URI /URI (%s) >> >>]"
    batch = one([words], annots=link % b"https://www.linkedin.com/company/invented-partners/")
    assert batch.profiles[0].positions[0].identifier == "company:invented-partners"
    assert batch.accounts[0].keys[0].startswith("name:")


def test_a_pdf_and_a_picture_of_one_name_belong_together() -> None:
    assert one([[Word("Ada Synthetic", 26)]]).profiles[0].picture == "profile"


def test_a_link_under_the_contact_block_serves_where_the_words_do_not() -> None:
    link = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (%s) >> >>]"
    batch = one([[Word("Ada Synthetic", 26)]], annots=link % b"https://www.linkedin.com/in/ada-synthetic-0?jobid=1")
    assert batch.accounts[0].keys == ["in:ada-synthetic-0"]


def test_without_an_address_the_account_stays_local_and_this_is_said() -> None:
    batch = one([[Word("Ada Synthetic", 26)]], Context(owner_hint=Owner(["in:owner"])))
    assert batch.accounts[0].keys == ["name:in:owner/ada synthetic"]
    assert "cannot be matched" in batch.warnings[0]


def test_an_unknown_heading_and_unknown_dates_are_named() -> None:
    words = [
        Word("Ada Synthetic", 26),
        Word("Experience", 15.75),
        Word("Invented", 12),
        Word("Consultant", 11.5),
        Word("spring 2018 - summer 2019", 10.5),
        Word("Erfarenhet", 15.75),
    ]
    batch = one([words])
    assert batch.profiles[0].positions == [PositionRow("work", "Invented", "Consultant", None, None, 1)]
    assert 'not understood: "section Erfarenhet"' in batch.warnings
    assert 'not understood: "dates spring 2018 - summer 2019"' in batch.warnings


def test_lines_without_a_layout_still_end() -> None:
    odd = [Line("Experience", 15.75, 1), Line("x", 10.5, 1), Line("Education", 15.75, 1), Line("y", 10.5, 1)]
    layout = read_layout(odd)
    assert layout.strange == ["line x"]
    assert [row.title for row in layout.positions] == ["y"]


def test_months_are_known_in_three_languages_and_nothing_else_is() -> None:
    assert [month(text) for text in ("September 2018", "août 2018", "März 2018", "2018")] == [
        "2018-09",
        "2018-08",
        "2018-03",
        "2018",
    ]
    assert month("Smarch 2018") is None
    assert month("2018-09") is None


def test_a_pdf_that_is_no_profile_is_refused() -> None:
    with pytest.raises(FormatError, match="not a profile"):
        one([[Word("An invoice", 12)]])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"%PDF-1.4\n" + b"\0" * 500,
        lambda data: data.replace(b"/Pages 2 0 R", b"/Pages 1 0 R"),
        lambda data: data.replace(b"/Count 1", b"/Count -1").replace(b"/Kids [4 0 R]", b"/Kids 4"),
        lambda data: data.replace(b"/MediaBox [0 0 612 792]", b"/MediaBox [(a) (b)]"),
        lambda data: data.replace(b"Tm (", b"Tm [("),
    ],
)
def test_a_damaged_pdf_is_refused_in_our_own_words_or_read(spoil: Callable[[bytes], bytes]) -> None:
    try:
        list(read(member(spoil(pdf([page_stream(ENGLISH)]))), Context()))
    except FormatError:
        return


@pytest.mark.parametrize("seed", range(40))
def test_a_pdf_with_flipped_bytes_is_refused_in_our_own_words_or_read(seed: int) -> None:
    data = bytearray(pdf([page_stream(ENGLISH)]))
    for step in range(8):
        data[(seed * 7919 + step * 104_729) % len(data)] ^= 1 << (seed + step) % 8
    try:
        list(read(member(bytes(data)), Context()))
    except (FormatError, LimitError):
        return


def test_too_large_a_file_is_refused_by_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkedin_pdf, "PDF_BYTES", 100)
    data = pdf([page_stream(ENGLISH)])
    for size in (1, len(data)):
        with pytest.raises(LimitError, match="larger"):
            list(read(Member("a.pdf", "a.pdf", size, lambda: io.BytesIO(data)), Context()))


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(LimitError, match="more than 50 pages"):
        one([[Word("Ada", 26)]] * 51)


def test_too_many_letters_on_a_page_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkedin_pdf, "PAGE_CHARS", 10)
    with pytest.raises(LimitError, match="more than 10 letters"):
        one([ENGLISH])


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkedin_pdf, "LINES", 10)
    with pytest.raises(LimitError, match="more than 10 lines"):
        one([ENGLISH])


def test_a_packed_page_is_read() -> None:
    (batch,) = read(member(packed_pdf(zlib.compress(page_stream(ENGLISH)))), Context())
    assert batch.accounts[0].name == "Ada Synthetic"


def packed_pdf(packed: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    return pdf([packed]).replace(b"/Length %d" % len(packed), b"/Filter %s /Length %d" % (filters, len(packed)))


@pytest.mark.parametrize("claimed", [b"", b"endstream"])
def test_a_page_that_unpacks_without_end_is_refused_before_the_parser_unpacks_it(
    monkeypatch: pytest.MonkeyPatch, claimed: bytes
) -> None:
    monkeypatch.setattr(pdf_limits, "UNPACKED_BYTES", 1 << 20)
    bomb = zlib.compress(claimed + bytes(2 << 20), 0 if claimed else 9)
    with pytest.raises(LimitError, match="unpacks to more"):
        list(read(member(packed_pdf(bomb)), Context()))


def test_many_streams_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_limits, "UNPACKED_BYTES", 1 << 20)
    pages = [zlib.compress(bytes(300_000))] * 4
    with pytest.raises(LimitError, match="unpacks to more"):
        list(read(member(pdf(pages)), Context()))
    monkeypatch.setattr(pdf_limits, "STREAMS", 3)
    with pytest.raises(LimitError, match="more than 3 streams"):
        list(read(member(pdf([b"x"] * 4)), Context()))


def test_a_page_packed_twice_is_refused() -> None:
    packed = zlib.compress(zlib.compress(page_stream(ENGLISH)))
    with pytest.raises(LimitError, match="packed twice"):
        list(read(member(packed_pdf(packed, b"[/FlateDecode /FlateDecode]")), Context()))


def test_without_the_optional_package_the_reader_says_which_extra_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name == "pdfplumber":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingExtra, match=r"counterlure\[profiles\]"):
        list(read(member(b"%PDF-1.4"), Context()))


def test_pdfs_are_known_by_ending_and_first_bytes() -> None:
    assert accepts("Profile.PDF", b"%PDF-1.4\n")
    assert not accepts("Profile.pdf", b"PK\x03\x04")
    assert not accepts("Profile.txt", b"%PDF-1.4\n")


@pytest.mark.parametrize("size", [1000.0, 1e9, float("inf"), float("nan"), 0.0, -1.0])
def test_letters_of_any_size_end_in_time(size: float) -> None:
    for heading in ("Experience", "Education"):
        read_layout([Line(heading, 15.75, 1), Line("x", 11.5, 1), *[Line("x", size, 1)] * 1000])
