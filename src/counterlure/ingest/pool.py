"""Reading processes side by side: jobs are read ahead, results come back in the order of the jobs.

One thread per process empties its pipe into the job's queue. Decoding, and the question which deliveries are wanted,
stay in the thread that consumes the results. What waits to be consumed is bounded in bytes. A process that dies or
sends anything but frames costs its job, and the next job gets a new process.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from counterlure.ingest.confine import Confinement
from counterlure.ingest.context import Context
from counterlure.ingest.frames import Done, Frame, Garbage, Request, Wanted, decode, is_kind
from counterlure.ingest.jobs import Job
from counterlure.ingest.process import Process, ProcessEnded
from counterlure.ingest.reading import Head, Heads, Step, read_job

AHEAD_BYTES = 64 << 20
AHEAD_JOBS = 16  # per process
_SLACK_SECONDS = 30


class WorkerFailed(Exception):
    """A reading process ended, stalled or sent what is no frame before its job was finished."""


@dataclass(eq=False)
class _Task:
    """One job on its way."""

    index: int
    job: Job
    frames: deque[bytes] = field(default_factory=deque)
    held: int = 0  # bytes in `frames`
    heads: list[Head] | None = None
    answer: list[bool] | None = None
    ended: bool = False
    failure: str | None = None


Choose = Callable[[list[Head]], list[bool]]


class Inline:
    """The same without processes: one job after the other, here and unconfined."""

    def __init__(self, jobs: Sequence[Job], context: Context, choose: Choose) -> None:
        self._jobs = jobs
        self._context = context
        self._choose = choose
        self._steps: Iterator[Step] = iter(())

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_: object) -> None:
        self._steps = iter(())

    def heads(self, index: int) -> tuple[list[Head], list[bool]]:
        """The deliveries of the next job in order, and which are wanted."""
        wanted: list[bool] = []
        self._steps = read_job(self._jobs[index], self._context, lambda _: wanted)
        first = next(self._steps)
        heads = first.heads if isinstance(first, Heads) else []
        wanted.extend(self._choose(heads))
        return heads, wanted

    def frames(self, index: int) -> Iterator[Step]:  # noqa: ARG002 - the shape of `Pool`
        """What follows the heads."""
        return self._steps


class Pool:
    """Reading processes over a sequence of jobs; a context manager that ends them.

    choose : says which deliveries of a job are wanted; called once per job, in order, in the consuming thread.
    """

    def __init__(self, jobs: Sequence[Job], context: Context, workers: int, choose: Choose) -> None:
        self.confinement: Confinement | None = None
        self._context = context
        self._choose = choose
        self._tasks = [_Task(index, job) for index, job in enumerate(jobs)]
        self._changed = threading.Condition()
        self._turn = 0  # the task whose frames are handed out
        self._next = 0  # the next task to be given to a process
        self._asked = 0  # the next task whose heads are to be answered
        self._ahead = 0  # bytes that wait behind the turn
        self._closed = False
        self._lanes = [_Lane(self, context) for _ in range(min(workers, len(jobs)))]

    def __enter__(self) -> Pool:
        for lane in self._lanes:
            lane.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for lane in self._lanes:
            lane.process.stop()
        for lane in self._lanes:
            lane.join()

    def heads(self, index: int) -> tuple[list[Head], list[bool]]:
        """The deliveries of the next job in order, and which are wanted; `WorkerFailed` where none came."""
        task = self._tasks[index]
        with self._changed:
            self._turn = index
            behind = self._tasks[index + 1 : self._next]
            self._ahead = sum(later.held for later in behind)
            self._changed.notify_all()
        self._wait(task, lambda: task.answer is not None or task.ended)
        if task.heads is None or task.answer is None:
            raise WorkerFailed(task.failure or "the reading process said nothing")
        return task.heads, task.answer

    def frames(self, index: int) -> Iterator[Frame]:
        """What follows the heads of that job; `WorkerFailed` where its process failed before the end."""
        task = self._tasks[index]
        while True:
            self._wait(task, lambda: bool(task.frames) or task.ended)
            if not task.frames:
                break
            with self._changed:
                data = task.frames.popleft()
                task.held -= len(data)
                self._changed.notify_all()
            yield self._decode(task, data)
        if task.failure:
            raise WorkerFailed(task.failure)

    def _wait(self, task: _Task, ready: Callable[[], bool]) -> None:
        limit = 2 * self._context.limits.cpu_seconds + _SLACK_SECONDS
        deadline = time.monotonic() + limit
        while True:
            self._answer()
            with self._changed:
                if ready():
                    return
                if self._to_answer() is not None:
                    continue
                if not self._changed.wait(deadline - time.monotonic()) and time.monotonic() >= deadline:
                    self._give_up(task, f"the reading process said nothing for {limit} s")

    def _answer(self) -> None:
        """Answers the heads that have come in, in the order of the jobs."""
        while (task := self._to_answer()) is not None:
            answer = None if task.heads is None else self._choose(task.heads)
            with self._changed:
                task.answer = answer
                self._asked += 1
                self._changed.notify_all()

    def _to_answer(self) -> _Task | None:
        task = self._tasks[self._asked] if self._asked < self._next else None
        return task if task is not None and (task.heads is not None or task.ended) else None

    def _decode(self, task: _Task, data: bytes) -> Frame:
        try:
            return decode(data)
        except Garbage as error:
            reason = f"the reading process sent {error}"
            with self._changed:
                self._give_up(task, reason)
            raise WorkerFailed(reason) from None

    def _give_up(self, task: _Task, reason: str) -> None:
        task.ended, task.failure = True, reason
        task.frames.clear()
        task.held = 0
        for lane in self._lanes:
            if lane.task is task:
                lane.process.kill()

    # What the threads call.

    def assign(self, lane: _Lane) -> _Task | None:
        """The next job for a process, None when there is none left."""
        with self._changed:
            window = AHEAD_JOBS * len(self._lanes)
            while not self._closed and self._next < len(self._tasks) and self._next >= self._turn + window:
                self._changed.wait()
            if self._closed or self._next >= len(self._tasks):
                return None
            lane.task = self._tasks[self._next]
            self._next += 1
            return lane.task

    def put(self, task: _Task, data: bytes) -> None:
        """Keeps a frame; waits while too many bytes wait already."""
        with self._changed:
            while not (self._closed or task.ended or self._has_room(task, len(data))):
                self._changed.wait()
            if not task.ended:
                task.frames.append(data)
                task.held += len(data)
                self._ahead += len(data) if task.index > self._turn else 0
            self._changed.notify_all()

    def _has_room(self, task: _Task, size: int) -> bool:
        # Nothing held: the job whose turn it is always goes on, whatever waits behind it.
        if task.index > self._turn:
            return self._ahead + size <= AHEAD_BYTES
        return task.held == 0 or task.held + size <= AHEAD_BYTES

    def ask(self, task: _Task, heads: list[Head]) -> list[bool]:
        """Waits for the answer to the heads of a job."""
        with self._changed:
            task.heads = heads
            self._changed.notify_all()
            while task.answer is None and not self._closed and not task.ended:
                self._changed.wait()
            return task.answer or [False] * len(heads)

    def end(self, task: _Task, failure: str | None) -> None:
        """Notes that nothing follows for this job."""
        with self._changed:
            task.failure = task.failure or failure
            task.ended = True
            self._changed.notify_all()


class _Lane(threading.Thread):
    """One process at a time, and the thread that empties its pipe."""

    def __init__(self, pool: Pool, context: Context) -> None:
        super().__init__(name="counterlure-reading", daemon=True)
        self.task: _Task | None = None
        self.process = Process(context.limits)
        self._pool = pool
        self._context = context

    def run(self) -> None:
        """Reads jobs until none is left."""
        while (task := self._pool.assign(self)) is not None:
            failure: str | None = "reading it went wrong"
            try:
                failure = self._outcome(task)
            finally:
                self._pool.end(task, failure)
        self.process.close()

    def _outcome(self, task: _Task) -> str | None:
        """Why the job was not read to its end, or None."""
        try:
            self._read(task)
        except ProcessEnded as error:
            self.process.close()
            return str(error)
        except Garbage as error:
            self.process.close()
            return f"the reading process sent {error}"
        return None

    def _read(self, task: _Task) -> None:
        self.process.renew()
        self.process.send(Request(task.job, self._context))
        while True:
            data = self.process.receive()
            if is_kind(data, Done):
                return
            if is_kind(data, Confinement):
                held = decode(data)
                self._pool.confinement = held if isinstance(held, Confinement) else None
            elif is_kind(data, Heads):
                heads = decode(data)
                if not isinstance(heads, Heads) or not heads.heads or task.heads is not None:
                    raise Garbage("heads twice or none")
                self.process.send(Wanted(self._pool.ask(task, heads.heads)))
            elif task.heads is None:
                raise Garbage("rows before their heads")
            else:
                self._pool.put(task, data)
