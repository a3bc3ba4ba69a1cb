"""A member of a panel is erased: the seat becomes free, but nobody vanishes out of a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.council.actions.panels import unseat
from laureat.council.models import Panel, Seat, Session, SessionState
from laureat.platform.accounts.duties import Duty
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import EditionState


def council_duties(user: User) -> Iterator[Duty]:
    """Seats of `user` in contests that are not over, and sessions that cannot go on without them."""
    over = (EditionState.PUBLISHED, EditionState.ARCHIVED)
    seats = list(_seats(user).exclude(panel__edition__state__in=over))
    sessions = (
        Session.objects.filter(panel__in=[seat.panel_id for seat in seats])
        .filter(state__in=[SessionState.OPEN, SessionState.CLOSED], signed_at__isnull=True)
        .order_by("pk")
    )
    by_panel: dict[int, list[Session]] = {}
    for session in sessions:
        by_panel.setdefault(session.panel_id, []).append(session)
    for seat in seats:
        panel = seat.panel
        said = {
            "panel": localised(panel, "title"),
            "contest": localised(panel.edition, "title"),
            "role": seat.get_role_display(),
        }
        yield Duty(
            _("%(panel)s (%(contest)s): %(role)s") % said,
            _("The seat becomes free; seat somebody else if the panel is then too small."),
            reverse("council:panels", args=[panel.edition.award.key, panel.edition.key]),
        )
        for session in by_panel.get(panel.pk, ()):
            there = reverse("council:session", args=[session.uid])
            words = {"panel": said["panel"], "number": session.number}
            if session.state == SessionState.OPEN:
                yield Duty(
                    _("%(panel)s is in session now (session %(number)s)") % words,
                    _("Close the session first: its quorum and votes count on this member."),
                    there,
                    blocks=True,
                )
            elif session.presiding_id == seat.pk and session.approved_at is None:
                yield Duty(
                    _("%(panel)s: the minutes of session %(number)s wait for their approval")
                    % words,
                    _(
                        "They presided, so only they approve the minutes: let them do it first, or "
                        "take the session up again under somebody else."
                    ),
                    there,
                    blocks=True,
                )


def _seats(user: User) -> QuerySet[Seat]:
    return (
        Seat.objects.filter(user=user, left_at__isnull=True)
        .select_related("panel__edition__award", "user")
        .order_by("panel")
    )


def hold_panels(user: User) -> None:
    """The panels that an erasure changes, before the person is locked."""
    held = Panel.objects.select_for_update().filter(pk__in=_seats(user).order_by().values("panel"))
    list(held.order_by("pk"))


def leave_panels(sender: Any, user: User, by: User | None, **kwargs: Any) -> None:
    """End the seats of an erased person. Raises Refused where a panel is in session."""
    for seat in _seats(user):
        unseat(seat, by=None)
