"""What the actions of the room share."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from laureat.council.models import MOTION_TRANSITIONS, Motion, Panel, Session, SessionState
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, both
from laureat.rulebook.models import Stage


def reasoned(words: Words | None, ask: str = "") -> tuple[str, str]:
    """A reason in both languages; something must have been said. Raises Refused."""
    ru, en = both(words)
    if not ru and not en:
        raise Refused(ask or _("Say why: the minutes repeat it."), field="reason")
    return ru, en


def locked(session: Session, *states: SessionState) -> Session:
    """The session's row, locked, in one of `states`. Raises Refused."""
    Session.objects.select_for_update().get(pk=session.pk)
    row = Session.objects.select_related(
        "panel", "stage__edition__award", "stage__edition__version", "presiding__user"
    ).get(pk=session.pk)
    session.state = row.state
    if states and row.state not in states:
        raise Refused(
            _("The session is %(state)s: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    return row


def move_motion(motion: Motion, state: str) -> None:
    """Move a motion along its states. Raises Refused."""
    if state not in MOTION_TRANSITIONS[motion.state]:
        raise Refused(
            _("The motion is %(state)s: this cannot be done now.")
            % {"state": motion.get_state_display()}
        )
    motion.state = state


def chain(session: Session) -> str:
    """The ledger chain of a session."""
    return session.stage.edition.chain


def panel_of(stage: Stage) -> Panel:
    """The panel that decides at `stage`. Raises Refused when it was not made yet."""
    rules = stage.edition.rules
    key = stage.rules.panel
    region = stage.region if rules.panels[key].per == "region" else ""
    panel = Panel.objects.filter(edition=stage.edition_id, key=key, region=region).first()
    if panel is None:
        raise Refused(_("The panel of this stage has not been made yet: seat its members first."))
    return panel


def people_of(panel: Panel) -> Iterable[User]:
    """Those who sit in the panel now."""
    seats = panel.seats.filter(left_at__isnull=True, user__is_active=True)
    return [seat.user for seat in seats.select_related("user")]
