"""The assessment document, `counterlure/assessment/1`: what `--json` prints and `assessment.json` holds.

Its JSON Schema is `docs/assessment.schema.json`. The order never depends on how the case was read: alerts and watches
come first by descending likelihood, the rest by address; lists of ids ascend.
"""

from __future__ import annotations

import json
import re
from functools import cache
from math import isfinite
from typing import Any

import msgspec

from counterlure.model import (
    Assessment,
    Authenticity,
    Confidence,
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
)
from counterlure.report.figures import iso, significant

SCHEMA = "counterlure/assessment/1"
SHOWN = (Level.ALERT, Level.WATCH)
FAMILIES = tuple(Family)
UNSEEN = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
Json = dict[str, Any]


def assessment_document(j: Judgement) -> Json:
    """The judgement as plain JSON values, in the order the module states."""
    progress: dict[int, list[Progress]] = {}
    for step in j.progress:
        progress.setdefault(step.account, []).append(step)
    return {
        "schema": SCHEMA,
        "version": j.version,
        "case": j.case.name,
        "case_id": j.case.id,
        "purpose": j.case.purpose,
        "generated_at": iso(j.generated_at),
        "audit_head": j.case.audit_head,
        "counts": dict(sorted(j.case.counts.items())),
        "prior": _prior(j.prior),
        "unlisted": {level.value: n for level, n in sorted(j.unlisted.items())},
        "accounts": [_account(j, a, progress.get(a.account, [])) for a in in_order(j)],
        "groups": [_group(j, g) for g in sorted(j.groups, key=lambda g: g.id)],
        "exposure": exposure_rows(j),
        "skipped": _skipped(j.skipped),
        "warnings": _skipped(j.warnings),
    }


def account_document(j: Judgement, account: int) -> Json:
    """One account as it stands in the document; `StopIteration` is an error of ours, for it must have been assessed."""
    assessed = next(a for a in j.assessments if a.account == account)
    return _account(j, assessed, [p for p in j.progress if p.account == account])


def document_text(document: Json) -> str:
    """The document as JSON text; what a terminal would obey or not show is written as an escape."""
    try:
        text = msgspec.json.format(msgspec.json.encode(document), indent=1).decode()
    except UnicodeEncodeError:
        # A lone surrogate, which only the slow encoder knows how to write.
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    return (text if text.isascii() and "\x7f" not in text else UNSEEN.sub(_escape, text)) + "\n"


def address(j: Judgement, account: int) -> str:
    """The profile address of an account, or its strongest key where no address is known."""
    info = j.accounts[account]
    return info.url or info.key


def in_order(j: Judgement) -> list[Assessment]:
    """Alert and watch by descending likelihood, then address; the rest by address."""
    return sorted(j.assessments, key=lambda a: _place(j, a))


def _place(j: Judgement, a: Assessment) -> tuple[int, float, str, int]:
    rank = SHOWN.index(a.level) if a.level in SHOWN else len(SHOWN)
    return (rank, -a.likelihood if a.level in SHOWN else 0.0, address(j, a.account), a.account)


def _prior(prior: Prior) -> Json:
    bands = {"low": prior.low, "mid": prior.mid, "high": prior.high}
    shares: Json = {name: _by_reading(band) for name, band in bands.items()}
    return {**shares, "origin": prior.origin}


def _by_reading(shares: dict[Reading, float]) -> dict[str, float]:
    return {reading.value: significant(shares[reading]) for reading in Reading if reading in shares}


def _account(j: Judgement, a: Assessment, progress: list[Progress]) -> Json:
    judged = _judged(
        a.level, a.reading, a.likelihood, a.interval, a.confidence, a.stage, a.group, a.missing, a.would_change,
        tuple(a.posterior.items()),
    )  # fmt: skip
    own = j.authenticity.get(a.account)
    return {
        "account": address(j, a.account),
        "display_name": j.accounts[a.account].name,
        **judged,
        "targets": sorted(a.targets),
        "findings": [_finding(f) for f in findings_in_order(a)],
        "progress": [_progress(p) for p in sorted(progress, key=lambda p: (p.target, p.conversation))],
        **({"authenticity": _authenticity(own)} if own else {}),
    }


def _authenticity(own: Authenticity) -> Json:
    return {
        "band": own.band,
        "ratio": significant(own.ratio),
        "share": [significant(p) for p in own.share],
        "signs": [
            {
                "kind": sign.kind,
                "group": sign.group,
                "weight": significant(sign.weight),
                "honest_per_cent": significant(sign.honest_per_cent),
                "also": list(sign.also),
            }
            for sign in own.signs
        ],
        "unchecked": list(own.unchecked),
    }


@cache
def _judged(
    level: Level, reading: Reading, likelihood: float, interval: tuple[float, float], confidence: Confidence,
    stage: Stage | None, group: str | None, missing: tuple[str, ...], would_change: tuple[str, ...],
    posterior: tuple[tuple[Reading, float], ...],
) -> Json:  # fmt: skip
    """What accounts of the same judgement share; in a large case nearly all share one of a few."""
    return {
        "level": level.value,
        "reading": reading.value,
        "likelihood": significant(likelihood),
        "interval": [significant(end) for end in interval],
        "confidence": confidence.value,
        "stage": stage.value if stage else None,
        "group": group,
        "posterior": _by_reading(dict(posterior)),
        "missing": list(missing),
        "would_change": list(would_change),
    }


def findings_in_order(a: Assessment) -> list[Finding]:
    """By family as the model lists them, then the most suspicious first."""
    return sorted(a.findings, key=_finding_place)


def _finding_place(f: Finding) -> tuple[int, float, str, str, str, str, str]:
    source, quote = (f.evidence[0].source, f.evidence[0].quote or "") if f.evidence else ("", "")
    return (FAMILIES.index(f.family), -f.score, f.kind, f.detector, f.detail, source, quote)


def _finding(f: Finding) -> Json:
    return {
        "detector": f.detector,
        "family": f.family.value,
        "kind": f.kind,
        "score": significant(f.score),
        "detail": f.detail,
        "evidence": [_evidence(e) for e in f.evidence],
    }


def _evidence(e: Evidence) -> Json:
    at = iso(e.at) if e.at is not None else None
    return {"source": e.source, "quote": e.quote, "at": at, "stage": e.stage, "target": e.target}


def _progress(p: Progress) -> Json:
    return {
        "target": p.target,
        "terminal": p.terminal.value if p.terminal else None,
        "messages_in": p.messages_in,
        "messages_out": p.messages_out,
        "steps": [
            {"stage": s.stage.value, "at": iso(s.at) if s.at is not None else None, "source": s.evidence.source}
            for s in p.steps
        ],
    }


def _group(j: Judgement, g: Group) -> Json:
    known = g.p_value is not None and isfinite(g.p_value)
    return {
        "id": g.id,
        "accounts": sorted(address(j, account) for account in g.accounts),
        "targets": len(g.targets),
        "p_value": significant(g.p_value) if known and g.p_value is not None else None,
        "detail": g.detail,
    }


def exposure_rows(j: Judgement) -> list[Json]:
    """Who was reached, by target."""
    return [_exposure(j, e) for e in sorted(j.exposure, key=lambda e: e.target)]


def _exposure(j: Judgement, e: Exposure) -> Json:
    # A contact in which no stage was seen is still a contact: the lowest stage, which needs no words.
    return {
        "target": e.target,
        "organisation": e.organisation,
        "role": e.role,
        "stage": (e.stage or Stage.TARGETING).value,
        "accounts": sorted(address(j, account) for account in e.accounts),
        "groups": sorted(e.groups),
    }


def _skipped(entries: tuple[Skipped, ...]) -> list[Json]:
    return [{"source": s.source, "reason": s.reason} for s in sorted(entries, key=lambda s: (s.source, s.reason))]


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
