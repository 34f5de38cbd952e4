"""Groups on a terminal: a short table, then what is improbable about the first ones, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from counterlure.network.explain import honest, layer_words, odds, story
from counterlure.network.facts import Facts, enough
from counterlure.network.model import Layer, Tables
from counterlure.network.refine import MEMBERS_MIN
from counterlure.network.wording import listing, quantity, say

ROWS_SHOWN = 20
EXPLAINED = 3
MARKS = {"unexplained": "▲", "commercial": "○"}


def summary(console: Console, tables: Tables, layers: Sequence[Layer], groups: Sequence[Facts], lang: str) -> None:
    """Prints what was looked at, which groups there are, and why chance does not explain the first of them."""
    _print(console, Text("\n".join(_looked_at(tables, layers, lang)), style="dim"))
    if not enough(tables):
        _print(console, Text(say("table.few", lang, accounts=MEMBERS_MIN)))
    elif not groups:
        _print(console, Text(say("table.none", lang)))
    else:
        _print(console, _table(groups[:ROWS_SHOWN], lang))
        if len(groups) > ROWS_SHOWN:
            _print(console, Text(say("table.more", lang, n=len(groups) - ROWS_SHOWN), style="dim"))
        for group in groups[:EXPLAINED]:
            _explained(console, group, lang)
        _print(console, Padding(Text(say("honest.limits", lang), style="italic"), (1, 0, 0, 0)))


def _print(console: Console, part: Text | Table | Padding) -> None:
    console.print(part, soft_wrap=False)


def _looked_at(tables: Tables, layers: Sequence[Layer], lang: str) -> list[str]:
    counts = {
        "contacts": int(tables.contacts.account.size),
        "accounts": int(tables.accounts.key.size),
        "targets": int(tables.targets.key.size),
    }
    names = [layer_words(name, lang) for name in ("contacts", *(layer.name for layer in layers))]
    return [say("table.looked", lang, **counts), say("table.compared", lang, layers=listing(names, lang))]


def _table(groups: Sequence[Facts], lang: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for key in ("id", "accounts", "targets", "odds", "kind", "layers"):
        right = key in ("accounts", "targets")
        table.add_column(Text(say(f"table.{key}", lang)), justify="right" if right else "left", overflow="fold")
    for group in groups:
        kind = group.kind.value
        table.add_row(
            Text(group.id, style="bold", no_wrap=True),
            Text(quantity(len(group.members), lang)),
            Text(quantity(len(group.targets), lang) if group.has_list else "–"),
            Text(odds(group.log_ratio, lang)),
            Text(f"{MARKS[kind]} {say(f'kind.{kind}', lang)}"),
            Text(", ".join(layer_words(name, lang) for name in group.telling)),
        )
    return table


def _explained(console: Console, group: Facts, lang: str) -> None:
    first, *rest = (*story(group, lang), *honest(group, lang))
    _print(console, Padding(Text.assemble((f"{group.id} ", "bold"), first), (1, 0, 0, 0)))
    for sentence in rest:
        _print(console, Padding(Text(sentence), (0, 0, 0, 5)))
