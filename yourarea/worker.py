"""Worker processes: spawned, gone as soon as whom they work for is, and a clear word when one is lost."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from typing import ParamSpec, TypeVar

from geo.errors import YourAreaError

Parameters = ParamSpec("Parameters")
T = TypeVar("T")
_STOPS = {signal.SIGINT, signal.SIGTERM}


class WorkerLost(YourAreaError, RuntimeError):
    """A worker process was ended from outside while it worked."""


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Worker processes, spawned afresh: a fork would copy the threads of the libraries in a state that can hang.

    They end at once when this process does, however it ends, or when what is done with them fails or is stopped.

    Raises:
        WorkerLost: one of them was killed.
    """
    others = set(active_children())
    with _Pool(workers, mp_context=get_context("spawn"), initializer=_begin) as executor:
        try:
            yield executor
        except BrokenExecutor as error:
            raise WorkerLost(
                "A worker process was killed while it worked; most often the system does so where memory runs out. "
                "What is live is as it was. Run the command again with fewer --workers, or with more memory."
            ) from error
        except BaseException:
            for worker in set(active_children()) - others:
                worker.terminate()  # what it still does is for nobody
            raise


def end_with_parent() -> None:
    """End this worker process as soon as the process that started it is gone, be it by SIGKILL.

    Nobody else tells it: a pool's queue, which both ends of the pipe keep open, only falls silent.
    """
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_outlast, args=(parent.sentinel,), name="parent watch", daemon=True).start()


class _Pool(ProcessPoolExecutor):
    """A pool that nobody stops in the middle of starting a worker, which would miss half of what it has to be told."""

    def submit(self, fn: Callable[Parameters, T], /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Future[T]:
        with _undisturbed():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Whoever tells this process to stop meanwhile is heard at the end of it.

    Blocking is for the workers, who inherit it. It does not keep the word from this thread: any other may take the
    signal, and Python then runs what answers it here.
    """
    came: list[int] = []
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    here = threading.current_thread() is threading.main_thread()
    answers = {one: signal.signal(one, lambda number, _: came.append(number)) for one in _STOPS} if here else {}
    try:
        yield
    finally:
        for one, answer in answers.items():
            signal.signal(one, answer)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if came:
            signal.raise_signal(came[0])


def _begin() -> None:
    """Workers begin deaf to `_STOPS`, and stay so to Ctrl+C, which reaches all at once: the coordinator ends them."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    end_with_parent()


def _outlast(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
