"""What the player says on the screen: steps with bars, and where to look in the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as RichProgress

from laureat.demo.cast import PASSWORD, SIGN_INS
from laureat.demo.season import Progress, Tick
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Edition


class Bars(Progress):
    """One line a step: a moving bar on a terminal, a plain line elsewhere.

    It speaks the language it was made in, also while seasons are played in another.
    """

    def __init__(self, console: Console) -> None:
        """Write to `console`."""
        self.console = console
        self.language = translation.get_language()

    def head(self, about: Edition | Promise, key: str = "") -> None:
        """What the next steps are about: a contest, or something in words."""
        with translation.override(self.language):
            title = localised(about, "title") if isinstance(about, Edition) else str(about)
        self.console.print(f"[bold]{escape(title)}[/bold]  [dim]{escape(key)}[/dim]")

    @contextmanager
    def step(self, title: object, total: int = 1) -> Iterator[Tick]:
        """A step of `total` ticks."""
        with translation.override(self.language):
            told = str(title)
        with RichProgress(
            TextColumn("  {task.description:<34}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            refresh_per_second=4,
        ) as bar:
            task = bar.add_task(told, total=max(total, 1))
            yield lambda: bar.advance(task)
            bar.update(task, completed=max(total, 1))


def say_where(console: Console, address: str, mailbox: str) -> None:
    """The address, one sign-in per role, and where mail goes."""
    console.print()
    console.print(f"  [bold]{address}[/bold]   ({address}en/", _("in English") + ")")
    told = _("Sign in with one click in the bar at the top of every page, or with the password")
    console.print(f"  {told} [bold]{PASSWORD}[/bold]:")
    for key, name in SIGN_INS:
        console.print(f"    {key + '@demo.invalid':<26} {name}")
    mail = _("Mail is written to %(folder)s. Stop with Ctrl-C.") % {"folder": mailbox}
    console.print(f"  {escape(mail)}")
