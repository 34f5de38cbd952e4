"""The network document, `counterlure/network/1`: what `network --json` prints, and the tables beside it.

Its JSON Schema is `docs/network.schema.json`. Groups come by significance, their members by contacts with the list, the
list by hits, accounts by score, then key; keys stand as the input writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from counterlure.network.explain import detail, explanation, odds, sure, value_words
from counterlure.network.facts import Course, Facts, Listed, Member, Shared
from counterlure.network.model import ABSENT, Layer, Network, Tables
from counterlure.network.wording import iso, say, significant

SCHEMA = "counterlure/network/1"
SCORE_MIN = 0.5
"""Accounts in no group are listed from this score on."""
Json = dict[str, Any]
Cell = str | int | float | None


class Sheet(NamedTuple):
    """A table for a spreadsheet, not guarded yet: file name without ending, columns, rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def network_document(
    tables: Tables, layers: Sequence[Layer], network: Network, groups: Sequence[Facts], *, lang: str, seed: int
) -> Json:
    """The document as plain JSON values; sentences are in `lang`, everything else is the same in every language."""
    return {
        "schema": SCHEMA,
        "lang": lang,
        "seed": seed,
        "looked_at": _looked_at(tables, layers),
        "groups": [_group(group, lang) for group in groups],
        "accounts": _accounts(tables, network, groups),
        "skipped": [{"source": s.source, "reason": s.reason} for s in tables.skipped],
    }


def sheets(groups: Sequence[Facts], lang: str) -> list[Sheet]:
    """Groups, members and targets, in the order of the document."""
    return [_groups_sheet(groups, lang), _members_sheet(groups, lang), _targets_sheet(groups)]


def _looked_at(tables: Tables, layers: Sequence[Layer]) -> Json:
    told = tables.contacts.first_at[tables.contacts.first_at != ABSENT]
    return {
        "contacts": int(tables.contacts.account.size),
        "accounts": int(tables.accounts.key.size),
        "targets": int(tables.targets.key.size),
        "first_at": iso(int(told.min())) if told.size else None,
        "last_at": iso(int(told.max())) if told.size else None,
        "layers": ["contacts", *(layer.name for layer in layers)],
    }


def _group(group: Facts, lang: str) -> Json:
    return {
        "id": group.id,
        "kind": group.kind.value,
        "accounts": sorted(member.account for member in group.members),
        "targets": len(group.targets),
        "p_value": significant(group.p_value),
        "odds": odds(group.log_ratio, lang),
        "log_ratio": significant(group.log_ratio),
        "detail": detail(group, lang),
        "layers": group.telling,
        "log_ratios": {name: significant(ratio) for name, ratio in group.layers.items()},
        "window": None if group.window is None else {"first": iso(group.window[0]), "last": iso(group.window[1])},
        "contacts": {"list": group.listed, "expected": significant(group.expected), "others": group.others},
        "members": [_member(member, lang) for member in group.members],
        "list": [_listed(target) for target in group.targets],
        "shared": [_shared(shared, lang) for shared in group.shared],
        "course": None if group.course is None else _course(group.course),
        "explanation": explanation(group, lang),
    }


def _member(member: Member, lang: str) -> Json:
    return {
        "account": member.account,
        "sureness": significant(member.sureness),
        "sure": say(f"sure.{sure(member.sureness)}", lang),
        "share": significant(member.share),
        "log_e": significant(member.log_e),
        "list_contacts": member.listed,
        "other_contacts": member.others,
    }


def _listed(target: Listed) -> Json:
    return {
        "target": target.target,
        "organisation": target.organisation,
        "sector": target.sector,
        "hits": target.hits,
        "expected": significant(target.expected),
    }


def _shared(shared: Shared, lang: str) -> Json:
    return {
        "layer": shared.layer,
        "value": shared.value and value_words(shared, lang),
        "accounts": shared.members,
        "expected": significant(shared.expected),
    }


def _course(course: Course) -> Json:
    return {
        "first_at": iso(course.begin),
        "days": course.width // 86_400,
        "list_contacts": course.seen.tolist(),
        "expected": [significant(value) for value in course.expected.tolist()],
    }


def _accounts(tables: Tables, network: Network, groups: Sequence[Facts]) -> list[Json]:
    shown = np.flatnonzero((network.group != ABSENT) | (network.score >= SCORE_MIN))
    rows = [
        (significant(float(network.score[i])), str(tables.accounts.key[i]), int(network.group[i]))
        for i in shown.tolist()
    ]
    return [
        {"account": key, "score": score, "group": None if group == ABSENT else groups[group].id}
        for score, key, group in sorted(rows, key=lambda row: (-row[0], row[1]))
    ]


def _groups_sheet(groups: Sequence[Facts], lang: str) -> Sheet:
    columns = ("group", "kind", "accounts", "targets", "list_contacts", "expected_contacts", "other_contacts")
    rows = tuple(
        (
            group.id, group.kind.value, len(group.members), len(group.targets), group.listed,
            significant(group.expected), group.others, significant(group.p_value), odds(group.log_ratio, lang),
            significant(group.log_ratio), " ".join(group.telling), iso(group.window[0]) if group.window else None,
            iso(group.window[1]) if group.window else None, detail(group, lang),
        )
        for group in groups
    )  # fmt: skip
    more = ("p_value", "odds", "log_ratio", "layers", "window_first", "window_last", "detail")
    return Sheet("groups", (*columns, *more), rows)


def _members_sheet(groups: Sequence[Facts], lang: str) -> Sheet:
    columns = ("group", "place", "account", "sureness", "sure", "share", "log_e", "list_contacts", "other_contacts")
    rows = tuple(
        (group.id, place, *_member(member, lang).values())
        for group in groups
        for place, member in enumerate(group.members, start=1)
    )
    return Sheet("members", columns, rows)


def _targets_sheet(groups: Sequence[Facts]) -> Sheet:
    columns = ("group", "place", "target", "organisation", "sector", "hits", "expected")
    rows = tuple(
        (group.id, place, *_listed(target).values())
        for group in groups
        for place, target in enumerate(group.targets, start=1)
    )
    return Sheet("targets", columns, rows)
