"""The whole flow on one page: ingest, detect, assess."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from counterlure import __version__
from counterlure.account_stats import Gathered
from counterlure.assess import assess, exposure, load_prior, load_weights
from counterlure.assess.authenticity import authenticity
from counterlure.case import view
from counterlure.case.captures import captured
from counterlure.case.database import transaction
from counterlure.case.read import CaseReader
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter, Written
from counterlure.detect import DETECTORS, Detected, allowed_columns, run
from counterlure.detect.conversation.rules import book
from counterlure.detect.conversation.tracker import BEYOND_RAPPORT
from counterlure.errors import CaseError
from counterlure.ingest import read_deliveries
from counterlure.language import language_of
from counterlure.model import Assessment, Judgement, Level, Prior, Progress, Skipped
from counterlure.register.normal import normal_name
from counterlure.register.organisations import Claimed

QUIET_LISTED_MAX = 60_000
_NEXT_RUN = """
INSERT INTO meta SELECT 'last_run', coalesce(max(id), 0) + 1 FROM assessment_run WHERE true
ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value
"""
Tell = Callable[[str, int, int], None]
"""Progress: what is going on, how much is done, how much there is (0: unknown)."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass
class Ingested:
    """What one run of ingest added, what it could not read, and what it read with a reservation."""

    deliveries: int = 0
    known: int = 0
    messages: int = 0
    contacts: int = 0
    profiles: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Skipped] = field(default_factory=list)


def ingest(
    case: Case, paths: Iterable[Path], *, owner: str | None = None, opt_in_connections: bool = False,
    workers: int = 2, tell: Tell = silent,
) -> Ingested:  # fmt: skip
    """Reads deliveries into the case; each is committed whole before the next.

    owner : profile address, mail address or name of the person whose delivery this is, where the files do not tell.
    opt_in_connections : keep names and employers of the owners' connections, not only their hashes.
    workers : reading processes; 0 reads in this process.
    """
    done = Ingested()
    writer = DeliveryWriter(case)
    results = read_deliveries(
        list(paths),
        owner=owner or None,
        opt_in_connections=opt_in_connections,
        workers=workers,
        known_digests=writer.knows,
    )
    for result in results:
        written = Written(known=True) if result.already_known else writer.write(result)
        done.deliveries += 1
        done.known += written.known
        done.messages += written.messages
        done.contacts += written.contacts
        done.profiles += written.profiles
        done.skipped += written.skipped
        done.warnings += written.warnings
        tell(f"read {result.name}", done.deliveries, 0)
    return done


def judge(
    case: Case,
    *,
    register: Path | None = None,
    organisations: Path | None = None,
    priors: Path | None = None,
    workers: int = 2,
    tell: Tell = silent,
) -> Judgement:
    """Runs every detector over the case and weighs what they found; the result is kept in the case.

    register : a company register for the employer detector. organisations : an index of those that other cases knew.
    priors : a file of priors in place of the shipped one.
    """
    prior = load_prior(priors)
    detected = Detected()
    with case.reader(allowed_columns()) as reader:
        for step, (name, seen) in enumerate(_run(case, reader, register, organisations, workers), start=1):
            detected = seen
            tell(f"detect: {name.replace('_', ' ')}", step, len(DETECTORS))
    tell("assess", 0, 0)
    judgement = _judgement(case, detected, *_assessed(detected, Gathered(case, detected), prior), prior)
    given = {"register": register, "organisations": organisations, "priors": priors}
    _keep(case, judgement, {name: str(file.resolve()) for name, file in given.items() if file is not None})
    return judgement


def judge_again(case: Case, workers: int = 2) -> Judgement:
    """Judges with the same register, organisations and priors as the last time.

    Raises
    ------
    CaseError : one of these files is no longer there; without it the judgement would change for no reason of the case.
    """
    files = {name: Path(file) for name, file in json.loads(case.meta.get("judged_with", "{}")).items()}
    for name, file in files.items():
        if not file.exists():
            raise CaseError(f"{file}: the {name} of the last scan is not there; put it back, or run scan again without")
    return judge(
        case, register=files.get("register"), organisations=files.get("organisations"), priors=files.get("priors"),
        workers=workers,
    )  # fmt: skip


def _run(
    case: Case, reader: CaseReader, register: Path | None, organisations: Path | None, workers: int
) -> Iterator[tuple[str, Detected]]:
    return run(reader, register, workers, index=organisations, case_id=case.meta["case_id"])


def last_judgement(case: Case) -> Judgement | None:
    """The newest judgement kept in the case, or None before the first; `CaseError` where it cannot be read."""
    row = case.db.execute("SELECT document FROM assessment_run ORDER BY id DESC LIMIT 1").fetchone()
    return decoded(row[0], case.path) if row else None


def decoded(document: bytes, path: Path) -> Judgement:
    """A judgement as it is kept in the case at `path`; `CaseError` where it cannot be read."""
    try:
        return msgspec.msgpack.decode(document, type=Judgement)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: the judgement kept here is damaged or of another version; run scan again") from error


def _assessed(detected: Detected, stats: Gathered, prior: Prior) -> tuple[tuple[Assessment, ...], dict[Level, int]]:
    """The assessments to list; quiet ones, of which nothing was found, are only counted where they are very many."""
    judged = partial(assess, priors=prior, weights=load_weights())
    seen = detected.findings, detected.progress, detected.groups
    if len(stats.accounts) - len({finding.account for finding in detected.findings}) <= QUIET_LISTED_MAX:
        return judged(*seen, stats=stats.of(stats.accounts.tolist())), {}
    shown = {finding.account for finding in detected.findings} | {step.account for step in detected.progress}
    assessments = judged(*seen, stats=stats.of(shown))
    unlisted = Counter(a.level for a in assessments if not a.findings)
    alike = {own.account: (own, count) for own, count in stats.alike(np.setdiff1d(stats.accounts, [*shown]))}
    for a in judged((), (), (), stats={account: own for account, (own, _) in alike.items()}):
        unlisted[a.level] += alike[a.account][1]
    return tuple(a for a in assessments if a.findings), dict(unlisted)


def _judgement(
    case: Case, detected: Detected, assessments: tuple[Assessment, ...], unlisted: dict[Level, int], prior: Prior
) -> Judgement:
    telling = {a.account for a in assessments if a.level in (Level.ALERT, Level.WATCH)}
    progress = [p for p in detected.progress if p.account in telling or _beyond_rapport(p)]
    groups = tuple(g for g in detected.groups if telling.intersection(g.accounts))
    targets = view.targets(case)
    exposed = exposure(assessments, progress, targets, groups)
    languages = {e.target: code for e in exposed if (code := language_of(view.own_words(case, e.target)))}
    profiles = captured(case, (a.account for a in assessments))
    named = {a.account for a in assessments} | {account for group in groups for account in group.accounts}
    return Judgement(
        case=view.case_info(case),
        generated_at=case.clock(),
        version=f"{__version__} rules {book().version}",
        prior=prior,
        accounts=view.accounts(case, named),
        targets=view.targets(case, languages),
        assessments=assessments,
        progress=tuple(progress),
        groups=groups,
        exposure=exposed,
        skipped=view.skipped(case),
        warnings=view.skipped(case, "warning"),
        unlisted=unlisted,
        displayed=view.displayed(case, telling),
        authenticity={
            a.account: authenticity(a.account, a.findings, profiles[a.account])
            for a in assessments
            if a.account in profiles
        },
    )


def _beyond_rapport(progress: Progress) -> bool:
    return any(step.stage in BEYOND_RAPPORT for step in progress.steps)


def _keep(case: Case, judgement: Judgement, files: dict[str, str]) -> None:
    """Keeps the newest judgement only, under a number that is never given twice, not even after a purge.

    files : what it was judged with besides the case, by the names of `judge`.
    """
    document = msgspec.msgpack.encode(judgement)
    with transaction(case.db, case.file):
        (run,) = case.db.execute(_NEXT_RUN).fetchone()
        case.db.execute(
            "INSERT INTO assessment_run(id, at, version, document) VALUES (?, ?, ?, ?)",
            (int(run), judgement.generated_at, judgement.version, document),
        )
        case.db.execute("DELETE FROM assessment_run WHERE id < ?", (int(run),))
        case.db.execute("INSERT OR REPLACE INTO meta VALUES ('judged_with', ?)", (json.dumps(files, sort_keys=True),))


def claimed_at_alert(case: Case, judgement: Judgement) -> list[Claimed]:
    """Employers that accounts at alert claim and nobody protected works for, without those that a register knows."""
    known = {
        normal_name(piece.quote or "")
        for a in judgement.assessments for f in a.findings if f.kind == "employer_in_register" for piece in f.evidence
    }  # fmt: skip
    own = {normal_name(target.organisation) for target in judgement.targets.values() if target.organisation}
    accounts: dict[str, set[int]] = {}
    identifiers: dict[str, set[str]] = {}
    for a in judgement.assessments:
        if a.level is Level.ALERT:
            for employer, identifier in view.claims(case, a.account):
                accounts.setdefault(employer, set()).add(a.account)
                identifiers.setdefault(employer, set()).update([identifier] if identifier else [])
    return [
        Claimed(employer, frozenset(identifiers[employer]), len(holders))
        for employer, holders in sorted(accounts.items()) if normal_name(employer) not in known | own
    ]  # fmt: skip
