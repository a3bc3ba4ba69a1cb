"""What of intake waits on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.intake.models import Colleague, Entry, EntryState
from laureat.intake.permissions import see_entry, survey_edition
from laureat.intake.queries import lists, walking
from laureat.intake.queries.colleagues import invitations_to
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import EditionState, Stage, StageKind, StageState

FEW = 10
_NOT_THERE = (EntryState.DRAFT, EntryState.WITHDRAWN)
"""Who does not take part: the public pages do not count them either."""


def desk(user: User) -> Iterator[Section]:
    """Drafts and entries for applicants; checks to be done and intakes for secretaries."""
    unheard = False
    if grants(user, Role.SECRETARY, Role.ORGANISER, Role.AUDITOR):
        editions = _editions(user)
        unheard = any(edition.unheard for edition in editions)
        yield _contests(editions)
    if grants(user, Role.APPLICANT):
        yield _own(user)
    asked = invitations_to(user)
    if asked:
        yield _invitations(asked)
    if grants(user, Role.SECRETARY, Role.ORGANISER):
        section = _checks(user)
        if section.items:
            yield section
        if unheard:
            yield _unrepresented(user)


def _unheard() -> QuerySet[Entry]:
    """Entries under way whose applicant's only person is erased: letters about them reach nobody."""
    acts = Grant.objects.filter(
        role=Role.APPLICANT, edition="", organisation=OuterRef("organisation__uid")
    )
    return Entry.objects.filter(
        Exists(acts.filter(user__ledger_salt="")),
        ~Exists(acts.filter(ended_at__isnull=True, user__is_active=True)),
        state__in=[EntryState.DRAFT, EntryState.SUBMITTED],
        edition__state=EditionState.RUNNING,
    )


def _editions(user: User) -> list[Any]:
    """The editions that a person runs or audits, those under way first (two queries)."""
    found = (
        survey_edition.of(user)
        .exclude(state=EditionState.ARCHIVED)
        .select_related("award")
        .prefetch_related(
            Prefetch("stages", Stage.objects.filter(state=StageState.OPEN), to_attr="open_stages")
        )
        .annotate(
            n=Count("entries", filter=~Q(entries__state__in=_NOT_THERE)),
            unheard=Exists(_unheard().filter(edition=OuterRef("pk"))),
        )
        .order_by("-year", "award__key")
    )
    return sorted(found, key=lambda edition: edition.state != EditionState.RUNNING)


def _contests(rows: list[Any]) -> Section:
    return Section(
        _("Contests"),
        [
            Item(
                title=localised(edition, "title"),
                url=reverse("intake:edition", args=[edition.uid]),
                detail=_open_now(edition.open_stages)
                or ngettext("%(n)s entry", "%(n)s entries", edition.n) % {"n": edition.n},
                state=edition.get_state_display(),
                tone="ok" if edition.state == EditionState.RUNNING else "",
                due=min((s.closes_at for s in edition.open_stages if s.closes_at), default=None),
            )
            for edition in rows[:FEW]
        ],
        empty=_("No contest yet: the organiser loads its rules."),
    )


def _open_now(stages: list[Stage]) -> str:
    """The stages in which people work now, each title once."""
    return ", ".join(dict.fromkeys(localised(stage, "title") for stage in stages))


def _own(user: User) -> Section:
    entries = lists.mine(user)[:FEW]
    passages = lists.passages_of_many(entries)
    closing = _closing([entry for entry in entries if entry.state == EntryState.DRAFT])
    items = []
    for entry in entries:
        title = localised(entry.organisation, "name")
        if entry.good:
            title = f"{title}: {localised(entry.good, 'name')}"
        if entry.number:
            title = f"{entry.number} · {title}"
        draft = entry.state == EntryState.DRAFT
        known = walking.known(entry, passages[entry.pk], everything=False)
        stage = closing.get(entry.pk)
        due = stage.closes_at if stage and stage.is_open else None
        items.append(
            Item(
                title=title,
                url=reverse("intake:review" if draft else "intake:entry", args=[entry.uid]),
                detail=localised(entry.edition, "title"),
                state=known.label,
                tone="warn" if draft and due else known.tone if known.tone == "ok" else "",
                due=due,
                urgent=bool(due and due - now() < timedelta(days=3)),
                todo=due is not None,
            )
        )
    return Section(
        _("Our entries"),
        items,
        more=reverse("intake:mine"),
        empty=_("No entries yet: choose an award and read its conditions."),
    )


def _invitations(asked: list[Colleague]) -> Section:
    return Section(
        _("Colleagues ask for your help"),
        [
            Item(
                title=localised(each.organisation, "name"),
                url=reverse("intake:invitation", args=[each.uid]),
                detail=localised(each.edition, "title"),
                tone="warn",
                todo=True,
            )
            for each in asked
        ],
    )


def _closing(drafts: list[Entry]) -> dict[int, Stage]:
    """The intake of each draft (one query)."""
    if not drafts:
        return {}
    rows = Stage.objects.filter(
        edition__in={entry.edition_id for entry in drafts}, kind=StageKind.INTAKE
    ).order_by("-order")
    found = {(stage.edition_id, stage.region): stage for stage in rows}
    stages = {
        entry.pk: found.get((entry.edition_id, "")) or found.get((entry.edition_id, entry.region))
        for entry in drafts
    }
    return {pk: stage for pk, stage in stages.items() if stage is not None}


def _unrepresented(user: User) -> Section:
    rows = (
        see_entry.of(user)
        .filter(pk__in=_unheard())
        .select_related("organisation", "edition__award")
        .order_by("pk")[:FEW]
    )
    return Section(
        _("Applicants whom nobody represents"),
        [
            Item(
                title=f"{each.number or _('(draft)')} · {localised(each.organisation, 'name')}",
                url=reverse("registry:organisation", args=[each.organisation.uid]),
                detail=_("Ask the organisation who acts for it now, and invite that person."),
                tone="warn",
                todo=True,
            )
            for each in rows
        ],
    )


def _checks(user: User) -> Section:
    items = [
        Item(
            title=f"{localised(stage, 'title')}{f' · {stage.region}' if stage.region else ''}",
            url=reverse("intake:checks", args=[stage.uid]),
            detail=localised(stage.edition, "title"),
            state=ngettext("%(n)s entry to check", "%(n)s entries to check", waiting)
            % {"n": waiting}
            if waiting
            else _("all checked: close the stage"),
            due=stage.closes_at,
            urgent=bool(stage.closes_at and stage.closes_at < now()),
            todo=True,
        )
        for stage, waiting in lists.check_stages_waiting(user)
    ]
    return Section(_("Checks"), items)
