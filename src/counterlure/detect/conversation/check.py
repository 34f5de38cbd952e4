"""The linter of the rules: every rule is held against its own messages and against everybody else's."""

from __future__ import annotations

from collections.abc import Iterator

from counterlure.detect.conversation.matcher import Matcher, matcher
from counterlure.detect.conversation.rules import Book, book


def problems(rules: Book | None = None, run: Matcher | None = None) -> Iterator[str]:
    """One line per message that a rule should match and does not, or should not match and does."""
    rules = rules or book()
    run = run or matcher()
    for rule in rules.rules:
        for text in rule.match:
            if not any(hit.rule.id == rule.id and not hit.quoted for hit in run.hits(text)):
                yield f"{rule.id}: does not match {text!r}"
        for text in rule.no_match:
            if any(hit.rule.id == rule.id and not hit.quoted for hit in run.hits(text)):
                yield f"{rule.id}: matches {text!r} and must not"


def unused_fragments(rules: Book | None = None) -> list[str]:
    """Fragments that no rule names; each is dead weight or a spelling mistake."""
    rules = rules or book()
    used = {
        f"{rule.language}.{f}" for rule in rules.rules for group in [*rule.all, *rule.none] for f in group.split("|")
    }
    own = {rule.id for rule in rules.rules}
    builtin = {f"{language}.negation" for language in ("en", "fr")}
    return sorted(set(rules.bits) - used - own - builtin)


def main() -> int:
    """Prints what is wrong; 0 when nothing is."""
    found = [*problems(), *(f"fragment {name} is used by no rule" for name in unused_fragments())]
    for line in found:
        print(line)
    print(f"{len(book().rules)} rules, {len(book().phrases)} phrases, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
