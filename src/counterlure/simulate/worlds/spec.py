"""What one asks of a world: numbers with units, checked before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from counterlure.errors import CounterlureError

DAYS = 365
"""Length of the period in which contacts fall."""

TEAM_MAX = 40
"""No honest team has more members."""

LAYERS = ("created", "employer", "target_mix", "burst")
"""Signs besides contacts that an operation may show."""

FULL_SCALE = {"accounts": 200_000, "targets": 1_000_000, "contacts": 10_000_000}
"""The scale of 2018; the defaults of `WorldSpec` are a quarter of it."""


class Background(StrEnum):
    """How honest accounts choose whom they contact."""

    PLAIN = "plain"
    """By popularity alone: power-law degrees on both sides."""
    COMMUNITIES = "communities"
    """The same, and most contacts stay in the account's home sector."""


class Shape(StrEnum):
    """What an operation looks like in contacts."""

    SEED = "seed"
    """One list, or a private list per group, of which each persona contacts a few."""
    RINGS = "rings"
    """One in five personas leads and works the list; the others contact the leaders' own profiles and little else."""
    BODY = "body"
    """Every group works one organisation."""
    TOPIC = "topic"
    """Personas share a field and no list: each chooses its own people in it."""
    DISJOINT = "disjoint"
    """Every persona has people of its own; nobody is contacted by two."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Case:
    """The size of an operation: personas, people on all its lists together, list contacts per persona, group size."""

    personas: int
    targets: int
    list_contacts: int
    group_size: int

    @property
    def groups(self) -> int:
        """How many groups there are; the last one takes what is left over."""
        return max(1, self.personas // self.group_size)

    @property
    def list_length(self) -> int:
        """People on the list of one group."""
        return self.targets // self.groups


# personas, targets per persona, list contacts per persona, personas per group (None: one block).
_CASES: dict[Shape, tuple[int, float, int, int | None]] = {
    Shape.SEED: (500, 8.0, 20, None),  # 2018: 500 accounts, 4,000 people
    Shape.RINGS: (25, 8.16, 24, 25),  # 2015: 25 personas, 204 people
    Shape.BODY: (12, 5.0, 10, 12),
    Shape.TOPIC: (60, 0.0, 15, None),
    Shape.DISJOINT: (500, 8.0, 8, None),
}


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """One world. Counts unless a unit is named; shares are between 0 and 1.

    accounts, targets, contacts : the background; contacts before repeated ones are dropped (a few per cent).
    background : how honest accounts choose. sectors : communities of targets and accounts, of log-normal size.
    home_share : contacts that stay in the home sector, for communities.
    teams : recruiting teams that share a candidate list. conferences : programme committees that invite one field.
    alumni_drives : one employer writing to one organisation. territories : sales teams that divide a list.
    operation : shape; `personas`, `operation_targets` (people on all lists), `list_contacts` (per persona) and
    `group_size` (personas per private list) are None for those of the public case behind the shape.
    camouflage : share of a persona's contacts that go to strangers, each as likely as any other, or, with
    `popular_cover`, popular ones more often, as for honest accounts. window_start_day, window_days : when list contacts
    fall, days. layers : further signs, of `LAYERS`. layer_share : personas, or list contacts, that show such a sign.
    created_days : window in which a group's accounts are created. personas_per_employer : personas on one invented
    employer. burst_hours : hours that a group's burst contacts share. seed : same seed, same world.

    Raises `CounterlureError` where the numbers cannot be met together.
    """

    accounts: int = 50_000
    targets: int = 250_000
    contacts: int = 2_500_000
    background: Background = Background.PLAIN
    sectors: int = 2_000
    home_share: float = 0.6
    teams: int = 0
    conferences: int = 0
    alumni_drives: int = 0
    territories: int = 0
    operation: Shape = Shape.SEED
    personas: int | None = None
    operation_targets: int | None = None
    list_contacts: int | None = None
    group_size: int | None = None
    camouflage: float = 0.7
    popular_cover: bool = False
    window_start_day: int = 100
    window_days: int = 60
    layers: tuple[str, ...] = ()
    layer_share: float = 0.8
    created_days: int = 14
    personas_per_employer: int = 40
    burst_hours: int = 24
    seed: int = 0

    def __post_init__(self) -> None:
        _check_background(self)
        if self.operation is Shape.NONE:
            _check_no_operation(self)
        else:
            _check_operation(self, self.case())

    def case(self) -> Case:
        """The size of the operation, what was left open filled in from the public case; all 0 without one."""
        if self.operation is Shape.NONE:
            return Case(0, 0, 0, 1)
        personas, per_persona, list_contacts, group_size = _CASES[self.operation]
        personas = personas if self.personas is None else self.personas
        list_contacts = list_contacts if self.list_contacts is None else self.list_contacts
        if self.operation is Shape.DISJOINT:
            per_persona = list_contacts
        targets = self.operation_targets
        size = self.group_size
        return Case(
            personas=personas,
            targets=round(per_persona * personas) if targets is None else targets,
            list_contacts=list_contacts,
            group_size=min(group_size or personas, personas) if size is None else size,
        )


def _refuse(unless: bool, reason: str) -> None:
    if not unless:
        raise CounterlureError(f"this world cannot be made: {reason}")


def _check_background(spec: WorldSpec) -> None:
    for name in ("accounts", "targets", "contacts", "sectors"):
        value = getattr(spec, name)
        _refuse(value >= 1, f"{name} is {value}; give at least 1")
    for name in ("teams", "conferences", "alumni_drives", "territories", "seed"):
        value = getattr(spec, name)
        _refuse(value >= 0, f"{name} is {value}; give 0 or more")
    for name in ("home_share", "layer_share"):
        value = getattr(spec, name)
        _refuse(0 <= value <= 1, f"{name} is {value}; give a share between 0 and 1")
    _refuse(
        spec.contacts >= spec.accounts,
        f"{spec.accounts} accounts contact somebody, and there are {spec.contacts} contacts; ask for more contacts",
    )
    _refuse(
        spec.contacts <= spec.accounts * spec.targets // 4,
        f"{spec.contacts} contacts among {spec.accounts} accounts and {spec.targets} targets would repeat themselves;"
        " ask for fewer contacts or more accounts",
    )
    honest = TEAM_MAX * (spec.teams + spec.conferences + spec.alumni_drives + spec.territories)
    _refuse(honest <= spec.accounts, f"the honest teams need up to {honest} accounts, and there are {spec.accounts}")


def _check_no_operation(spec: WorldSpec) -> None:
    given = [
        name
        for name in ("personas", "operation_targets", "list_contacts", "group_size")
        if getattr(spec, name) is not None
    ]
    _refuse(not given and not spec.layers, f"there is no operation to have {', '.join([*given, *spec.layers])}")


def _check_operation(spec: WorldSpec, case: Case) -> None:
    unknown = sorted(set(spec.layers) - set(LAYERS))
    _refuse(not unknown, f"no layer is called {', '.join(unknown)}; there are {', '.join(LAYERS)}")
    _refuse(0 <= spec.camouflage < 1, f"camouflage is {spec.camouflage}; give a share from 0 to less than 1")
    for name in ("created_days", "personas_per_employer", "burst_hours"):
        _refuse(getattr(spec, name) >= 1, f"{name} is {getattr(spec, name)}; give at least 1")
    _refuse(1 <= case.personas <= spec.accounts, f"{case.personas} personas do not hide among {spec.accounts} accounts")
    _refuse(1 <= case.group_size <= case.personas, f"groups of {case.group_size} of {case.personas} personas")
    _refuse(
        spec.window_start_day >= 0 and spec.window_days >= 1 and spec.window_start_day + spec.window_days <= DAYS,
        f"{spec.window_days} days from day {spec.window_start_day} are not inside the {DAYS} days of a world",
    )
    _check_lists(spec, case)


def _check_lists(spec: WorldSpec, case: Case) -> None:
    _refuse(case.list_contacts >= 1, f"list_contacts is {case.list_contacts}; give at least 1")
    own = spec.operation in (Shape.TOPIC, Shape.DISJOINT)
    _refuse(
        not own or spec.operation_targets is None,
        "its personas have no list in common; leave operation_targets open, list_contacts says how many each has",
    )
    _refuse(case.personas <= spec.targets, f"{case.personas} personas have only {spec.targets} targets to choose from")
    _refuse(case.targets <= spec.targets, f"the lists hold {case.targets} people, and there are {spec.targets} targets")
    _refuse(
        own or case.list_contacts <= case.list_length,
        f"{case.list_contacts} list contacts from a list of {case.list_length}; ask for fewer list_contacts, for more"
        " operation_targets or for larger groups",
    )
