"""One small factory per noun for the tests of this room."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from counterlure.assess import AccountStats, assess, load_prior, load_weights
from counterlure.assess.kinds import Sign
from counterlure.model import HOSTILE, Assessment, Evidence, Finding, Prior, Progress, Stage, StageStep


def finding(kind, score=None, account=1, quote="the words", targets=("T-0001",), source="box.zip/messages.csv:7"):
    entry = load_weights().kinds[kind]
    if score is None:
        score = 1.0 if entry.sign is Sign.HOSTILE else 0.0
    evidence = (Evidence(source, quote=quote, target=targets[0] if targets else None),)
    return Finding(account, "a_detector", entry.family, kind, score, "seen", evidence, targets)


def findings(*kinds, account=1):
    """Findings with a quote each, at a different line each."""
    return [finding(kind, account=account, source=f"box.zip/messages.csv:{i}") for i, kind in enumerate(kinds, 2)]


def progress(*stages, account=1, target="T-0001", quote="the words", language=None):
    steps = tuple(StageStep(Stage(stage), 0, Evidence("box.zip/messages.csv:7", quote=quote)) for stage in stages)
    return Progress(account, target, 1, steps, language=language)


def stats(account=1, messages_in=3, messages_out=3, words=150, has_text=True, targets=("T-0001",), **more):
    return AccountStats(account, messages_in, messages_out, words, has_text, targets, **more)


def one(found=(), gone=(), of=None, *, priors=None, weights=None, groups=()) -> Assessment:
    """The judgement on a single account."""
    of = stats() if of is None else of
    priors = load_prior() if priors is None else priors
    weights = load_weights() if weights is None else weights
    (judgement,) = assess(found, gone, groups, priors=priors, weights=weights, stats={of.account: of})
    return judgement


def flat_prior(share):
    """Every hostile reading at `share`, without a band."""
    band = dict.fromkeys(HOSTILE, share)
    return Prior(mid=band, low=band, high=band, origin="a test")


@pytest.fixture(scope="session")
def make():
    return SimpleNamespace(
        finding=finding, findings=findings, progress=progress, stats=stats, one=one, flat_prior=flat_prior
    )
