"""rules: look at the detection rules and hold them against their own examples."""

from __future__ import annotations

from typing import Annotated

import typer

from counterlure.cli import EXIT_ERROR
from counterlure.cli.console import out
from counterlure.detect.conversation import check
from counterlure.detect.conversation.matcher import matcher
from counterlure.detect.conversation.rules import book, known_tags

app = typer.Typer(help="The detection rules: list them, test them, try a text on them.", no_args_is_help=True)


@app.command("list")
def list_rules(
    tag: Annotated[str | None, typer.Option(help="Only rules that show this stage, tactic or sign.")] = None,
) -> None:
    """List the rules with what each shows and where it comes from."""
    if tag is not None and tag not in known_tags():
        raise typer.BadParameter(f"{tag!r} is no tag; the tags are {', '.join(sorted(known_tags()))}")
    for rule in book().rules:
        if tag is None or rule.tag == tag:
            out.print(f"{rule.id:48} {rule.tag:24} {rule.by:7} {rule.origin}", markup=False)


@app.command("test")
def test_rules() -> None:
    """Hold every rule against the messages it must and must not match; exit code 1 when one fails."""
    if check.main():
        raise typer.Exit(EXIT_ERROR)


@app.command("try")
def try_text(text: Annotated[str, typer.Argument(help="A message.", show_default=False)]) -> None:
    """Show which rules a message matches, and on which words."""
    for hit in matcher().hits(text):
        quoted = " (somebody else's words)" if hit.quoted else ""
        out.print(f"{hit.rule.tag:24} {text[hit.start : hit.end]!r}  {hit.rule.id}{quoted}", markup=False)
