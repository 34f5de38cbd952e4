"""What can be told of each group: its list, each member's contacts, what chance would give, when contacts happened.

Everything that people see is made from these records: the document, the tables, the explanation and the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from counterlure.network.find import contacts_graph
from counterlure.network.graph import Graph, places_of
from counterlure.network.model import ABSENT, Floats, Group, Ints, Kind, Layer, Network, Tables, Times
from counterlure.network.refine import MEMBERS_MIN

TELLS = 3.0
"""A layer is named as evidence where it adds so much to the log ratio: odds of 20 to 1."""
VALUES_TOLD = 3
BESIDE = 20
"""People off the list that are kept for comparison, picked evenly from all whom members contacted."""
DAY = 86_400
BINS = 52
Counts = NDArray[np.int64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Member:
    """An account of a group.

    sureness : chance that it belongs, given that the group is one. share : estimated share of its contacts that belong
    to the list. log_e : natural logarithm of its e-value. listed, others : its contacts on the list and off it.
    """

    account: str
    sureness: float
    share: float
    log_e: float
    listed: int
    others: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A target on a group's list. hits : members that contacted it; expected : how many would by chance."""

    target: str
    organisation: str | None
    sector: str | None
    hits: int
    expected: float


@dataclass(frozen=True, slots=True)
class Shared:
    """A value of a layer that members share. value : as the layer words it, None where it has no words.

    members : how many hold it; expected : how many would by chance.
    """

    layer: str
    value: str | None
    members: int
    expected: float


@dataclass(frozen=True, slots=True)
class Course:
    """When contacts with the list happened.

    begin, width : UTC epoch seconds and seconds of the first slot. seen : shape (slots,), contacts with the list.
    expected : as many contacts, spread as everybody's.
    """

    begin: int
    width: int
    seen: Counts
    expected: Floats


@dataclass(frozen=True, slots=True)
class Facts:
    """All about one group. Members come by contacts with the list, targets by hits; both most first.

    cells : (place of the member, place of the target) of every contact with the list, shape (contacts,) each. beside,
    beside_cells : the same for some people off the list; off_list : how many of these there are. layers : log ratio
    that each layer adds, largest first. course : None where no time is told.
    """

    id: str
    kind: Kind
    log_ratio: float
    p_value: float
    window: tuple[int, int] | None
    layers: dict[str, float]
    members: tuple[Member, ...]
    targets: tuple[Listed, ...]
    shared: tuple[Shared, ...]
    cells: tuple[Ints, Ints]
    beside: tuple[Listed, ...]
    beside_cells: tuple[Ints, Ints]
    off_list: int
    course: Course | None

    @property
    def listed(self) -> int:
        """Contacts of members with the list."""
        return sum(member.listed for member in self.members)

    @property
    def others(self) -> int:
        """Contacts of members with anybody else."""
        return sum(member.others for member in self.members)

    @property
    def expected(self) -> float:
        """Contacts with the list that chance would give."""
        return sum(target.expected for target in self.targets)

    @property
    def telling(self) -> list[str]:
        """Names of the layers that tell, the strongest first."""
        return [name for name, ratio in self.layers.items() if ratio >= TELLS]

    @property
    def has_list(self) -> bool:
        """Whether shared targets are part of the evidence."""
        return bool(self.targets) and "contacts" in self.telling


def facts(
    tables: Tables, layers: Sequence[Layer], network: Network, contacts: Graph | None = None
) -> tuple[Facts, ...]:
    """One record per group, in the order of the network.

    contacts : as `contacts_graph` makes it, where it is made already. Hits and expectations count all contacts, also
    where a group was found in a window, under the null of the search.
    """
    if not network.groups:
        return ()
    graph = contacts or contacts_graph(tables)
    year = _calendar(tables.contacts.first_at)
    return tuple(
        _facts(place, group, tables, layers, graph, year) for place, group in enumerate(network.groups, start=1)
    )


def _facts(
    place: int, group: Group, tables: Tables, layers: Sequence[Layer], graph: Graph, everybody: Course | None
) -> Facts:
    places, counts = places_of(graph.account_start, group.accounts)
    reached, hits, expected = graph.hits(group.accounts, np.ones(group.accounts.size))
    contact = np.searchsorted(reached, graph.by_account[places])
    owner = np.repeat(np.arange(group.accounts.size), counts)
    on_list = np.isin(reached, group.targets)
    listed = np.bincount(owner[on_list[contact]], minlength=group.accounts.size)
    members = np.lexsort((group.accounts, -group.chance, -listed))
    by_hits = np.lexsort((reached, expected, -hits))
    columns, others = by_hits[on_list[by_hits]], by_hits[~on_list[by_hits]]
    off = others[np.unique(np.linspace(0, others.size - 1, min(BESIDE, others.size), dtype=np.intp))]
    row = np.argsort(members)[owner]
    return Facts(
        id=f"N-{place:02d}", kind=group.kind, log_ratio=group.log_ratio, p_value=group.p_value, window=group.window,
        layers=dict(sorted(group.layers.items(), key=lambda item: (-item[1], item[0]))),
        members=tuple(_members(group, tables, members, listed, counts)),
        targets=tuple(_targets(tables, reached[columns], hits[columns], expected[columns])),
        shared=tuple(shared for layer in layers for shared in _shared(group, layer)),
        cells=_cells(row, contact, columns, reached.size),
        beside=tuple(_targets(tables, reached[off], hits[off], expected[off])),
        beside_cells=_cells(row, contact, off, reached.size),
        off_list=int(others.size), course=_course(everybody, tables.contacts.first_at[places[on_list[contact]]]),
    )  # fmt: skip


def _cells(row: Places, contact: Places, columns: Places, reached: int) -> tuple[Ints, Ints]:
    """The contacts with the targets at `columns`, each as (row, place in `columns`)."""
    place = np.full(reached, ABSENT)
    place[columns] = np.arange(columns.size)
    shown = place[contact] != ABSENT
    return row[shown].astype(np.int32), place[contact][shown].astype(np.int32)


def _members(group: Group, tables: Tables, order: NDArray[np.intp], listed: Counts, contacts: Ints) -> Iterator[Member]:
    for i in order.tolist():
        yield Member(
            str(tables.accounts.key[group.accounts[i]]), float(group.chance[i]), float(group.share[i]),
            float(group.scores[i]), int(listed[i]), int(contacts[i] - listed[i]),
        )  # fmt: skip


def _targets(tables: Tables, targets: Ints, hits: Floats, expected: Floats) -> Iterator[Listed]:
    told = tables.targets
    for target, members, chance in zip(targets.tolist(), hits.tolist(), expected.tolist(), strict=True):
        yield Listed(
            str(told.key[target]), _word(told.organisation[target], told.organisations),
            _word(told.sector[target], told.sectors), round(members), chance,
        )  # fmt: skip


def _word(code: int, words: NDArray[np.object_]) -> str | None:
    return None if code == ABSENT else str(words[code])


def _shared(group: Group, layer: Layer) -> Iterator[Shared]:
    """The values of a telling layer that most members hold; of a target mix how many members hold any."""
    if group.layers.get(layer.name, 0.0) < TELLS:
        return
    holders = np.bincount(layer.value, minlength=layer.values)
    inside = np.isin(layer.account, group.accounts)
    if layer.name == "target_mix" and layer.words is not None:
        unfit = (layer.words != "")[layer.value]
        judged = np.unique(layer.account)
        members = int(np.unique(layer.account[inside & unfit]).size)
        rate = np.unique(layer.account[unfit]).size / judged.size
        yield Shared(layer.name, None, members, rate * int(np.isin(judged, group.accounts).sum()))
        return
    value, members_of = np.unique(layer.value[inside], return_counts=True)
    anywhere = inside.sum() / layer.account.size
    for place in np.lexsort((value, -members_of))[:VALUES_TOLD]:
        if members_of[place] >= 2:
            word = None if layer.words is None else str(layer.words[value[place]])
            chance = float(holders[value[place]] * anywhere)
            yield Shared(layer.name, word, int(members_of[place]), chance)


def _calendar(at: Times) -> Course | None:
    """The time told by anybody in at most `BINS` slots of whole days, and everybody's contacts in each."""
    told = at[at != ABSENT]
    if told.size == 0:
        return None
    begin = int(told.min()) // DAY * DAY
    width = max(1, -(-(int(told.max()) - begin + 1) // (BINS * DAY))) * DAY
    seen = np.bincount((told - begin) // width)
    return Course(begin, width, seen, seen / told.size)


def _course(everybody: Course | None, at: Times) -> Course | None:
    mine = at[at != ABSENT]
    if everybody is None or mine.size == 0:
        return None
    seen = np.bincount((mine - everybody.begin) // everybody.width, minlength=everybody.seen.size)
    return replace(everybody, seen=seen, expected=everybody.expected * mine.size)


def enough(tables: Tables) -> bool:
    """Whether there are accounts enough for the smallest group that is ever named."""
    return int(tables.accounts.key.size) >= MEMBERS_MIN


def nobody(tables: Tables) -> Network:
    """The network of tables in which no group can be."""
    accounts = tables.accounts.key.size
    return Network((), np.zeros(accounts), np.full(accounts, ABSENT, dtype=np.int32))
