"""What waits for an assessor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.assessment.actions.marks import model_of
from laureat.assessment.models import (
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
    Sample,
    Scorebook,
    ScorebookKind,
    ScorebookState,
    SiteVisit,
)
from laureat.assessment.permissions import blind, confirm_visit, still_judged
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import days
from laureat.rulebook.models import EditionState, Stage, StageState


@dataclass
class Work:
    """One entry that somebody judges."""

    assignment: Assignment
    book: Scorebook | None = None
    consensus: Scorebook | None = None
    code: str = ""
    parts: int = 0
    over: bool = False
    """The stage goes on, but nobody judges this entry any more: it was withdrawn or decided about."""

    @property
    def waiting(self) -> bool:
        """Not answered yet."""
        return self.assignment.state == AssignmentState.PROPOSED

    @property
    def title(self) -> str:
        """The entry, or the sample's code where the tasting is blind."""
        entry = self.assignment.entry
        if blind(self.assignment.stage):
            if not self.code:
                return _("Sample without a code yet")
            return _("Sample %(code)s") % {"code": self.code}
        return f"{entry.number} · {localised(entry.organisation, 'name')}"

    @property
    def good(self) -> str:
        """The good's name, never at a blind tasting."""
        entry = self.assignment.entry
        return (
            "" if blind(self.assignment.stage) or not entry.good else localised(entry.good, "name")
        )

    @property
    def counts(self) -> bool:
        """Whether a signed sheet of this person stands: who signed cannot step back from it."""
        individual = self.assignment.stage.rules.scorebook.individual
        sheet = self.book if individual else self.consensus
        return (
            sheet is not None
            and sheet.state == ScorebookState.SIGNED
            and sheet.assessor_id == self.assignment.assessor_id
        )

    @property
    def signed(self) -> bool:
        """Nothing left to do for this person."""
        rules = self.assignment.stage.rules.scorebook
        own = not rules.individual or (
            self.book is not None and self.book.state == ScorebookState.SIGNED
        )
        agreed = not (rules.consensus and self.assignment.lead) or (
            self.consensus is not None and self.consensus.state == ScorebookState.SIGNED
        )
        return own and agreed


@dataclass
class StageWork:
    """What somebody does at a stage."""

    stage: Stage
    blind: bool
    items: list[Work] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """Nothing is to be done there any more."""
        return self.stage.state == StageState.CLOSED

    @property
    def waiting(self) -> list[Work]:
        """Entries to answer for."""
        return [each for each in self.items if each.waiting]

    @property
    def accepted(self) -> list[Work]:
        """What somebody has agreed to judge, unfinished ones first; samples by code."""
        rows = [each for each in self.items if not each.waiting]
        return sorted(
            rows, key=lambda each: (each.signed or each.over, each.code, each.assignment.pk)
        )

    @property
    def leavable(self) -> list[Work]:
        """Samples of a blind tasting that a taster can still step back from."""
        if not self.blind or self.closed:
            return []
        return [each for each in self.accepted if not each.counts and not each.over]

    @property
    def to_do(self) -> list[Work]:
        """Accepted entries with something left to do."""
        return [each for each in self.accepted if not each.signed and not each.over]


def work_of(user: User, *, open_only: bool = False) -> list[StageWork]:
    """Everything `user` judges, by stage: what is closed last, else the newest edition first.
    Four queries.
    """
    rows = (
        Assignment.objects.filter(assessor__user=user, assessor__active=True, state__in=LIVE)
        .select_related(
            "stage__edition__award",
            "stage__edition__version",
            "entry__organisation",
            "entry__good",
            "entry__category",
        )
        .order_by("-stage__edition__year", "stage__edition", "stage__order", "entry__serial", "pk")
    )
    if open_only:
        rows = rows.exclude(stage__state=StageState.CLOSED)
    assignments = [each for each in rows.annotate(judged=still_judged()) if not _unasked(each)]
    books = _books(assignments)
    tastings = {each.stage_id for each in assignments if blind(each.stage)}
    codes = {
        (stage, entry): code
        for stage, entry, code in Sample.objects.filter(
            stage__in=tastings, entry__in=[each.entry_id for each in assignments]
        ).values_list("stage_id", "entry_id", "code")
    }
    found: dict[int, StageWork] = {}
    for each in assignments:
        work = found.setdefault(each.stage_id, StageWork(each.stage, blind(each.stage)))
        key = (each.stage_id, each.entry_id)
        work.items.append(
            Work(
                each,
                books.get((*key, ScorebookKind.INDIVIDUAL, each.assessor_id)),
                books.get((*key, ScorebookKind.CONSENSUS, 0)),
                codes.get(key, ""),
                len(list(model_of(each.stage).parts())),
                _over(each),
            )
        )
    return sorted(found.values(), key=lambda work: work.closed)


def _over(each: Any) -> bool:
    return not each.judged and each.stage.state != StageState.CLOSED


def _unasked(each: Any) -> bool:
    """Nobody waits for the answer about an entry that is over."""
    return _over(each) and each.state == AssignmentState.PROPOSED


def _books(assignments: Iterable[Assignment]) -> dict[tuple[int, int, str, int], Scorebook]:
    rows = list(assignments)
    found = {}
    for book in Scorebook.objects.filter(
        stage__in={each.stage_id for each in rows}, entry__in={each.entry_id for each in rows}
    ):
        who = 0 if book.kind == ScorebookKind.CONSENSUS else book.assessor_id
        found[book.stage_id, book.entry_id, book.kind, who] = book
    return found


def desk_sections(user: User) -> list[Section]:
    """The assessor's and the applicant's lines of “my work”."""
    found = []
    judges = bool(grants(user, Role.ASSESSOR))
    for work in work_of(user, open_only=True) if judges else []:
        title = f"{localised(work.stage, 'title')} · {localised(work.stage.edition.award, 'short_title')} {work.stage.edition.year}"
        items = _answers(work) + [_item(each) for each in work.to_do][:8]
        if items:
            found.append(Section(title, items, more=reverse("assessment:mine")))
    visits = confirm_visit.of(user).filter(state=SiteVisit.State.PLANNED)
    planned = [
        Item(
            _("Confirm the site visit"),
            reverse("assessment:visit", args=[visit.stage.uid, visit.entry.uid]),
            detail=days(visit.starts_on, visit.ends_on, years=True),
            state=visit.get_state_display(),
            tone="warn",
            urgent=True,
        )
        for visit in visits.select_related("stage", "entry")
    ]
    if planned:
        found.append(Section(_("Site visits"), planned))
    return found + (_contests(user) if judges else [])


MOST_CONTESTS = 6


def _contests(user: User) -> list[Section]:
    """Where somebody is an assessor: the way to what they signed, also while nothing waits."""
    rows = Assessor.objects.filter(user=user, active=True).select_related("edition__award")
    mine = reverse("assessment:mine")
    items = [
        Item(
            localised(each.edition, "title"),
            mine,
            detail=_("You are an assessor. When an entry is yours to judge, a letter tells you.")
            if each.edition.state == EditionState.RUNNING
            else "",
            state=each.edition.get_state_display(),
        )
        for each in rows.order_by("-edition__year", "-pk")[:MOST_CONTESTS]
    ]
    return [Section(_("My assessments"), items, more=mine)] if items else []


def _answers(work: StageWork) -> list[Item]:
    if not work.waiting:
        return []
    if work.blind:
        return [
            Item(
                _("Say whether you can taste (samples: %(count)s)") % {"count": len(work.waiting)},
                reverse("assessment:tasting_answer", args=[work.stage.uid]),
                state=_("answer"),
                tone="warn",
                due=work.stage.closes_at,
                urgent=True,
            )
        ]
    return [
        Item(
            each.title,
            reverse("assessment:assignment", args=[each.assignment.uid]),
            detail=_("Do you have a conflict of interest?"),
            state=_("answer"),
            tone="warn",
            due=work.stage.closes_at,
            urgent=True,
        )
        for each in work.waiting[:8]
    ]


def _item(work: Work) -> Item:
    assignment, book = work.assignment, work.book
    own = work.assignment.stage.rules.scorebook.individual
    if own and (book is None or book.state == ScorebookState.DRAFT):
        url = (
            reverse("assessment:scorebook", args=[book.uid])
            if book
            else reverse("assessment:assignment", args=[assignment.uid])
        )
        state = (
            _("%(filled)s of %(parts)s") % {"filled": book.filled, "parts": work.parts}
            if book
            else _("scorebook not begun")
        )
    else:
        url = reverse("assessment:team", args=[assignment.stage.uid, assignment.entry.uid])
        state = _("team's scorebook")
    if work.code and book is None:
        url = reverse("assessment:mine")
    due = assignment.stage.closes_at
    return Item(work.title, url, detail=work.good, state=state, due=due, todo=True)
