"""How much there was to judge each account on, gathered from the case for the assessment."""

from __future__ import annotations

from counterlure.assess import AccountStats
from counterlure.case.store import Case
from counterlure.detect import Detected
from counterlure.model import target_id

_CONTACTS = "SELECT account, target, text, at IS NULL FROM contact WHERE incoming"


class _Tally:
    """Counts for one account while they are gathered."""

    __slots__ = ("attachments", "filtered", "languages", "messages_in", "messages_out", "targets", "undated", "words")

    def __init__(self) -> None:
        self.messages_in = self.messages_out = self.words = self.undated = self.attachments = 0
        self.filtered = False
        self.targets: dict[str, None] = {}
        self.languages: dict[str, None] = {}


def account_stats(case: Case, detected: Detected) -> dict[int, AccountStats]:
    """One entry per account that reached a target by message or contact, or of which anything was found."""
    tallies: dict[int, _Tally] = {}
    for talk in detected.talks:
        tally = tallies.get(talk.account)
        if tally is None:
            tally = tallies[talk.account] = _Tally()
        tally.messages_in += talk.messages_in
        tally.messages_out += talk.messages_out
        tally.words += talk.words_in
        tally.undated += talk.undated
        tally.attachments += talk.attachments
        tally.filtered = tally.filtered or talk.filtered
        tally.targets[talk.target] = None
        if talk.language:
            tally.languages[talk.language] = None
    own = _ids(case, "SELECT account FROM target WHERE account IS NOT NULL")
    for account, target, text, undated in case.db.execute(_CONTACTS):
        if account in own:
            continue
        tally = tallies.setdefault(account, _Tally())
        tally.words += len((text or "").split())
        tally.undated += undated
        tally.targets[target_id(target)] = None
    for finding in detected.findings:
        tallies.setdefault(finding.account, _Tally())
    local = _ids(case, "SELECT id FROM account WHERE local AND NOT removed")
    captured = _ids(case, "SELECT account FROM profile")
    return {
        account: AccountStats(
            account=account, messages_in=t.messages_in, messages_out=t.messages_out, words=t.words,
            has_text=t.words > 0, targets=tuple(t.targets), undated=t.undated, attachments=t.attachments,
            spam_seen=t.filtered, name_only=account in local, has_profile=account in captured,
            languages=tuple(t.languages),
        )
        for account, t in sorted(tallies.items())
    }  # fmt: skip


def _ids(case: Case, sql: str) -> frozenset[int]:
    return frozenset(int(row[0]) for row in case.db.execute(sql))
