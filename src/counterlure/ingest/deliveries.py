"""What people handed in, read one delivery after the other in the order in which it was given."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from counterlure.case.rows import Batch, Owner
from counterlure.ingest.context import Context
from counterlure.ingest.jobs import Job, jobs
from counterlure.ingest.limits import COLLECT_RARELY, DEFAULT, Limits
from counterlure.ingest.owner import owner_given
from counterlure.ingest.pool import Inline, Pool, WorkerFailed
from counterlure.ingest.reading import Closing, Head, Opening
from counterlure.model import Skipped


@dataclass
class DeliveryResult:
    """One delivery.

    name : as the person who handed it in knows it.
    digest : SHA-256 over the sorted names and digests of the files read; "" where there is nothing to keep.
    owner : whose delivery it is, as far as known; None for one already known.
    batches : the rows, read while they are taken; can be taken once.
    skipped, warnings : files not read and files read with a reservation; complete once `batches` is exhausted or
        the next delivery was asked for. Rows left out stand in the batches.
    already_known : the digest is in the case, or came earlier in this run; nothing is read again.
    failed : nothing, or not everything, could be read; like `skipped` complete at the end. A case that keeps what
        came should not call the digest known.
    rows_left_out : entries of `Batch.skipped` that passed; complete at the end.
    """

    name: str
    digest: str
    owner: Owner | None = None
    batches: Iterator[Batch] = field(default_factory=lambda: iter(()))
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Skipped] = field(default_factory=list)
    already_known: bool = False
    failed: bool = False
    rows_left_out: int = 0

    def settle(self) -> None:
        """Takes what has not been taken into memory, so that `skipped` and `failed` are complete."""
        self.batches = iter(list(self.batches))


def read_deliveries(
    paths: Sequence[str | os.PathLike[str]],
    *,
    owner: Owner | str | None = None,
    opt_in_connections: bool = False,
    workers: int = 2,
    limits: Limits = DEFAULT,
    known_digests: Callable[[str], bool] = lambda digest: False,  # noqa: ARG005
) -> Iterator[DeliveryResult]:
    """Reads files, folders and archives; same input, same results in the same order, whatever `workers` is.

    owner : whose deliveries these are, where the user says so; a text is read by `owner_given`, which may raise.
    opt_in_connections : whether names and employers of the owner's connections are kept.
    workers : confined reading processes; 0 reads in this process, without confinement.
    known_digests : whether the case holds a delivery; called in the thread that takes the results.

    A fault costs the file or delivery in which it stands and is named in `skipped`; nothing is raised for it.
    """
    given = owner_given(owner) if isinstance(owner, str) else owner
    context = Context(limits, given, opt_in_connections)
    found = [job for path in paths for job in jobs(path, limits)]
    seen: set[str] = set()

    def choose(heads: list[Head]) -> list[bool]:
        wanted = []
        for head in heads:
            wanted.append(bool(head.digest) and head.digest not in seen and not known_digests(head.digest))
            seen.add(head.digest)
        return wanted

    readable = [job for job in found if isinstance(job, Job)]
    with _rare_collection(), _reader(readable, context, workers, choose) as reader:
        index = 0
        for job in found:
            if isinstance(job, Skipped):
                yield DeliveryResult(job.source, "", skipped=[job], failed=True)
                continue
            for result in _results(reader, index, job):
                yield result
                result.settle()
            index += 1


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Lets the collector of unreachable cycles run seldom: rows make none, and it would walk through all of them."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECT_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _reader(
    jobs: list[Job], context: Context, workers: int, choose: Callable[[list[Head]], list[bool]]
) -> Pool | Inline:
    return Pool(jobs, context, workers, choose) if workers > 0 else Inline(jobs, context, choose)


def _results(reader: Pool | Inline, index: int, job: Job) -> Iterator[DeliveryResult]:
    try:
        heads, wanted = reader.heads(index)
    except WorkerFailed as error:
        yield DeliveryResult(job.name, "", skipped=[Skipped(job.name, str(error))], failed=True)
        return
    steps = reader.frames(index)
    for head, want in zip(heads, wanted, strict=True):
        result = DeliveryResult(head.name, head.digest, skipped=head.skipped, warnings=head.warnings)
        result.failed = not head.digest and bool(head.skipped)
        result.already_known = bool(head.digest) and not want
        if want:
            _open(result, steps)
        yield result


def _open(result: DeliveryResult, steps: Iterator[object]) -> None:
    """Takes the opening of a delivery; its batches follow as they are taken."""
    try:
        opening = next(steps, None)
    except WorkerFailed as error:
        _fail(result, str(error))
        return
    if not isinstance(opening, Opening):
        _fail(result, "the reading process sent no opening")
        return
    result.owner = opening.owner
    result.warnings.extend(opening.warnings)
    result.batches = _batches(result, steps)


def _batches(result: DeliveryResult, steps: Iterator[object]) -> Iterator[Batch]:
    try:
        for step in steps:
            if isinstance(step, Batch):
                result.rows_left_out += len(step.skipped)
                yield step
            elif isinstance(step, Closing):
                result.skipped.extend(step.skipped)
                result.failed = bool(step.skipped)
                return
            else:
                break
    except WorkerFailed as error:
        _fail(result, str(error))
        return
    _fail(result, "the reading process sent no end")


def _fail(result: DeliveryResult, reason: str) -> None:
    result.failed = True
    result.skipped.append(Skipped(result.name, f"{reason}; what was read before is kept"))
