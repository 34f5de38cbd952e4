"""One small factory: a calm case with a story, and the same with every nasty text we know in every text field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from counterlure.model import (
    AccountInfo,
    Assessment,
    Authenticity,
    AuthenticitySign,
    CareerEntry,
    CaseInfo,
    Confidence,
    Displayed,
    Evidence,
    Exposure,
    Family,
    Finding,
    Group,
    Judgement,
    Level,
    Prior,
    Progress,
    Reading,
    Skipped,
    Stage,
    StageStep,
    TargetInfo,
    Terminal,
)

CLOCK = 1_772_359_500  # 1 March 2026, 10:05 UTC
DAY = 86_400
NASTY = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\u202eevil\u202c \u2066x\u2069 \u200bzero\ufeff",
    '=HYPERLINK("http://evil.example";"x")',
    "@SUM(1;=cmd|' /C calc'!A0)",
    "＝1+1",
    "\x1b[31mred\x1b[0m \x9b2J \x07bell \x00nul",
    "{{ 7*7 }} {% raw %} ${x} {0} {account}",
    "[click](http://evil.example/a.png) ![x](http://evil.example/b.png)",
    "a" + "\u0301" * 100,
    "W" * 5000,
    "[bold red]markup[/bold red] :smile: [link=http://evil.example]x[/link]",
    "</title></style><style>*{display:none}</style>",
    '"onmouseover="alert(1)" \'',
    "line one\r\nline two\ttab",
    "\U000e0041\U000e0042 tags, مرحبا بالعالم, 😀",
)


def evidence(
    quote: str | None, line: int, day: float, stage: str | None, target: str, archive: str = "archive.zip"
) -> Evidence:
    return Evidence(f"{archive}/messages.csv:{line}", quote, CLOCK - int((60 - day) * DAY), stage, target)


def finding(account: int, kind: str, family: Family, score: float, *proof: Evidence, **params: Any) -> Finding:
    targets = tuple(sorted({e.target for e in proof if e.target}))
    return Finding(account, f"{kind}_detector", family, kind, score, f"Detector saw {kind}.", proof, targets, params)


def progress(account: int, target: str, steps: list[tuple[Stage, float | None]], **kwargs: Any) -> Progress:
    made = tuple(
        StageStep(s, None if d is None else CLOCK - int((60 - d) * DAY), evidence(None, i + 2, d or 0, s.value, target))
        for i, (s, d) in enumerate(steps)
    )
    days = [step.at for step in made if step.at is not None]
    ends = {"first_at": min(days, default=None), "last_at": max(days, default=None)}
    return Progress(account, target, account * 10, made, messages_in=9, messages_out=6, **ends, **kwargs)


def assessment(
    account: int, level: Level, reading: Reading, p: tuple[float, float, float], **kwargs: Any
) -> Assessment:
    low, mid, high = p
    rest = (1 - mid) / 4
    posterior = {r: mid if r is reading else rest for r in Reading}
    values: dict[str, Any] = {
        "confidence": Confidence.MODERATE,
        "stage": None,
        "targets": (),
        "group": None,
        "findings": (),
    }
    return Assessment(account, level, reading, posterior, mid, (low, high), **(values | kwargs))


QUOTES = {
    "approach": "Dear Camille Aubert, I came across your profile and was impressed by your rare expertise in turbine coatings.",
    "offer": "Our client would pay 900 EUR for a short note on public trends, and invites you to a seminar, all costs covered.",
    "inside": "For the next part a general view is not enough: could you share the draft before release? The fee doubles for that.",
    "quiet": "Let us move to another messenger, and there is no need to mention this at work.",
    "honest": "Please do not share anything confidential; our compliance team sends the contract first.",
    "copy": "I came across your profile and was impressed by your rare expertise in cryogenic pumps.",
}


def story() -> Judgement:
    """Two alerts in one group, two watches, many clear accounts, one refused row."""
    opening = evidence(QUOTES["approach"], 12, 0, "approach", "T-0001")
    offer = evidence(QUOTES["offer"], 19, 6, "paid_work", "T-0001")
    inside = evidence(QUOTES["inside"], 31, 21, "sensitive_request", "T-0001")
    quiet = evidence(QUOTES["quiet"], 34, 23, "secrecy", "T-0001")
    copy = evidence(QUOTES["copy"], 7, 30, "approach", "T-0002", "second.zip")
    first = (
        finding(1, "sensitive_request_for_pay", Family.CONVERSATION, 1.0, inside, offer),
        finding(1, "secrecy_with_channel_change", Family.CONVERSATION, 1.0, quiet),
        finding(1, "paid_work_and_trip", Family.CONVERSATION, 1.0, offer),
        finding(1, "same_text_several_targets", Family.COORDINATION, 0.9, opening, copy, openings=2, sentences=2),
        finding(1, "employer_not_in_register", Family.EMPLOYER, 0.4, Evidence("register.csv:0")),
    )
    second = (
        finding(2, "same_text_across_accounts", Family.COORDINATION, 0.9, copy, opening, accounts=1, sentences=2),
        finding(
            2,
            "payload_pushed",
            Family.CONVERSATION,
            1.0,
            evidence("Open the zip today, please.", 3, 41.2, "payload", "T-0003"),
        ),
    )
    third = (
        finding(3, "paid_work", Family.CONVERSATION, 0.7, evidence(QUOTES["offer"], 5, 50, "paid_work", "T-0004")),
        finding(
            3, "confidentiality_ruled_out", Family.CONVERSATION, 0.0, evidence(QUOTES["honest"], 6, 51, None, "T-0004")
        ),
    )
    fourth = (
        finding(
            4,
            "guaranteed_returns",
            Family.CONVERSATION,
            1.0,
            evidence("Your money doubles in a month.", 8, 55, None, "T-0005"),
        ),
    )
    judged = (
        assessment(
            1,
            Level.ALERT,
            Reading.RECRUITMENT,
            (0.71, 0.93, 0.98),
            stage=Stage.SENSITIVE_REQUEST,
            group="G-01",
            findings=first,
            targets=("T-0001", "T-0002"),
            confidence=Confidence.HIGH,
            missing=("no_profile_capture", "attachments_not_examined"),
            would_change=("answer_from_employer_on_known_number", "written_contract", "colleague_same_text"),
        ),
        assessment(
            2,
            Level.ALERT,
            Reading.INTRUSION,
            (0.42, 0.78, 0.94),
            stage=Stage.SENSITIVE_REQUEST,
            group="G-01",
            findings=second,
            targets=("T-0002", "T-0003"),
            missing=("no_reply_from_target",),
            would_change=("file_checked_by_security",),
        ),
        assessment(
            3,
            Level.WATCH,
            Reading.COMMERCIAL,
            (0.04, 0.12, 0.31),
            stage=Stage.INDUCEMENT,
            findings=third,
            targets=("T-0004",),
            missing=("no_register",),
            would_change=("named_client", "request_for_internal_matter"),
            confidence=Confidence.LOW,
        ),
        assessment(
            4,
            Level.WATCH,
            Reading.FRAUD,
            (0.2, 0.5, 0.8),
            findings=fourth,
            targets=("T-0005",),
            confidence=Confidence.LOW,
        ),
        assessment(
            5,
            Level.INSUFFICIENT,
            Reading.ORDINARY,
            (0.001, 0.01, 0.05),
            missing=("no_text",),
            confidence=Confidence.LOW,
        ),
        *(assessment(i, Level.CLEAR, Reading.COMMERCIAL, (0.0001, 0.001, 0.004)) for i in range(6, 30)),
    )
    names = {1: "Robin Vale", 2: "Noa Lindqvist", 3: "Sam Okafor", 4: "Yuki Marsh"}
    accounts = {
        i: AccountInfo(
            i, f"in:account-{i}", names.get(i), f"https://www.linkedin.com/in/account-{i}" if i != 4 else None
        )
        for i in range(1, 30)
    }
    accounts[1] = msgspec.structs.replace(
        accounts[1], headline="Talent partner, advanced materials", employer="Vale & Hart Advisory"
    )
    people = [
        ("T-0001", "Camille Aubert", "Laboratoire Meridian", "Materials engineer", "fr"),
        ("T-0002", "Dana Field", "Laboratoire Meridian", "Test engineer", "en"),
        ("T-0003", "Iris Tan", "Northgate Works", "Systems administrator", None),
        ("T-0004", "Jo Bell", "Northgate Works", "Buyer", "en"),
        ("T-0005", None, None, None, "de"),
    ]
    steps = [
        (1, "T-0001", [(Stage.APPROACH, 0), (Stage.RAPPORT, 0), (Stage.INDUCEMENT, 6), (Stage.PROBING, 12), (Stage.TASKING, 15),
                       (Stage.SENSITIVE_REQUEST, 21), (Stage.CHANNEL_SHIFT, 23)], {"terminal": Terminal.COMPLIED, "language": "en"}),
        (1, "T-0002", [(Stage.APPROACH, 30)], {"terminal": Terminal.REFUSED}),
        (2, "T-0003", [(Stage.APPROACH, 41), (Stage.RAPPORT, None), (Stage.SENSITIVE_REQUEST, 41.2)], {}),
        (3, "T-0004", [(Stage.INDUCEMENT, 50)], {}),
    ]  # fmt: skip
    prior = {Reading.RECRUITMENT: 0.0008, Reading.FRAUD: 0.0008, Reading.INTRUSION: 0.0004}
    return Judgement(
        case=CaseInfo(
            "Meridian spring", "c-7f3a", "Warn staff who were approached", CLOCK - DAY, "9f" * 32,
            {"deliveries": 5, "accounts": 29, "conversations": 31, "messages": 1204, "contacts": 60, "targets": 5},
        ),
        generated_at=CLOCK,
        version="0.1.0 rules 2026-02",
        prior=Prior(
            mid=prior, low={k: v / 4 for k, v in prior.items()}, high={k: v * 4 for k, v in prior.items()},
            origin="share of reported approaches among strangers who write, public cases 2015-2025.",
        ),
        accounts=accounts,
        targets={t: TargetInfo(t, n, o, r, lang) for t, n, o, r, lang in people},
        assessments=judged,
        progress=tuple(progress(a, t, s, **kw) for a, t, s, kw in steps),
        groups=(Group("G-01", (1, 2), ("T-0001", "T-0002", "T-0003"), 0.00004, "2 accounts share an opening and 1 target.", (copy,)),),
        exposure=(
            Exposure("T-0001", "Laboratoire Meridian", "Materials engineer", Stage.SENSITIVE_REQUEST, (1,), ("G-01",)),
            Exposure("T-0002", "Laboratoire Meridian", "Test engineer", Stage.APPROACH, (1, 2), ("G-01",)),
            Exposure("T-0003", "Northgate Works", "Systems administrator", Stage.SENSITIVE_REQUEST, (2,), ("G-01",)),
            Exposure("T-0004", "Northgate Works", "Buyer", Stage.INDUCEMENT, (3,), ()),
            Exposure("T-0005", None, None, None, (4,), ()),
        ),
        skipped=(Skipped("second.zip/Contacts.csv", "not read: lists of contacts are never read"),),
        warnings=(Skipped("archive.zip/messages.csv:88", "date without zone read as UTC"),),
    )  # fmt: skip


def nasty() -> Judgement:
    """The story with every text field from outside replaced by hostile text, each different."""
    calm = story()
    texts = iter(NASTY * 40)
    replace = msgspec.structs.replace
    accounts = {
        i: replace(
            info, name=next(texts), url=next(texts) if i % 2 else None, headline=next(texts), employer=next(texts)
        )
        for i, info in calm.accounts.items()
    }
    targets = {
        k: replace(t, name=next(texts), organisation=next(texts), role=next(texts)) for k, t in calm.targets.items()
    }

    def spoilt(f: Finding) -> Finding:
        proof = tuple(replace(e, source=next(texts) + ":1", quote=next(texts), stage=next(texts)) for e in f.evidence)
        return replace(f, evidence=proof)

    return replace(
        calm,
        case=replace(calm.case, name=next(texts), purpose=next(texts)),
        accounts=accounts,
        targets=targets,
        assessments=tuple(replace(a, findings=tuple(map(spoilt, a.findings))) for a in calm.assessments),
        exposure=tuple(replace(e, organisation=next(texts), role=next(texts)) for e in calm.exposure),
        skipped=tuple(Skipped(text + ":3", text) for text in NASTY),
    )


def shows(*entries: tuple[str, str | None, str | None, str | None, str | None], at: int | None = CLOCK) -> Displayed:
    """A capture with entries (kind, organisation, title, started, ended), each on a line of its own."""
    return Displayed(at, 3, tuple(CareerEntry(*entry, f"mira.json:{i + 2}") for i, entry in enumerate(entries)))


CAREER = shows(
    ("work", "Vale & Hart Advisory", "Talent partner", "2021-03", None),
    ("work", "Northgate Works", "Senior buyer", "2019", "2021"),
    ("education", "Meridian School of Trade", "Master of supply", "2018-09", "2020-06"),
    ("education", "Old College", None, "2009", "2012"),
    ("work", "Harbour Lane", "Adviser", None, None),
)


def with_profile(j: Judgement, text: Callable[[str], str] = str) -> Judgement:
    """The case with a capture of the first account and what it says; `text` may spoil all that comes from outside."""
    replace = msgspec.structs.replace
    place = text("mira.json:2")
    found = (
        finding(1, "seamless_career", Family.PROFILE, 1.0, Evidence(place), roles=5, changes=4),
        finding(1, "impossible_dates", Family.PROFILE, 0.4, Evidence(place)),
        finding(1, "story_held", Family.PROFILE, 0.0, Evidence(text("mira-2024.json:1")), days=400),
    )
    first, *rest = j.assessments
    entries = tuple(
        replace(e, organisation=text(e.organisation or ""), title=text(e.title or ""), source=text(e.source))
        for e in CAREER.entries
    )
    signs = (
        AuthenticitySign("seamless_career", "timeline", 0.24, 26.0, ("impossible_dates",)),
        AuthenticitySign("employer_not_in_register", "employer", 0.6, 10.0),
        AuthenticitySign("story_held", "history", -0.5, 2.5),
    )
    judged = Authenticity(1, 0.7, "some", (0.02, 0.09, 0.3), signs, ("no_portrait", "no_counters"))
    return replace(
        j,
        assessments=(replace(first, findings=(*first.findings, *found)), *rest),
        displayed={1: replace(CAREER, entries=entries)},
        authenticity={1: judged},
    )


@pytest.fixture
def profiled(story: Judgement) -> Judgement:
    return with_profile(story)


@pytest.fixture
def nasty_profile(nasty: Judgement) -> Judgement:
    texts = iter(NASTY * 40)
    return with_profile(nasty, lambda _: next(texts))


@pytest.fixture(name="story")
def story_fixture() -> Judgement:
    return story()


@pytest.fixture(name="nasty")
def nasty_fixture() -> Judgement:
    return nasty()


@pytest.fixture
def hostile_texts() -> tuple[str, ...]:
    return NASTY


@pytest.fixture
def many(story: Judgement) -> Callable[[int, int], Judgement]:
    """`many(dossiers, clear)`: that many copies of the first alert and that many clear accounts."""

    def make(dossiers: int, clear: int) -> Judgement:
        model, bland = story.assessments[0], story.assessments[-1]
        alerts = [msgspec.structs.replace(model, account=i) for i in range(1, dossiers + 1)]
        rest = [msgspec.structs.replace(bland, account=i) for i in range(dossiers + 1, dossiers + clear + 1)]
        infos = {
            a.account: AccountInfo(a.account, f"in:x{a.account}", f"Clear {a.account}", None) for a in (*alerts, *rest)
        }
        steps = [
            msgspec.structs.replace(p, account=i)
            for i in range(1, dossiers + 1)
            for p in story.progress
            if p.account == 1
        ]
        exposure = tuple(msgspec.structs.replace(e, accounts=tuple(range(1, dossiers + 1))) for e in story.exposure)
        return msgspec.structs.replace(
            story, assessments=(*alerts, *rest), accounts=infos, progress=tuple(steps), exposure=exposure, groups=()
        )

    return make
