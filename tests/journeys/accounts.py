"""People and stages of a world, brought to where a browser finds them: able to sign in, and now."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress

from laureat.platform.accounts.actions import agree
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.rulebook.models import Stage
from tests.journeys.steps import PASSWORD


def may_sign_in(user: User) -> str:
    """Give somebody of a world a password and the consent that a door asks for; their address."""
    user.set_password(PASSWORD)
    user.save()
    agree(user, consent=True)
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    return user.email


def at_present(stage: Stage) -> None:
    """Let the stage run now."""
    Stage.objects.filter(pk=stage.pk).update(
        opens_at=now() - timedelta(days=9), closes_at=now() + timedelta(days=9)
    )
