"""What the rulebook listens to: changes of roles go to the ledger of the edition."""

from __future__ import annotations

from typing import Any

from laureat import ledger
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.signals import role_changed
from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import second_factor_reset
from laureat.rulebook.models import Edition, EditionState


def record_role(sender: Any, grant: Grant, by: User | None, change: str, **kwargs: Any) -> None:
    """Write who was given, or lost, power over an edition to its chain.

    A role over an award (or over everything) is a role over each of its editions that is not
    archived. Who acts for an organisation is the registry's matter, not the edition's.
    """
    if grant.role == Role.APPLICANT:
        return
    data = {"role": grant.role, "person": grant.user.commitment}
    data |= {name: getattr(grant, name) for name in ("region", "panel") if getattr(grant, name)}
    _record(grant, f"role.{change}", by, data)


def record_reset(sender: Any, user: User, by: User | None, **kwargs: Any) -> None:
    """Write to the chains of the editions where somebody holds a role that their lost second factor
    was switched off: what they do afterwards was signed in for by the password alone.
    """
    for grant in Grant.objects.filter(user=user, ended_at=None).exclude(role=Role.APPLICANT):
        _record(grant, "role.factor_reset", by, {"person": user.commitment})


def _record(grant: Grant, action: str, by: User | None, data: dict[str, Any]) -> None:
    """In every edition that the role is over."""
    editions = Edition.objects.select_related("award").exclude(state=EditionState.ARCHIVED)
    if grant.award:
        editions = editions.filter(award__key=grant.award)
    if grant.edition:
        editions = editions.filter(key=grant.edition)
    for edition in editions.order_by("pk"):
        ledger.append(edition.chain, action, subject=f"grant-{grant.pk}", by=by, data=data)


def connect() -> None:
    """Called once, when the apps are ready."""
    second_factor_reset.connect(record_reset, dispatch_uid="rulebook.record_reset")
    role_changed.connect(record_role, dispatch_uid="rulebook.record_role")
