"""Sees to it that the Russian texts are compiled: without them every page would silently be English.

Called when Django starts. What is missing or older than its source is compiled at once (a second or
two, after an update only). Where the folder may not be written to, e.g. a package that root has
installed, `manage check` and the web server say what to do instead of starting.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error

logger = logging.getLogger(__name__)
SOURCE = Path(__file__).resolve().parents[2]
WHAT_TO_DO = (
    "Run `python -m laureat.platform.i18n.catalogue --compile` as the owner of the installed "
    "package, then start again."
)


def sources(root: Path = SOURCE) -> Iterator[Path]:
    """The catalogues of all rooms, as people write them."""
    return root.glob("**/locale/*/LC_MESSAGES/*.po")


def stale(root: Path = SOURCE) -> list[Path]:
    """The catalogues that are not compiled, or were changed since."""
    return [source for source in sources(root) if not _is_fresh(source)]


def missing(root: Path = SOURCE) -> list[Path]:
    """The catalogues that are not compiled at all."""
    return [source for source in sources(root) if not source.with_suffix(".mo").exists()]


def ensure(root: Path = SOURCE) -> None:
    """Compile what is stale; where that cannot be, `check` tells."""
    waiting = stale(root)
    if not waiting:
        return
    from laureat.platform.i18n.catalogue import compile_one  # noqa: PLC0415 - slow, and rarely used

    for source in waiting:
        try:
            compile_one(source)
        except OSError as error:
            # An older one serves: in a package all files are as old as each other.
            logger.warning("Russian texts not compiled: %s", error)


def check(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Django's system check: an error for each room whose pages would be English."""
    return _errors(missing())


def _errors(found: Iterable[Path]) -> list[CheckMessage]:
    return [
        Error(
            f"The Russian texts of {source.parents[3].name} are not compiled: "
            "its Russian pages would be English.",
            hint=WHAT_TO_DO,
            id="laureat.E001",
        )
        for source in found
    ]


def _is_fresh(source: Path) -> bool:
    target = source.with_suffix(".mo")
    try:
        return target.stat().st_mtime_ns > source.stat().st_mtime_ns
    except FileNotFoundError:
        return False
