"""The reading process: `python -m counterlure.ingest.worker`, one job after the other until its input ends.

It is started without network, with bounds on memory, processor time and files (`confine`), and gives back nothing
but the typed frames of `frames.py`. Requests come on standard input, frames go to standard output.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import BinaryIO

from counterlure.ingest.confine import allow_processor, confine
from counterlure.ingest.frames import MEMORY_EXIT, Done, Garbage, Request, Wanted, decode, receive, send
from counterlure.ingest.limits import COLLECT_RARELY, DEFAULT
from counterlure.ingest.reading import Head, read_job


def serve(requests: BinaryIO, frames: BinaryIO) -> None:
    """Answers requests until none comes; the first also sets the bounds of the process."""
    confined = False
    while (data := receive(requests, DEFAULT.frame_bytes)) is not None:
        request = decode(data)
        if not isinstance(request, Request):
            raise Garbage("no request")
        limits = request.context.limits
        if not confined:
            send(frames, confine(limits), limits.frame_bytes)
            confined = True
        allow_processor(limits.cpu_seconds)
        _answer(request, requests, frames)
        send(frames, Done(), limits.frame_bytes)


def _answer(request: Request, requests: BinaryIO, frames: BinaryIO) -> None:
    limit = request.context.limits.frame_bytes

    def choose(_: list[Head]) -> list[bool]:
        answer = decode(receive(requests, limit) or b"\xff")
        if not isinstance(answer, Wanted):
            raise Garbage("no answer")
        return answer.wanted

    for step in read_job(request.job, request.context, choose):
        send(frames, step, limit)


def main() -> None:
    """Reads requests from standard input; what a library prints cannot get between the frames."""
    gc.set_threshold(*COLLECT_RARELY)
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, frames)
    except MemoryError:
        os._exit(MEMORY_EXIT)


if __name__ == "__main__":
    main()
