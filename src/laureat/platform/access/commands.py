"""`laureat people`: the first organiser, who asks to be erased, and erasing a person."""

from __future__ import annotations

import click
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.access.queries import not_independent
from laureat.platform.access.scopes import scopes
from laureat.platform.accounts.actions import (
    erase_person,
    invitation_link,
    register_person,
    reset_second_factor,
)
from laureat.platform.accounts.models import User
from laureat.platform.accounts.personal_data import until
from laureat.platform.accounts.queries import who_asked
from laureat.platform.clock import now
from laureat.platform.errors import Refused


@click.group()
def people() -> None:
    """Accounts that no page can make or end."""


@people.command("organiser")
@click.argument("email")
@click.argument("name")
@click.option("--award", default="", help="Only of this award (its key); by default of all.")
@click.option(
    "--language",
    type=click.Choice(["ru", "en"]),
    default="ru",
    show_default=True,
    help="Language of their pages and letters.",
)
def organiser_command(email: str, name: str, award: str, language: str) -> None:
    """Make NAME an organiser and print the link where they choose a password.

    Further roles are given on the page “People and roles”.
    """
    if award and award not in _awards():
        raise Refused(
            _("There is no award «%(award)s». Known: %(known)s.")
            % {"award": award, "known": ", ".join(_awards()) or "—"}
        )
    with transaction.atomic():
        person = register_person(email, name, language=language, by=None)
        give_role(person, Role.ORGANISER, award=award, by=None)
    if award:
        told = _("%(name)s: organiser of %(award)s") % {"name": person.name, "award": award}
    else:
        told = _("%(name)s: organiser of every award") % {"name": person.name}
    click.echo(told)
    if person.has_usable_password():
        click.echo(_("This account has a password already."))
    else:
        click.echo(_("Choose a password here: %(address)s") % {"address": invitation_link(person)})


def _awards() -> list[str]:
    """The keys of awards that are loaded, and of those whose folder lies on this server."""
    folders = (path.parent.name for path in settings.AWARDS.glob("*/award.yaml"))
    return sorted({each.award for each in scopes() if each.award} | set(folders))


@people.command("second-factor-off")
@click.argument("email")
@click.option("--reason", required=True, help="How it was made sure that it is this person.")
def second_factor_command(email: str, reason: str) -> None:
    """Switch off the second factor of the person with this address, who has lost it."""
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise Refused(_("Nobody here has the address %(email)s.") % {"email": email})
    reset_second_factor(person, reason=reason, by=None)
    click.echo(_("Switched off: the password alone opens the account. A letter tells them."))


@people.command("auditors")
def auditors_command() -> None:
    """Name who audits a contest and works in it as well; exit status 1 if anybody does."""
    found = not_independent()
    for auditor, other in found:
        where = "/".join(filter(None, [auditor.award, auditor.edition])) or "*"
        said = {
            "name": auditor.user,
            "email": auditor.user.email,
            "contest": where,
            "role": other.get_role_display(),
        }
        click.echo(
            _("%(name)s (%(email)s) is the auditor of %(contest)s and works there: %(role)s") % said
        )
    if found:
        click.echo(_("End one of the two roles on the page “People and roles”."))
        raise SystemExit(1)
    click.echo(_("Nobody audits a contest that they work in."))


@people.command("erasures")
def erasures_command() -> None:
    """Name who asks to be erased, and by when; exit status 1 if the term of anybody is over."""
    late = False
    for person in who_asked():
        assert person.erasure_asked_at is not None
        last = until(person.erasure_asked_at)
        over = now() > last
        late = late or over
        said = {
            "name": person.name,
            "email": person.email,
            "asked": f"{person.erasure_asked_at:%Y-%m-%d}",
            "until": f"{last:%Y-%m-%d}",
        }
        line = _("%(name)s (%(email)s) asked on %(asked)s: to be erased by %(until)s") % said
        click.echo(line + (_(" — the term is over") if over else ""))
    if not who_asked().exists():
        click.echo(_("Nobody waits to be erased."))
    if late:
        raise SystemExit(1)


@people.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_command(email: str, yes: bool) -> None:
    """Blank the person with this e-mail address; what they did stays without saying who."""
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise Refused(_("Nobody here has the address %(email)s.") % {"email": email})
    if not yes:
        click.confirm(
            _("Blank %(name)s for good? Records stay, without the name.") % {"name": person.name},
            abort=True,
        )
    erase_person(person, by=None)
    click.echo(_("Erased."))
