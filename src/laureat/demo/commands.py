"""`laureat demo`, `laureat season`, `laureat serve`."""

from __future__ import annotations

import os
import time

import click
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError
from django.utils.translation import gettext as _
from rich.console import Console

from laureat.demo import building, serving
from laureat.demo.plan import load_plan
from laureat.demo.showing import Bars, say_where
from laureat.platform.errors import Refused
from laureat.rulebook.actions import load
from laureat.rulebook.models import Edition

PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--no-serve", is_flag=True, help="Play and exit.")
@click.option("--fresh", is_flag=True, help="Play anew even if nothing has changed.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
def demo(*, no_serve: bool, fresh: bool, host: str, port: int) -> None:
    """Play a whole season of each award, then show them in the browser."""
    console, started = Console(), time.monotonic()
    if not no_serve:
        serving.free_port(host, port)  # before minutes of playing, not after them
    folder = settings.DATA / "demo"
    if fresh or not building.built(folder):
        console.print("[bold]laureat[/bold]:", _("playing the seasons"), highlight=False)
        try:
            building.build(folder)
        except KeyboardInterrupt:
            console.print(_("Stopped: nothing was changed. Start it again."))
            raise SystemExit(130) from None
        words = {"seconds": f"{time.monotonic() - started:.0f}", "folder": folder}
        console.print(
            _("  played in %(seconds)s s into %(folder)s") % words, highlight=False, markup=False
        )
    else:
        console.print(
            "[bold]laureat[/bold]:",
            _("the seasons were played before (--fresh plays anew)"),
            highlight=False,
        )
    if not no_serve:
        _serve(console, host, port, building.environment(folder))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve this installation and send its mail until Ctrl-C."""
    serving.free_port(host, port)
    call_command("migrate", verbosity=0)
    _serve(Console(), host, port, {}, demo_bar=settings.DEMO)


def _serve(
    console: Console, host: str, port: int, environment: dict[str, str], *, demo_bar: bool = True
) -> None:
    found = serving.free_port(host, port)
    address = f"http://{serving.written(host)}:{found}/"
    if found != port:
        console.print(
            _("Port %(port)s is taken: %(found)s instead.") % {"port": port, "found": found},
            highlight=False,
        )
    values = {"LAUREAT_URL": os.environ.get("LAUREAT_URL", address.rstrip("/")), **environment}
    processes = serving.start(host, found, values)
    serving.wait_until_up(host, found, processes)
    if demo_bar:
        data = environment.get("LAUREAT_DATA", str(settings.DATA))
        say_where(console, address, f"{data}/mailbox")
    else:
        console.print(f"  {address} ", _("(Ctrl-C stops)"), highlight=False, markup=False)
    serving.run_until_interrupted(processes)


class Seasons(click.Group):
    """Loads `simulate` only when it is called: its science takes a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "simulate"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "simulate":
            from laureat.demo.simulating import simulate_command  # noqa: PLC0415 - see above

            return simulate_command
        return super().get_command(ctx, cmd_name)


@click.group(cls=Seasons)
def season() -> None:
    """Play seasons with invented applicants."""


def _edition(chain: str) -> Edition:
    award, _slash, key = chain.partition("/")
    path = settings.AWARDS / award / f"{key}.yaml"
    found = Edition.objects.filter(award__key=award, key=key).first()
    if found is None and path.exists():
        found = load(path, by=None, demo=True)
    if found is None:
        known = sorted(
            f"{each.parent.name}/{each.stem}"
            for each in settings.AWARDS.glob("*/*.yaml")
            if each.stem[0].isdigit()
        )
        raise Refused(
            _("There is no edition «%(edition)s». Known: %(known)s.")
            % {"edition": chain, "known": ", ".join(known)}
        )
    return found


@season.command("play")
@click.argument("edition")
@click.option("--entries", type=click.IntRange(2, 5000), help="So many entries instead.")
@click.option("--until", default="", help="Stop after this stage.")
def play_command(edition: str, entries: int | None, until: str) -> None:
    """Play EDITION (award/key) in this installation's database."""
    from laureat.demo.season import Season  # noqa: PLC0415 - loads every room

    found = _edition(edition)
    if found.entries.exists():
        raise Refused(_("«%(edition)s» has entries already.") % {"edition": edition})
    if not found.is_demo:
        raise Refused(
            _("«%(edition)s» was loaded for real applicants: invented ones are not mixed in.")
            % {"edition": edition}
        )
    stages = [stage.key for stage in found.rules.stages]
    if until and until not in stages:
        raise Refused(
            _("There is no stage «%(stage)s». Known: %(known)s.")
            % {"stage": until, "known": ", ".join(stages)}
        )
    Season(found, load_plan(edition, entries=entries), Bars(Console())).play(until)


@season.command("everything")
def everything() -> None:
    """Play all that the demo shows into an empty database."""
    from laureat.demo.everything import play_everything  # noqa: PLC0415 - loads every room

    try:
        call_command("migrate", verbosity=0)
        if Edition.objects.exists():
            raise Refused(_("This database is not empty."))
        play_everything(Console())
    except OperationalError as error:  # the disk, mostly: a line says more than a traceback
        raise Refused(_("The database cannot be written: %(why)s.") % {"why": error}) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # whoever started this says so
