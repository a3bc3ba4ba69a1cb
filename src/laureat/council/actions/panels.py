"""Making panels and seating their members."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.models import Panel, Seat, Session, SessionState
from laureat.council.permissions import run_panel
from laureat.platform.access.actions import end_role, give_role, keep_independent
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail.actions import queue
from laureat.rulebook.models import Edition
from laureat.rulebook.permissions import run_edition

_ROLES = {Seat.Role.CHAIR: Role.CHAIR, Seat.Role.MEMBER: Role.MEMBER}


@transaction.atomic
def make_panels(edition: Edition, *, by: User | None = None) -> list[Panel]:
    """Make the panels that the rulebook names, one per region where they are regional.

    Making them again only updates their titles. Raises Denied.
    """
    if by is not None:
        run_edition.require(by, edition)
    rules = edition.rules
    made = []
    for key, panel in rules.panels.items():
        for region in rules.regions if panel.per == "region" else [""]:
            place = rules.regions.get(region)
            title = (place.panel_title if place else None) or panel.title
            row, new = Panel.objects.update_or_create(
                edition=edition,
                key=key,
                region=region,
                defaults={"title_ru": title.ru, "title_en": title.en},
            )
            if new:
                data = {"panel": str(row)}
                ledger.append(edition.chain, "panel.made", subject=row.uid, by=by, data=data)
            made.append(row)
    return made


def _not_in_session(panel: Panel) -> None:
    if Session.objects.filter(panel=panel, state=SessionState.OPEN).exists():
        raise Refused(_("The panel is in session: its members change before or after it."))


@transaction.atomic
def seat_member(panel: Panel, user: User, role: str = Seat.Role.MEMBER, *, by: User | None) -> Seat:
    """Seat `user` in the panel as chair, member or secretary (who does not vote).

    Seating somebody again changes the role. Chair and members are given the role that opens the
    room to them. Raises Denied, Refused (in session; the panel has a chair).
    """
    if by is not None:
        run_panel.require(by, panel)
    if role not in Seat.Role.values:
        raise Refused(_("Choose chair, secretary or member."), field="role")
    panel = Panel.objects.select_for_update().get(pk=panel.pk)
    _not_in_session(panel)
    seat = Seat.objects.filter(panel=panel, user=user).first()
    if seat and seat.left_at is None and seat.role == role:
        return seat
    chair = panel.seats.filter(role=Seat.Role.CHAIR, left_at__isnull=True).exclude(user=user)
    if role == Seat.Role.CHAIR and chair.exists():
        raise Refused(
            _("The panel has a chair, %(name)s: give them another role first.")
            % {"name": chair.select_related("user")[0].user},
            field="role",
        )
    if seat is None:
        seat = Seat(panel=panel, user=user, order=panel.seats.count() + 1)
    else:
        _end_grants(panel, user)
    seat.role, seat.left_at = role, None
    seat.save()
    if role in _ROLES:
        give_role(user, _ROLES[Seat.Role(role)], by=None, **_scope(panel))
    else:  # a panel's secretary gets no role, but sits in the room before anything is published
        keep_independent(user, Role.MEMBER, _scope(panel))
    ledger.append(
        panel.edition.chain,
        "panel.seated",
        subject=panel.uid,
        by=by,
        data={"member": user.commitment, "role": str(role)},
    )
    with translation.override(user.language):
        title = localised(panel, "title")
        queue(
            to=user.email,
            user=user,
            kind="council.seated",
            language=user.language,
            scope=panel.edition.chain,
            subject=_("You sit in the panel: %(panel)s") % {"panel": title},
            body=_(
                "%(name)s,\n\nyou have been seated in the panel “%(panel)s” as %(role)s.\n"
                "%(edition)s\n\nYou will be told when a session is planned. What waits for you is "
                "under “My work”: %(link)s\n"
            )
            % {
                "name": user,
                "panel": title,
                "role": seat.get_role_display(),
                "edition": localised(panel.edition, "title"),
                "link": f"{settings.BASE_URL}{reverse('accounts:desk')}",
            },
        )
    return seat


def _scope(panel: Panel) -> dict[str, str]:
    return {
        "award": panel.edition.award.key,
        "edition": panel.edition.key,
        "region": panel.region,
        "panel": panel.key,
    }


def _end_grants(panel: Panel, user: User) -> None:
    held = Grant.objects.filter(
        user=user, role__in=[Role.CHAIR, Role.MEMBER], ended_at__isnull=True, **_scope(panel)
    )
    for grant in held.select_related("user"):
        end_role(grant, by=None)


@transaction.atomic
def unseat(seat: Seat, *, by: User | None) -> Seat:
    """End a membership; what the person decided stays. Raises Denied, Refused (in session)."""
    if by is not None:
        run_panel.require(by, seat.panel)
    panel = Panel.objects.select_for_update().get(pk=seat.panel_id)
    _not_in_session(panel)
    seat = Seat.objects.select_related("user").get(pk=seat.pk)
    if seat.left_at is not None:
        raise Refused(_("This person has left the panel already."))
    seat.left_at = now()
    seat.save(update_fields=["left_at"])
    _end_grants(panel, seat.user)
    ledger.append(
        panel.edition.chain,
        "panel.unseated",
        subject=panel.uid,
        by=by,
        data={"member": seat.user.commitment},
    )
    return seat
