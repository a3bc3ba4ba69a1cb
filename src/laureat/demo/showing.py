"""What the player says on the screen: steps with bars, and where to look in the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as RichProgress

from laureat.demo.cast import PASSWORD, SIGN_INS
from laureat.demo.season import Progress, Tick


class Bars(Progress):
    """One line a step: a moving bar on a terminal, a plain line elsewhere."""

    def __init__(self, console: Console) -> None:
        """Write to `console`."""
        self.console = console

    @contextmanager
    def step(self, title: str, total: int = 1) -> Iterator[Tick]:
        """A step of `total` ticks."""
        with RichProgress(
            TextColumn("  {task.description:<34}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            refresh_per_second=4,
        ) as bar:
            task = bar.add_task(title, total=max(total, 1))
            yield lambda: bar.advance(task)
            bar.update(task, completed=max(total, 1))


def say_where(console: Console, address: str, mailbox: str) -> None:
    """The address, one sign-in per role, and where mail goes."""
    console.print()
    console.print(f"  [bold]{address}[/bold]   ({address}en/ in English)")
    console.print("  Sign in with one click in the bar at the top of every page,")
    console.print(f"  or with the password [bold]{PASSWORD}[/bold] as:")
    for key, name in SIGN_INS:
        console.print(f"    {key + '@demo.invalid':<26} {name}")
    console.print(f"  Mail is written to {mailbox}. Stop with Ctrl-C.")
