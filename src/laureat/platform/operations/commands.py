"""Django's own management commands, for operators."""

from __future__ import annotations

import click
from django.core.management import execute_from_command_line


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a management command, e.g. `laureat manage migrate`."""
    execute_from_command_line(["laureat manage", *arguments])
