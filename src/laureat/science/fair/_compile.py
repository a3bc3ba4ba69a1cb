"""Compiled loops: numba's `njit` with types, and its result kept on disk between processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])
OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
LEAN = OPTIONS | {"_nrt": False}
REORDERED = LEAN | {"fastmath": {"reassoc", "contract", "nsz"}}


def compiled(function: Function) -> Function:
    """Compile at the first call (seconds, once per machine), release the lock while running."""
    return cast("Function", numba.njit(**OPTIONS)(function))


def lean(function: Function) -> Function:
    """As `compiled`, for loops that allocate nothing: no reference counts, hence much faster."""
    return cast("Function", numba.njit(**LEAN)(function))


def vectorised(function: Function) -> Function:
    """As `lean`; sums may be reordered, by the compiler and never at run time."""
    return cast("Function", numba.njit(**REORDERED)(function))
