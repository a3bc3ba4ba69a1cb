"""What the rulebook listens to: changes of roles go to the ledger of the edition."""

from __future__ import annotations

from typing import Any

from laureat import ledger
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.signals import role_changed
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition, EditionState


def record_role(sender: Any, grant: Grant, by: User | None, change: str, **kwargs: Any) -> None:
    """Write who was given, or lost, power over an edition to its chain.

    A role over an award (or over everything) is a role over each of its editions that is not
    archived. Who acts for an organisation is the registry's matter, not the edition's.
    """
    if grant.role == Role.APPLICANT:
        return
    editions = Edition.objects.select_related("award").exclude(state=EditionState.ARCHIVED)
    if grant.award:
        editions = editions.filter(award__key=grant.award)
    if grant.edition:
        editions = editions.filter(key=grant.edition)
    data = {"role": grant.role, "person": grant.user.commitment}
    data |= {name: getattr(grant, name) for name in ("region", "panel") if getattr(grant, name)}
    for edition in editions.order_by("pk"):
        ledger.append(
            edition.chain, f"role.{change}", subject=f"grant-{grant.pk}", by=by, data=data
        )


def connect() -> None:
    """Called once, when the apps are ready."""
    role_changed.connect(record_role, dispatch_uid="rulebook.record_role")
