"""What the journals and the outbox call what panels do."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laureat.council.models import Motion, Panel, Seat
from laureat.council.permissions import run_panel, see_session
from laureat.platform.access.sent import Fact, Fields, Sent
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.words import Subject, english, joined

TITLE = _("Councils and commissions")
ACTIONS = {
    "panel": {
        "panel.made": _("Panel made"),
        "panel.seated": _("Member seated"),
        "panel.unseated": _("Seat of a member ended"),
    },
    "session": {
        "session.planned": _("Session planned"),
        "session.moved": _("Session moved"),
        "session.cancelled": _("Session cancelled"),
        "session.guest_invited": _("Guest invited to a session"),
        "session.guest_removed": _("Invitation of a guest taken back"),
        "session.proposed": _("Agenda proposed"),
        "session.attendance": _("Attendance recorded"),
        "session.presiding": _("Presiding person named"),
        "session.opened": _("Session was opened"),
        "session.recused": _("Member recused"),
        "session.voted": _("Vote given"),
        "session.votes_withdrawn": _("Votes of members who left withdrawn"),
        "session.ordered": _("Equals put in order"),
        "session.closed": _("Session was closed"),
        "session.reopened": _("Session opened again"),
        "session.published": _("Decisions published"),
        "minutes.approved": _("Minutes approved"),
        "minutes.returned": _("Minutes not approved"),
        "minutes.signed": _("Minutes signed"),
    },
    "motion": {
        "motion.added": _("Proposal added"),
        "motion.changed": _("Proposal changed"),
        "motion.removed": _("Proposal removed"),
        "motion.counted": _("Votes counted"),
        "motion.tie_broken": _("Tie broken"),
        "motion.repeated": _("Vote repeated"),
        "motion.freed": _("Place became free: the honour was declined"),
    },
}
SUBJECTS = {
    # Which panels there are stands in the rules, which everybody reads.
    "panel": Subject(_("panel"), lambda _user: Panel.objects.all(), ru="title_ru", en="title_en"),
    "session": Subject(
        _("session"),
        see_session.of,
        ru=joined("panel__title_ru", Value("№"), "number"),
        en=joined("panel__title_en", Value("№"), "number"),
        page="council:session",
    ),
    "motion": Subject(
        _("proposal"),
        lambda user: Motion.objects.filter(session__in=see_session.of(user)),
        ru=joined("entry__number", "entry__organisation__name_ru"),
        en=joined("entry__number", english("entry__organisation__name")),
        page="council:session",
        link="session__uid",
    ),
}
MAIL = {
    "council.seated": _("Seat in a panel"),
    "council.presiding": _("Presiding over a session"),
    "council.session_planned": _("Invitation to a session"),
    "council.session_moved": _("New date of a session"),
    "council.session_cancelled": _("Cancellation of a session"),
    "council.minutes_written": _("Minutes to approve"),
    "council.minutes_returned": _("Minutes not approved"),
    "council.decided": _("Decision about an application"),
}


def _seat(user: User, parts: Mapping[str, Any], _fields: Fields) -> Iterable[Fact]:
    """Whose seat in which panel ends."""
    seats = Seat.objects.filter(pk=parts["pk"], panel__in=run_panel.of(user))
    for seat in seats.select_related("panel__edition", "user"):
        yield gettext("Contest"), localised(seat.panel.edition, "title")
        yield gettext("Panel"), localised(seat.panel, "title")
        yield gettext("Person"), f"{seat.user} ({seat.get_role_display()})"


_SESSION = Sent("session", "panel__edition")
SENT = {
    "council:seat": Sent(
        "panel",
        "edition",
        fields={"email": _("E-mail"), "role": _("Role")},
        codes={"role": dict(Seat.Role.choices)},
    ),
    "council:unseat": Sent(also=_seat),
    "council:publish": Sent(
        "session",
        "panel__edition",
        fields={
            "order_ru": _("Confirming act, in Russian"),
            "order_en": _("Confirming act, in English"),
        },
    ),
    "council:approve_minutes": _SESSION,
    "council:sign_minutes": _SESSION,
}
