"""Changes that applicants propose, as those who decide and those who asked read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.registry.models import Good, Organisation, Proposal, ProposalState, Region
from laureat.registry.permissions import (
    is_staff,
    keep_organisation,
    represented,
)

LABELS = {
    "name_ru": gettext_lazy("Name in Russian"),
    "name_en": gettext_lazy("Name in English"),
    "inn": gettext_lazy("INN"),
    "kpp": gettext_lazy("KPP"),
    "ogrn": gettext_lazy("OGRN or OGRNIP"),
    "is_branch": gettext_lazy("This is a branch with a KPP of its own"),
    "region": gettext_lazy("Region"),
    "founded_on": gettext_lazy("Active since"),
    "okpd2": gettext_lazy("OKPD2 code"),
    "normative_document": gettext_lazy("Normative document"),
    "launched_on": gettext_lazy("On the market since"),
}
"""What register facts are called, in the order of the forms."""
SHOWN = 5
"""So many stand on the desk; the list has all of them."""


@dataclass(frozen=True)
class Change:
    """One fact, as readers see it."""

    label: str
    was: str
    new: str


def changes_of(proposal: Proposal) -> list[Change]:
    """What is to be changed, in words. One query if the region is."""
    found = proposal.changes
    regions = Region.objects.in_bulk([key for key in found.get("region", ()) if key])
    return [
        Change(
            str(label),
            _shown(name, found[name][0], regions),
            _shown(name, found[name][1], regions),
        )
        for name, label in LABELS.items()
        if name in found
    ]


def _shown(name: str, value: Any, regions: dict[str, Region]) -> str:
    if name == "region" and value in regions:
        return localised(regions[value], "name")
    if name == "is_branch":
        return _("yes") if value else _("no")
    if name in {"founded_on", "launched_on"} and value:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return str(value or "")


def proposal_of(uid: str) -> Proposal | None:
    """One proposal with what its page shows, or None."""
    rows = Proposal.objects.select_related(
        "organisation__region", "good", "proposed_by", "decided_by"
    )
    return rows.filter(uid=uid).first()


def waiting_for(organisation: Organisation, good: Good | None = None) -> Proposal | None:
    """What waits for a decision about an organisation itself, or about one of its goods."""
    rows = Proposal.objects.filter(organisation=organisation, good=good)
    return rows.filter(state=ProposalState.WAITING).order_by().first()


def proposals_about(organisation: Organisation, most: int = 20) -> list[Proposal]:
    """What was proposed about it and its goods: what waits first, then the newest."""
    rows = list(
        organisation.proposals.select_related("good").order_by("-proposed_at", "-pk")[:most]
    )
    return sorted(rows, key=lambda row: row.state != ProposalState.WAITING)


def to_decide(user: User) -> QuerySet[Proposal]:
    """What waits for `user` to decide about it, the oldest first."""
    return (
        _seen(user)
        .filter(state=ProposalState.WAITING)
        .exclude(Q(proposed_by=user) | Q(organisation__uid__in=represented(user)))
        .order_by("proposed_at", "pk")
    )


def decided(user: User) -> QuerySet[Proposal]:
    """What was settled about organisations that `user` keeps, the newest first."""
    return _seen(user).exclude(state=ProposalState.WAITING).order_by("-decided_at", "-pk")


def _seen(user: User) -> QuerySet[Proposal]:
    rows = Proposal.objects.select_related("organisation", "good", "proposed_by", "decided_by")
    if not is_staff(user):
        return rows.none()
    return rows.filter(organisation__in=keep_organisation.of(user).order_by().values("pk"))


def may_decide(user: User, proposal: Proposal) -> bool:
    """Whether `user` keeps the organisation and does not act for it."""
    return (
        proposal.state == ProposalState.WAITING
        and proposal.proposed_by_id != user.pk
        and proposal.organisation.uid not in represented(user)
        and bool(keep_organisation(user, proposal.organisation))
    )


def proposals_on_desk(user: User) -> list[Section]:
    """What waits for a decision of `user`, and what they asked for and wait for themselves."""
    found = []
    if is_staff(user):
        rows = list(to_decide(user)[: SHOWN + 1])
        if rows:
            more = reverse("registry:proposals") if len(rows) > SHOWN else ""
            found.append(
                Section(
                    _("Facts of the register to decide about"),
                    _items(rows[:SHOWN], todo=True),
                    more=more,
                )
            )
    if represented(user):
        asked = Proposal.objects.select_related("organisation", "good").filter(
            state=ProposalState.WAITING, organisation__uid__in=represented(user)
        )
        rows = list(asked.order_by("proposed_at", "pk")[:SHOWN])
        if rows:
            found.append(Section(_("Changes of facts that you proposed"), _items(rows, todo=False)))
    return found


def _items(rows: Iterable[Proposal], *, todo: bool) -> list[Item]:
    return [
        Item(
            title=localised(row.good or row.organisation, "name"),
            url=reverse("registry:proposal", args=[row.uid]),
            detail=", ".join(str(LABELS[name]) for name in LABELS if name in row.changes),
            state="" if todo else _("waits for the secretary"),
            todo=todo,
        )
        for row in rows
    ]


def copy_of_proposals(user: User) -> list[dict[str, Any]]:
    """What `user` proposed, for the copy of their data."""
    rows = Proposal.objects.filter(proposed_by=user).order_by("proposed_at", "pk")
    return [
        {
            "organisation": row.organisation.name_ru,
            "changes": row.changes,
            "why": row.why,
            "proposed_at": row.proposed_at,
            "state": row.state,
        }
        for row in rows.select_related("organisation")
    ]
