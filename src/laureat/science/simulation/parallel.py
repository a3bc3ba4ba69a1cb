"""Who computes: this process, processes of this machine, or a cluster of Dask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context

from laureat.saying import say

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@contextmanager
def workers(processes: int = 1, scheduler: str | None = None) -> Iterator[Executor | None]:
    """An executor for `simulate`; None for one process.

    scheduler: address of a Dask scheduler, such as tcp://10.0.0.7:8786 (needs the extra `cluster`).
    """
    if processes < 1:
        raise ValueError(say("processes %(processes)s: expected at least 1", processes=processes))
    if scheduler is not None:
        try:
            distributed = import_module("distributed")
        except ImportError as error:
            raise ValueError(
                say("a scheduler needs the package distributed: pip install 'laureat[cluster]'")
            ) from error
        try:
            client = distributed.Client(scheduler, timeout="15s")
        except (OSError, ValueError) as error:
            raise ValueError(
                say("scheduler %(address)s: no answer (%(error)s)", address=scheduler, error=error)
            ) from error
        with client, client.get_executor(pure=False) as pool:
            yield pool
    elif processes == 1:
        yield None
    else:
        # Fresh processes with one thread each: cores are used once, not squared.
        before = {name: os.environ.get(name) for name in ONE_THREAD}
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
        try:
            with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
                yield pool
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
