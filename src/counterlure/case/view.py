"""What reports may show of a case: names, addresses, counts. No detector reads this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterlure.case import audit
from counterlure.case.addresses import folded, mail_key, profile_key
from counterlure.case.store import Case
from counterlure.model import AccountInfo, CareerEntry, CaseInfo, Displayed, Skipped, TargetInfo, target_id

_BATCH = 500
_KEY_ORDER = "CASE WHEN key LIKE 'in:%' THEN 0 WHEN key LIKE 'member:%' THEN 1 WHEN key LIKE 'mail:%' THEN 2 ELSE 3 END"
_CAPTURES = """
SELECT p.account, p.id, p.captured_at, s.name, p.line, count(w.profile), count(CASE w.kind WHEN 'work' THEN 1 END)
FROM profile AS p JOIN source AS s ON s.id = p.source LEFT JOIN position AS w ON w.profile = p.id
WHERE p.account IN ({}) GROUP BY p.id
"""
_ENTRIES = """
SELECT kind, organisation, title, started, ended, line FROM position WHERE profile = ?
ORDER BY line, kind, organisation, title, ended
"""


def case_info(case: Case) -> CaseInfo:
    """The case as its reports name it."""
    meta = case.meta
    tables = ("delivery", "account", "conversation", "message", "contact", "target")
    counts = {t: int(case.db.execute(f"SELECT count(*) FROM {t}").fetchone()[0]) for t in tables}
    return CaseInfo(
        name=case.path.resolve().name, id=meta["case_id"], purpose=meta.get("purpose"),
        created_at=int(meta["created_at"]), audit_head=audit.head(case.db), counts=counts,
    )  # fmt: skip


def accounts(case: Case, ids: Iterable[int]) -> dict[int, AccountInfo]:
    """Name, address and what they display, for the given accounts."""
    found = {}
    for part, marks in _batches(ids):
        keys: dict[int, str] = {}
        sql = f"SELECT account, key FROM account_key WHERE account IN ({marks}) ORDER BY account, {_KEY_ORDER}, key"
        for account, key in case.db.execute(sql, part):
            keys.setdefault(account, key)
        sql = f"SELECT id, name, url, headline, employer FROM account WHERE id IN ({marks})"
        for account, name, url, headline, employer in case.db.execute(sql, part):
            found[account] = AccountInfo(
                account, keys.get(account, f"account:{account}"), name, url, headline, employer
            )
    return found


def displayed(case: Case, ids: Iterable[int]) -> dict[int, Displayed]:
    """The newest capture that shows a career, for those of the given accounts that have one.

    One that shows work goes before one of degrees alone, a dated one before one without date; of two of one time the
    richer counts, then the later by place, so that the order of reading decides nothing. Entries of several captures
    are never mixed.
    """
    captures: dict[int, list[tuple[tuple[object, ...], int, int | None, str]]] = {}
    for part, marks in _batches(ids):
        for account, profile, at, source, line, entries, roles in case.db.execute(_CAPTURES.format(marks), part):
            # Work before degrees alone, then as `detect/profile/timeline.py` orders captures.
            age = (entries > 0, roles > 0, at is not None, at or 0, entries, source, line)
            captures.setdefault(int(account), []).append((age, profile, at, source))
    found = {}
    for account, own in captures.items():
        (shows, *_), profile, at, source = max(own)
        if shows:
            found[account] = Displayed(at, len(own), tuple(_career(case, profile, source)))
    return found


def _career(case: Case, profile: int, source: str) -> list[CareerEntry]:
    """Newest first; a running role before an ended one of the same start, what carries no date last."""
    entries = [
        CareerEntry(kind, organisation, title, started, ended, f"{source}:{line}")
        for kind, organisation, title, started, ended, line in case.db.execute(_ENTRIES, (profile,))
    ]
    return sorted(entries, key=lambda e: (e.started or e.ended or "", e.ended is None, e.ended or ""), reverse=True)


def _batches(ids: Iterable[int]) -> Iterator[tuple[list[int], str]]:
    """The ids in parts that one statement takes, each with its marks."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _BATCH):
        part = wanted[start : start + _BATCH]
        yield part, ",".join("?" * len(part))


def targets(case: Case, languages: dict[str, str] | None = None) -> dict[str, TargetInfo]:
    """Every target by its pseudonym."""
    languages = languages or {}
    rows = case.db.execute("SELECT id, name, organisation, role, department FROM target ORDER BY id")
    return {
        target_id(i): TargetInfo(target_id(i), name, organisation, role, languages.get(target_id(i)), department)
        for i, name, organisation, role, department in rows
    }


def skipped(case: Case, severity: str = "skip") -> tuple[Skipped, ...]:
    """Input that was not read ("skip"), or read with a "warning", in order of reading; each place and reason once."""
    sql = "SELECT source, reason FROM skipped WHERE severity = ? GROUP BY source, reason ORDER BY min(rowid)"
    return tuple(Skipped(source, reason) for source, reason in case.db.execute(sql, (severity,)))


def find_account(case: Case, wanted: str) -> list[int]:
    """Accounts that the given text names, ascending; several where it is ambiguous, none where it fits nothing.

    wanted : an address in any spelling, an address key, a slug, a mail address, `account:<id>`, or a displayed name in
        any case. An address that ends in an ellipsis, as tables cut it, or a `removed:` key is taken as a beginning.
    """
    text = wanted.strip()
    cut = text.endswith("…")
    text = text.removesuffix("…").rstrip("/ ")
    if not text:
        return []
    if text.startswith("account:"):
        exact = case.db.execute("SELECT id FROM account WHERE 'account:' || id = ?", (text,)).fetchall()
        return [int(i) for (i,) in exact]
    found = {
        int(i)
        for key in _keys_meant(text)
        for (i,) in case.db.execute("SELECT account FROM account_key WHERE key = ?", (key,))
    }
    found |= {int(i) for (i,) in case.db.execute("SELECT id FROM account WHERE url IN (?, ?)", (wanted, text))}
    if not found and (cut or text.startswith("removed:")):
        found = {i for key in _keys_meant(text) for i in _beginning_with(case, key)}
    if "/" not in text and ":" not in text:
        name = folded(text)
        named = case.db.execute("SELECT id, name FROM account WHERE name IS NOT NULL")
        found |= {int(i) for i, shown in named if folded(str(shown)) == name}
    return sorted(found)


def _keys_meant(text: str) -> set[str]:
    """The address keys that a person may mean by a text."""
    slug = text.removeprefix("in:").removeprefix("in/")
    meant = (text, f"member:{text}", profile_key(text), profile_key(f"linkedin.com/in/{slug}"), mail_key(text))
    return {key for key in meant if key}


def _beginning_with(case: Case, key: str) -> Iterator[int]:
    sql = "SELECT account FROM account_key WHERE key >= ? AND substr(key, 1, ?) = ?"
    yield from (int(i) for (i,) in case.db.execute(sql, (key, len(key), key)))


def own_words(case: Case, target: str) -> list[str]:
    """The newest messages a target wrote, for choosing the language of a letter."""
    sql = (
        "SELECT m.text FROM target AS t JOIN conversation_delivery AS d ON d.target = t.id"
        " JOIN message AS m ON m.conversation = d.conversation AND m.sender = t.account"
        " WHERE t.id = ? ORDER BY m.sent_at DESC, m.id DESC LIMIT 20"
    )
    return [str(row[0]) for row in case.db.execute(sql, (int(target.removeprefix("T-")),))]


def claims(case: Case, account: int) -> list[tuple[str, str | None]]:
    """(employer, identifier) of every organisation for which an account says it works now, each once."""
    sql = (
        "SELECT employer, NULL FROM account WHERE id = ?1 AND employer IS NOT NULL UNION"
        " SELECT w.organisation, w.identifier FROM profile AS p JOIN position AS w ON w.profile = p.id"
        " WHERE p.account = ?1 AND w.kind = 'work' AND w.ended IS NULL AND w.organisation IS NOT NULL ORDER BY 1, 2"
    )
    return [(str(employer), identifier) for employer, identifier in case.db.execute(sql, (account,))]
