"""explain: everything the case holds about one account, and why it was judged as it was."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from counterlure.case import view
from counterlure.case.read import CaseReader
from counterlure.case.store import Case
from counterlure.cli import EXIT_ERROR
from counterlure.cli.console import complain, data, err, out
from counterlure.cli.options import CaseDir, Lang, Language, Names
from counterlure.detect import allowed_columns
from counterlure.detect.conversation.margin import margin, telling_first
from counterlure.errors import CaseError
from counterlure.model import AccountInfo, Judgement
from counterlure.pipeline import last_judgement
from counterlure.report.outside import ADDRESS_LIMIT, NAME_LIMIT, visible
from counterlure.report.terminal import conversation
from counterlure.report.terminal import explain as render
from counterlure.report.words import say

CANDIDATES_SHOWN = 20
MESSAGES_SHOWN = 200
UNWRAPPED = 4_000
"""Columns that no line fills."""


def explain(
    account: Annotated[
        str,
        typer.Argument(
            help="Address with or without https://, address key (in:slug), slug or displayed name.", show_default=False
        ),
    ],
    case: CaseDir,
    lang: Language = Lang.EN,
    names: Names = False,
) -> None:
    """Explain one account: reading, stages, profile, what speaks for and against, and the conversation with its margin.

    Where several accounts match, they are listed and none is opened.
    """
    with Case.open(case) as opened:
        judgement = last_judgement(opened)
        if judgement is None:
            raise CaseError(f"{case}: nothing has been judged yet; run scan first")
        number = _one(opened, judgement, account)
        # Kept are the careers of accounts at alert and watch; here any account may be asked for.
        judgement = msgspec.structs.replace(judgement, displayed=view.displayed(opened, [number]))
        if not out.is_terminal:
            out.width = UNWRAPPED  # lines are wrapped for eyes only; in a file or a pipe every source stays whole
        with out.capture() as shown:
            render(out, judgement, number, lang.value, names=names)
            with CaseReader(opened.file, allowed_columns()) as reader:
                told = telling_first(margin(reader, number))
            if told:
                conversation(out, judgement, told[:MESSAGES_SHOWN], lang.value, names=names)
            if len(told) > MESSAGES_SHOWN:
                out.print(say("margin", "cut", lang.value, n=MESSAGES_SHOWN))
        # Recorded once there is something to show, and before anybody sees it.
        opened.record("explain", f"account {number}", "shown")
    data("\n".join(line.rstrip() for line in shown.get().splitlines()) + "\n")


def _one(opened: Case, judgement: Judgement, wanted: str) -> int:
    """The account that is meant; an error says what to do where there is none, several, or one without judgement."""
    found = view.find_account(opened, wanted)
    if not found:
        raise CaseError(f"no account {wanted!r} in {opened.path}: give its address as the report shows it")
    levels = {a.account: a.level.value for a in judgement.assessments}
    if len(found) > 1:
        complain(f"several accounts match {wanted!r}; give one of these addresses:")
        infos = view.accounts(opened, found)
        for number in found[:CANDIDATES_SHOWN]:
            line = (_address(infos[number]), infos[number].name or "", levels.get(number, "not judged"))
            err.print("  " + "  ".join(visible(part, ADDRESS_LIMIT) for part in line), markup=False, soft_wrap=True)
        if len(found) > CANDIDATES_SHOWN:
            err.print(f"and {len(found) - CANDIDATES_SHOWN} more")
        raise typer.Exit(EXIT_ERROR)
    if found[0] not in levels:
        name = visible(wanted, NAME_LIMIT)
        raise CaseError(
            f"{name}: is in the case and was not judged, since it contacted no colleague that the last scan knew of;"
            f" after new deliveries run `counterlure scan --case {opened.path}` again"
        )
    return found[0]


def _address(info: AccountInfo) -> str:
    """What opens this account and no other; a key made from names would name a colleague."""
    return f"account:{info.id}" if info.key.startswith("name:") else info.key
