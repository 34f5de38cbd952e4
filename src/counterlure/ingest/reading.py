"""Reads one job from opening to the last row, as a stream of steps; the same in a reading process and without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import msgspec

from counterlure.case.rows import Batch, Owner
from counterlure.errors import InputError, MissingExtra
from counterlure.ingest.context import Context
from counterlure.ingest.delivery import Delivery, opened
from counterlure.ingest.jobs import Job
from counterlure.ingest.limits import Limits
from counterlure.ingest.member import Member
from counterlure.ingest.owner import infer_owner
from counterlure.model import Skipped


class Head(msgspec.Struct, array_like=True):
    """A delivery that was opened: every byte of its files was read once, no row yet.

    digest : "" where it holds nothing to read; `skipped` says why.
    """

    name: str
    digest: str
    skipped: list[Skipped] = []
    warnings: list[Skipped] = []


class Heads(msgspec.Struct, array_like=True):
    """The deliveries of a job, in order."""

    heads: list[Head]


class Opening(msgspec.Struct, array_like=True):
    """The rows of the next wanted delivery follow."""

    owner: Owner | None
    warnings: list[Skipped]


class Closing(msgspec.Struct, array_like=True):
    """The rows of this delivery are complete, but for these files."""

    skipped: list[Skipped]


Step = Heads | Opening | Batch | Closing
Choice = Callable[[list[Head]], list[bool]]
"""Which of the deliveries of a job are wanted."""


def read_job(job: Job, context: Context, choose: Choice) -> Iterator[Step]:
    """`Heads` once, then for each delivery chosen an `Opening`, its batches and a `Closing`.

    context : `owner_hint` is the owner given by the user, or None.
    """
    with ExitStack() as stack:
        try:
            deliveries = stack.enter_context(opened(job, context.limits))
        except InputError as error:
            refused = [Head(job.name, "", [Skipped(error.source, error.reason)])]
            yield Heads(refused)
            choose(refused)
            return
        heads = [Head(found.name, found.digest, found.skipped, found.warnings) for found in deliveries]
        yield Heads(heads)
        for delivery, wanted in zip(deliveries, choose(heads), strict=True):
            if wanted and delivery.digest:
                yield from _read_delivery(delivery, context)


def _read_delivery(delivery: Delivery, context: Context) -> Iterator[Step]:
    owner, notes = infer_owner(_tables(delivery, context.limits), context.limits, delivery.digest, context.owner_hint)
    yield Opening(owner, [Skipped(delivery.name, note) for note in notes])
    inside = replace(context, owner_hint=owner)
    skipped = []
    for source, member in delivery.parts:
        try:
            yield from source.read(member, inside)
        except InputError as error:
            skipped.append(Skipped(error.source, error.reason))
        except MissingExtra as error:
            skipped.append(Skipped(member.source, str(error)))
    yield Closing(skipped)


def _tables(delivery: Delivery, limits: Limits) -> list[tuple[str, Member]]:
    """The tables that tell the owner, also those inside saved answers of the portability interface."""
    tables = delivery.tables()
    for source, member in delivery.parts:
        if source.kind == "portability":
            # Loaded here since few deliveries hold one.
            from counterlure.ingest.portability import owner_tables

            tables += owner_tables(member, limits)
    return tables
