"""What one session sees of names: pseudonyms until somebody asks for a name, which is recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

import msgspec

from counterlure.model import AccountInfo, Assessment, Evidence, Judgement, Progress, TargetInfo
from counterlure.report.outside import NAME_LIMIT, UNSPACED, Mask, visible

WORD = re.compile(r"\w+")


def account_id(account: int) -> str:
    """The pseudonym of an account: A-0001."""
    return f"A-{account:04d}"


class Names:
    """Who is called what, and who of them a text may name; made once for a judgement."""

    def __init__(self, j: Judgement) -> None:
        self.of: dict[str, str | None] = {t.id: t.name for t in j.targets.values()}
        self.of |= {account_id(info.id): info.name for info in j.accounts.values()}
        self._by_word: dict[str, list[str]] = {}
        self._by_start: dict[str, list[str]] = {}
        for label, name in self.of.items():
            if name and UNSPACED.search(name):
                self._by_start.setdefault(_close(name)[:2], []).append(label)
            words = self.words(label)
            # What somebody calls themselves in one word may be any word: "recruiter".
            if len(words) > 1 or (words and label in j.targets):
                self._by_word.setdefault(max(words, key=lambda word: (len(word), word)), []).append(label)

    def words(self, label: str) -> frozenset[str]:
        """The words of a name, without case."""
        return frozenset(WORD.findall((self.of.get(label) or "").casefold()))

    def whole_in(self, text: str, said: Set[str]) -> Iterator[str]:
        """Those all the words of whose names are among the words `said`; without spaces, all the signs in a row."""
        if self._by_start and UNSPACED.search(text):
            plain = _close(text)
            pairs = {plain[at : at + 2] for at in range(len(plain) - 1)}
            for pair in sorted(pairs & self._by_start.keys()):
                yield from (label for label in self._by_start[pair] if _close(self.of[label] or "") in plain)
        for word in sorted(said & self._by_word.keys()):
            yield from (label for label in self._by_word[word] if self.words(label) <= said)


class Screen:
    """Names as they may be shown; `revealed` holds the pseudonyms whose names were asked for."""

    def __init__(self, j: Judgement, revealed: Set[str], names: Names | None = None) -> None:
        self._j, self._revealed = j, revealed
        self._names = names or Names(j)

    def account(self, account: int) -> str:
        """How an account is called: its pseudonym, with the displayed name where that was revealed."""
        label, info = account_id(account), self._j.accounts.get(account)
        return (
            f"{label} · {visible(info.name, NAME_LIMIT)}" if info and info.name and label in self._revealed else label
        )

    def target(self, target: str) -> str:
        """How a target is called, in the same way."""
        info = self._j.targets.get(target)
        return (
            f"{target} · {visible(info.name, NAME_LIMIT)}"
            if info and info.name and target in self._revealed
            else target
        )

    def judgement(self, a: Assessment, progress: tuple[Progress, ...]) -> Judgement:
        """The judgement of one account and of its group, with names hidden unless they were revealed."""
        mask, j = self.mask(a.account), self._j
        group = tuple(g for g in j.groups if g.id == a.group)
        named = {a.account, *(account for g in group for account in g.accounts)}
        return msgspec.structs.replace(
            j,
            accounts={account: self._info(j.accounts[account]) for account in sorted(named)},
            assessments=(_assessment(a, mask),),
            progress=tuple(_progress(p, mask) for p in progress),
            groups=group,
        )

    def labels(self) -> dict[str, str]:
        """Every target as it is called."""
        named = {target: self.target(target) for target in self._j.targets}
        return {e.target: e.target for e in self._j.exposure} | named

    def mask(self, *accounts: int) -> Mask:
        """Takes names out of quotes: of targets, of the accounts that are read and of those in their groups."""
        groups = [g.accounts for g in self._j.groups if set(accounts) & set(g.accounts)]
        near = dict.fromkeys(account_id(account) for own in (accounts, *groups) for account in own)
        return _Everybody(self._names, self._revealed, tuple(near))

    def _info(self, info: AccountInfo) -> AccountInfo:
        label = account_id(info.id)
        if label in self._revealed:
            return msgspec.structs.replace(info, name=f"{label} · {info.name}" if info.name else label)
        return AccountInfo(info.id, f"account:{info.id}", label, None, None, info.employer)


def _assessment(a: Assessment, mask: Mask) -> Assessment:
    findings = tuple(
        msgspec.structs.replace(f, evidence=tuple(_evidence(e, mask, f.targets) for e in f.evidence))
        for f in a.findings
    )
    return msgspec.structs.replace(a, findings=findings)


def _progress(p: Progress, mask: Mask) -> Progress:
    steps = tuple(msgspec.structs.replace(s, evidence=_evidence(s.evidence, mask, (p.target,))) for s in p.steps)
    return msgspec.structs.replace(p, steps=steps)


def _evidence(e: Evidence, mask: Mask, targets: tuple[str, ...]) -> Evidence:
    return msgspec.structs.replace(e, quote=mask.quote(e.quote, targets)) if e.quote else e


class _Everybody(Mask):
    """Hides those near by any part of their name, and everybody else whose whole name stands there.

    Whole names only of the others: a message that says "mark" need not speak of a colleague called Mark.
    """

    def __init__(self, names: Names, revealed: Set[str], near: tuple[str, ...]) -> None:
        super().__init__(names.of, reveal=False)
        self._all_names, self._revealed, self._near = names, revealed, near

    def quote(self, text: str, targets: tuple[str, ...]) -> str:
        return super().quote(text, self._all(text, targets))

    def places(self, text: str, targets: tuple[str, ...]) -> list[tuple[int, int]]:
        return super().places(text, self._all(text, targets))

    def _all(self, text: str, targets: tuple[str, ...]) -> tuple[str, ...]:
        said = frozenset(WORD.findall(text.casefold()))
        near = (label for label in (*targets, *self._near) if self._meets(label, said))
        found = dict.fromkeys((*self._all_names.whole_in(text, said), *near))
        return tuple(label for label in found if label not in self._revealed)

    def _meets(self, label: str, said: Set[str]) -> bool:
        words = self._all_names.words(label)
        unspaced = UNSPACED.search(self._all_names.of.get(label) or "")
        return not words or bool(unspaced) or not words.isdisjoint(said)


def _close(text: str) -> str:
    """Without spaces and case."""
    return "".join(text.casefold().split())


def person(info: TargetInfo | None) -> tuple[str, str, str]:
    """(organisation, department, role) of a target as shown, empty where not known."""
    if info is None:
        return "", "", ""
    return (
        visible(info.organisation or "", NAME_LIMIT),
        visible(info.department or "", NAME_LIMIT),
        visible(info.role or "", NAME_LIMIT),
    )
