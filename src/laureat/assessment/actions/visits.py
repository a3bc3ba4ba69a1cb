"""Visits on site."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks, notices
from laureat.assessment.models import SiteVisit
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.registry.queries import representatives
from laureat.rulebook.models import Stage, StageState


@transaction.atomic
def plan_visit(
    stage: Stage,
    entry: Entry,
    *,
    starts_on: date,
    ends_on: date,
    address: str,
    agenda: str = "",
    by: User | None,
) -> SiteVisit:
    """Plan the visit of the team, or move it: the applicant then confirms (again).

    Raises Denied, Refused (dates against the rules, visit held already).
    """
    locks.share(stage.pk)
    locks.entry(entry.pk)
    passage = Passage.objects.select_related(
        "stage__edition__award", "stage__edition__version"
    ).get(entry=entry, stage=stage)
    stage = passage.stage
    if by is not None:
        permissions.lead_team.require(by, passage)
    rules = stage.rules
    if rules.on_site is None:
        raise Refused(_("This stage has no visits on site."))
    if stage.state == StageState.CLOSED or passage.state != PassageState.ACTIVE:
        raise Refused(_("This entry is not in the stage now."))
    _check_dates(stage, starts_on, ends_on)
    if not address.strip():
        raise Refused(_("Say where the team goes."), field="address")
    visit = (
        SiteVisit.objects.select_for_update(no_key=True).filter(entry=entry, stage=stage).first()
    )
    values: dict[str, Any] = {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "address": address.strip(),
        "agenda": agenda.strip(),
    }
    if visit is None:
        visit = SiteVisit.objects.create(entry=entry, stage=stage, **values)
    else:
        _move(visit, SiteVisit.State.PLANNED)
        for name, value in values.items():
            setattr(visit, name, value)
        visit.save()
    ledger.append(
        stage.edition.chain,
        "visit.planned",
        subject=visit.uid,
        by=by,
        data={"entry": entry.uid, "from": str(starts_on), "to": str(ends_on)},
    )
    notices.tell_visit(visit, _hosts(entry), "planned")
    return visit


def _check_dates(stage: Stage, starts_on: date, ends_on: date) -> None:
    least, most = stage.rules.on_site.days
    days = (ends_on - starts_on).days + 1
    if days < 1:
        raise Refused(_("The visit ends after it starts."), field="ends_on")
    if not least <= days <= most:
        raise Refused(
            _("Days that a visit takes here: %(least)s–%(most)s; these dates: %(days)s.")
            % {"least": least, "most": most, "days": days},
            field="ends_on",
        )
    zone = stage.edition.time_zone
    if stage.opens_at and starts_on < (first := stage.opens_at.astimezone(zone).date()):
        raise Refused(
            _("The stage begins on %(date)s.") % {"date": date_format(first, "j E Y")},
            field="starts_on",
        )
    if stage.closes_at and ends_on > (last := stage.closes_at.astimezone(zone).date()):
        raise Refused(
            _("The stage ends on %(date)s.") % {"date": date_format(last, "j E Y")},
            field="ends_on",
        )


def _move(visit: SiteVisit, state: SiteVisit.State) -> None:
    if state not in SiteVisit.TRANSITIONS[visit.state]:
        raise Refused(
            _("The visit is “%(state)s”: this cannot be done now.")
            % {"state": visit.get_state_display()}
        )
    visit.state = state


def _locked(visit: SiteVisit) -> SiteVisit:
    """The visit of an entry that is still in its stage. Raises Refused."""
    locks.share(visit.stage_id)
    locks.entry(visit.entry_id)
    row = (
        SiteVisit.objects.select_for_update(of=("self",), no_key=True)
        .select_related("stage__edition__award", "stage__edition__version", "entry__organisation")
        .get(pk=visit.pk)
    )
    if row.stage.state == StageState.CLOSED or not permissions.walks(row.entry_id, row.stage_id):
        raise Refused(_("This entry is not in the stage now."))
    return row


def _hosts(entry: Entry) -> list[User]:
    """Who confirms the visit."""
    uid = entry.organisation.uid
    return representatives([uid]).get(uid, [])


def _team(visit: SiteVisit) -> list[User]:
    rows = permissions.team_of(visit.entry_id, visit.stage_id).select_related("assessor__user")
    return [each.assessor.user for each in rows]


def _kept(visit: SiteVisit, row: SiteVisit, by: User | None, **data: str) -> SiteVisit:
    row.save(update_fields=["state"])
    ledger.append(row.stage.edition.chain, f"visit.{row.state}", subject=row.uid, by=by, data=data)
    visit.state = row.state
    return row


@transaction.atomic
def confirm_visit(visit: SiteVisit, *, by: User | None) -> SiteVisit:
    """The applicant agrees to dates and agenda; the team is told. Raises Denied, Refused."""
    if by is not None:
        permissions.confirm_visit.require(by, visit)
    row = _locked(visit)
    _move(row, SiteVisit.State.CONFIRMED)
    _kept(visit, row, by)
    notices.tell_visit(row, _team(row), "confirmed")
    return row


@transaction.atomic
def hold_visit(visit: SiteVisit, *, by: User | None) -> SiteVisit:
    """The visit has taken place. Raises Denied, Refused (before its first day)."""
    row = _locked(visit)
    _require_lead(row, by)
    if now().astimezone(row.stage.edition.time_zone).date() < row.starts_on:
        raise Refused(
            _("The visit begins on %(date)s.") % {"date": date_format(row.starts_on, "j E Y")}
        )
    _move(row, SiteVisit.State.HELD)
    return _kept(visit, row, by)


@transaction.atomic
def cancel_visit(visit: SiteVisit, reason: str, *, by: User | None) -> SiteVisit:
    """The visit does not take place on these dates. Raises Denied, Refused."""
    row = _locked(visit)
    _require_lead(row, by)
    if not reason.strip():
        raise Refused(_("Say why the visit is cancelled."), field="reason")
    _move(row, SiteVisit.State.CANCELLED)
    _kept(visit, row, by, reason_sha256=ledger.words(reason))
    people = [*_hosts(row.entry), *_team(row)]
    notices.tell_visit(row, people, "cancelled", reason.strip())
    return row


def _require_lead(visit: SiteVisit, by: User | None) -> None:
    if by is not None:
        passage = Passage.objects.select_related("stage__edition__award").get(
            entry_id=visit.entry_id, stage_id=visit.stage_id
        )
        permissions.lead_team.require(by, passage)
