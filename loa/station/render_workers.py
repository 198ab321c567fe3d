"""Worker processes for rendering: the same on every system, ended cleanly, and no job is lost with a worker."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from pathlib import Path

from loa.errors import SoundRefused
from loa.language import translate as _
from loa.station.rendering import Made, Outcome, RenderJob, attempt, work

GRACE_S = 5  # a worker told to leave has one file to remove


def render_in_processes(jobs: Sequence[RenderJob], folder: Path, processes: int, *, again: bool = False) -> Made:
    """Yield each job with what became of it, from worker processes; the longest are begun first.

    A job whose worker dies is tried once more in a process of its own, so that it takes no other job with it.
    """
    left = {job.item: job for job in sorted(jobs, key=work, reverse=True)}
    with contextlib.suppress(BrokenProcessPool):
        for job, outcome in _pooled(tuple(left.values()), folder, processes, again):
            del left[job.item]
            yield job, outcome
    for job in left.values():
        try:
            yield from _pooled((job,), folder, 1, again)
        except BrokenProcessPool:
            message = _("Rendering {item} broke down. Try again; if it happens again, run loa doctor.")
            yield job, SoundRefused(message.format(item=job.item))


def _pooled(jobs: Sequence[RenderJob], folder: Path, processes: int, again: bool) -> Made:
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        max_workers=min(processes, len(jobs)),
        mp_context=multiprocessing.get_context("spawn"),  # the same on every system, and safe beside threads
        initializer=_begin_worker,
    )
    try:
        futures = {pool.submit(_attempt_in_worker, job, folder, again): job for job in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()
    except (KeyboardInterrupt, GeneratorExit, BrokenProcessPool):
        if os.name != "nt":  # there, terminate() leaves a worker no time to clear up: what it is doing is waited for
            _end(set(multiprocessing.active_children()) - others)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end(workers: set[BaseProcess]) -> None:
    """Tell workers to leave, and kill those that do not: the pool waits for them without a limit of its own."""
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(GRACE_S)
        if worker.is_alive():
            worker.kill()


_at_work = threading.Event()  # set in a worker while it has a job in hand


def _begin_worker() -> None:
    """Make a worker leave cleanly: on terminate(), and when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _leave(_signal: int, _frame: object) -> None:
    if _at_work.is_set():
        raise SystemExit  # unwinds through atomic_path, which removes what is half written
    os._exit(1)


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _attempt_in_worker(job: RenderJob, folder: Path, again: bool) -> Outcome:
    """Attempt `job`; where the worker is told to leave meanwhile, end it.

    The pool takes a SystemExit for the job's own failure and waits for the next job, which never comes when the pool
    is broken: pool and worker would then wait for each other for ever (seen on Python 3.13).
    """
    try:
        _at_work.set()
        outcome = attempt(job, folder, again=again)
        _at_work.clear()
    except SystemExit:
        os._exit(1)
    return outcome
