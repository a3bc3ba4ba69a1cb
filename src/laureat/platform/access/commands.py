"""`laureat people`: the first organiser, and erasing a person."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.actions import erase_person, invitation_link, register_person
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused


@click.group()
def people() -> None:
    """Accounts that no page can make or end."""


@people.command("organiser")
@click.argument("email")
@click.argument("name")
@click.option("--award", default="", help="Only of this award (its key); by default of all.")
@click.option("--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True)
def organiser_command(email: str, name: str, award: str, language: str) -> None:
    """Make NAME an organiser and print the link where they choose a password.

    Further roles are given on the page “People and roles”.
    """
    person = register_person(email, name, language=language, by=None)
    give_role(person, Role.ORGANISER, award=award, by=None)
    click.echo(f"{person.name}: organiser of {award or 'every award'}")
    if person.has_usable_password():
        click.echo("This account has a password already.")
    else:
        click.echo(f"Choose a password here: {invitation_link(person)}")


@people.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="Blank this person for good? Records stay, without the name.")
def erase_command(email: str) -> None:
    """Blank the person with this e-mail address; what they did stays without saying who."""
    person = User.objects.filter(email=email.lower(), is_active=True).first()
    if person is None:
        raise Refused(_("Nobody here has the address %(email)s.") % {"email": email})
    erase_person(person, by=None)
    click.echo("Erased.")
