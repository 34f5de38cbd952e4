"""Public graphs, each in a folder of its name: who acted on what and when, and which accounts carry a label.

| folder | files | account -> target | label |
|---|---|---|---|
| yelpchi | metadata.gz, as UGFraud ships it | reviewer -> restaurant or hotel | a review that Yelp filtered |
| amazon_cn | J01Network.txt, UserLabel.txt | reviewer -> similar reviewer, both ways | spammer |
| coortweet | russian_coord_tweets.csv, german_elections.csv | account -> post or address shared | none |
| collegemsg | CollegeMsg.txt | student -> student | nobody is hostile |
| email_eu | email-Eu-core-temporal.txt | employee -> employee | nobody is hostile |

The tables of CooRTweet are R data; `write.csv(russian_coord_tweets, "russian_coord_tweets.csv", row.names = FALSE)`
in R writes what is read here. The last two are honest backgrounds: once as they are, once with a group planted.
An account that acts on nothing is in no graph, whatever its label.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from counterlure.bench.coordination.sample import Sample
from counterlure.errors import InputError
from counterlure.network.model import ABSENT, Accounts, Contacts, Tables, Targets, Words

Event = tuple[str, str, int]
"""(account, target, UTC epoch seconds or `ABSENT`)."""


class Public(NamedTuple):
    """A public graph: where it lies below the folder of data, what it is, and its reader."""

    folder: str
    title: str
    read: Callable[[Path], Sample]


def _yelpchi(folder: Path) -> Sample:
    file, events, filtered = folder / "metadata.gz", [], set()
    for line, cells in _lines(file, 5):
        user, product, _, label, day = cells[:5]
        events.append((user, product, _day(file, line, day)))
        if _number(file, line, label) == -1:
            filtered.add(user)
    tables = tables_of(events)
    return Sample("yelpchi", YELPCHI, tables, np.isin(tables.accounts.key, list(filtered)))


def _amazon_cn(folder: Path) -> Sample:
    events: list[Event] = []
    for _, (one, other, *_) in _lines(folder / "J01Network.txt", 2):
        events += [(one, other, ABSENT), (other, one, ABSENT)]
    tables = tables_of(events)
    file = folder / "UserLabel.txt"
    label = {cells[1]: _number(file, line, cells[2]) for line, cells in _lines(file, 3) if cells[2] != "label"}
    labels = np.array([label.get(key, UNUSED) for key in tables.accounts.key])
    return Sample("amazon_cn", AMAZON_CN, tables, labels == 1, known=labels != UNUSED)


UNUSED = -10
"""Label of a reviewer whom nobody judged."""


def _coortweet(name: str, title: str, account: str, target: str, at: str) -> Callable[[Path], Sample]:
    def read(folder: Path) -> Sample:
        file = folder / f"{name}.csv"
        return Sample(name, title, tables_of(list(_table(file, account, target, at))), None)

    return read


def _messages(name: str, title: str, file: str, *, plant: bool) -> Callable[[Path], Sample]:
    def read(folder: Path) -> Sample:
        events = [
            (one, other, _number(folder / file, line, at))
            for line, (one, other, at, *_) in _lines(folder / file, 3)
            if (line, one) != (1, "src")
        ]
        tables = tables_of(events)
        if plant:
            return planted(f"{name}_planted", f"{title}, a group of {PERSONAS} planted", tables)
        return Sample(name, title, tables, np.zeros(tables.accounts.key.size, bool))

    return read


PERSONAS, LIST, LIST_CONTACTS, COVER_CONTACTS, SEED = 20, 160, 10, 23, 1
"""A group of the size and pace of the world `groups10`: 70 % of its contacts are cover."""


def planted(name: str, title: str, tables: Tables) -> Sample:
    """A group added to a real background: its list drawn by the square root of popularity, its cover evenly."""
    rng = np.random.default_rng(SEED)
    keys = tables.targets.key
    weight = np.sqrt(np.bincount(tables.contacts.target, minlength=keys.size))
    wanted = rng.choice(keys.size, min(LIST, keys.size), replace=False, p=weight / weight.sum())
    contacts = tables.contacts
    key = tables.accounts.key
    events = list(zip(key[contacts.account], keys[contacts.target], contacts.first_at.tolist(), strict=True))
    for persona in range(PERSONAS):
        listed = rng.choice(wanted, min(LIST_CONTACTS, wanted.size), replace=False)
        cover = rng.integers(0, keys.size, COVER_CONTACTS)
        at = rng.choice(contacts.first_at, listed.size + cover.size).tolist()
        chosen = keys[np.concatenate([listed, cover])]
        events += [(f"planted-{persona}", target, second) for target, second in zip(chosen, at, strict=True)]
    more = tables_of(events)
    return Sample(name, title, more, np.array([str(k).startswith("planted-") for k in more.accounts.key]))


def tables_of(events: Sequence[Event]) -> Tables:
    """Each account with each target once, at its first time; accounts and targets in the order of their keys."""
    accounts, account = np.unique(np.array([event[0] for event in events], str), return_inverse=True)
    targets, target = np.unique(np.array([event[1] for event in events], str), return_inverse=True)
    at = np.array([event[2] for event in events], np.int64)
    order = np.lexsort((at, target, account))
    pair = np.stack([account[order], target[order]])
    first = order[np.append(True, (pair[:, 1:] != pair[:, :-1]).any(axis=0))[: order.size]]
    contacts = Contacts(account[first].astype(np.int32), target[first].astype(np.int32), at[first])
    return Tables(contacts, _accounts(accounts.astype(object)), _targets(targets.astype(object)))


def _accounts(key: Words) -> Accounts:
    none, untold = np.zeros(0, object), np.full(key.size, ABSENT, np.int32)
    return Accounts(key, np.full(key.size, ABSENT, np.int64), untold, untold, none, none)


def _targets(key: Words) -> Targets:
    none, untold = np.zeros(0, object), np.full(key.size, ABSENT, np.int32)
    return Targets(key, untold, untold, none, none)


def _lines(file: Path, cells_min: int) -> Iterator[tuple[int, list[str]]]:
    """(line, its cells) of a file separated by blanks, gzipped where it is called so; comments are left out."""
    opened, found = gzip.open if file.suffix == ".gz" else open, False
    try:
        with opened(file, "rt", encoding="utf-8") as stream:
            for line, text in enumerate(stream, 1):
                cells = text.split()
                if not cells or cells[0].startswith("#"):
                    continue
                if len(cells) < cells_min:
                    raise InputError(f"{file}:{line}", f"{len(cells)} cells where {cells_min} are due; take it anew")
                found = True
                yield line, cells
    except (OSError, EOFError, UnicodeDecodeError) as fault:
        raise InputError(str(file), f"cannot be read ({fault}); take the file anew") from fault
    if not found:
        raise InputError(str(file), "holds no contact and no label; take the file anew")


def _table(file: Path, account: str, target: str, at: str) -> Iterator[Event]:
    """Rows of a CSV file whose target is told."""
    try:
        with open(file, encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream)
            missing = {account, target, at} - set(rows.fieldnames or ())
            if missing:
                raise InputError(f"{file}:1", f"no column {', '.join(sorted(missing))}; write the table from R anew")
            for row in rows:
                if not row[account]:
                    raise InputError(f"{file}:{rows.line_num}", f"no {account}; write the table from R anew")
                if row[target]:
                    yield row[account], row[target], _number(file, rows.line_num, row[at])
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise InputError(str(file), f"cannot be read ({fault}); write the table from R anew") from fault


def _number(file: Path, line: int, cell: str | None) -> int:
    try:
        return int(float(cell or ""))
    except (ValueError, OverflowError) as fault:
        raise InputError(f"{file}:{line}", f"{cell!r} is no number; take the file anew") from fault


def _day(file: Path, line: int, cell: str) -> int:
    """Seconds of a day such as 2012-09-24; `ABSENT` where it says None."""
    if cell == "None":
        return ABSENT
    try:
        return int(np.datetime64(cell, "s").astype(np.int64))
    except ValueError as fault:
        raise InputError(f"{file}:{line}", f"{cell!r} is no date; take the file anew") from fault


YELPCHI = "YelpChi: reviewers of restaurants and hotels, filtered by Yelp"
AMAZON_CN = "Amazon-CN: reviewers with similar reviews, labelled spammers"
_COLLEGE = ("collegemsg", "CollegeMsg: messages among students", "CollegeMsg.txt")
_EMAIL = ("email_eu", "email-Eu: mail inside an institute", "email-Eu-core-temporal.txt")
_RUSSIAN = ("russian_coord_tweets", "CooRTweet: retweets for the Russian government")
_GERMAN = ("german_elections", "CooRTweet: addresses shared before the German election of 2021")

GRAPHS = {
    "yelpchi": Public("yelpchi", YELPCHI, _yelpchi),
    "amazon_cn": Public("amazon_cn", AMAZON_CN, _amazon_cn),
    _RUSSIAN[0]: Public("coortweet", _RUSSIAN[1], _coortweet(*_RUSSIAN, "account_id", "object_id", "timestamp_share")),
    _GERMAN[0]: Public("coortweet", _GERMAN[1], _coortweet(*_GERMAN, "account_id", "url_id", "timestamp")),
    "collegemsg": Public("collegemsg", _COLLEGE[1], _messages(*_COLLEGE, plant=False)),
    "collegemsg_planted": Public("collegemsg", _COLLEGE[1], _messages(*_COLLEGE, plant=True)),
    "email_eu": Public("email_eu", _EMAIL[1], _messages(*_EMAIL, plant=False)),
    "email_eu_planted": Public("email_eu", _EMAIL[1], _messages(*_EMAIL, plant=True)),
}
"""In the order in which they run."""
