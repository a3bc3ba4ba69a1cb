"""The team of an entry at a stage, and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.assessment.actions.marks import model_of
from laureat.assessment.actions.spreads import spread_of, too_far
from laureat.assessment.models import (
    LIVE,
    Assignment,
    AssignmentState,
    Mark,
    Sample,
    Scorebook,
    ScorebookKind,
    ScorebookState,
    SiteVisit,
)
from laureat.assessment.permissions import blind
from laureat.assessment.queries.voices import Given
from laureat.assessment.queries.words import part_label, shown_value
from laureat.intake.models import Attachment, Entry, Passage
from laureat.intake.queries.filling import answered
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.ui.charts import Dot, spread
from laureat.platform.ui.text import language


def passage_of(stage: str, entry: str) -> Passage:
    """An entry in a stage with what their pages need; 404 if there is none. One query."""
    row = (
        Passage.objects.select_related(
            "stage__edition__award",
            "stage__edition__version",
            "entry__organisation__region",
            "entry__good",
            "entry__category",
        )
        .filter(stage__uid=stage, entry__uid=entry)
        .order_by()
        .first()
    )
    if row is None:
        raise Http404
    return row


def assignment_of(uid: str) -> Assignment:
    """An assignment with what its page needs; 404 if there is none. One query."""
    row = (
        Assignment.objects.select_related(
            "stage__edition__award",
            "stage__edition__version",
            "entry__organisation__region",
            "entry__category",
            "assessor__user",
            "conflict",
        )
        .filter(uid=uid)
        .order_by()
        .first()
    )
    if row is None:
        raise Http404
    return row


def visit_of(passage: Passage) -> SiteVisit | None:
    """The visit to the entry at the stage, if one is planned."""
    visit = SiteVisit.objects.filter(stage=passage.stage, entry=passage.entry).first()
    if visit:
        visit.stage, visit.entry = passage.stage, passage.entry
    return visit


@dataclass
class Member:
    """A member of the team and their scorebook."""

    assignment: Assignment
    book: Scorebook | None
    readable: bool
    you: bool

    @property
    def serial(self) -> int:
        """«Эксперт 2»."""
        return self.assignment.assessor.serial

    @property
    def accepted(self) -> bool:
        """Said that there is no conflict of interest."""
        return self.assignment.state == AssignmentState.ACCEPTED

    @property
    def signed(self) -> bool:
        """Whether the own scorebook is signed."""
        return self.book is not None and self.book.state == ScorebookState.SIGNED


@dataclass
class Line:
    """A part over all members."""

    label: str
    criterion: str
    cells: list[Given]
    agreed: str
    spread: Decimal | None
    talk: str
    """Where the members lie too far apart. discuss: they have still to talk about it; discussed: the
    lead has saved it since; undiscussed: the team's scorebook was signed without. Else empty.
    """
    url: str
    """Where the lead agrees on it now."""

    @property
    def flagged(self) -> bool:
        """Whether the reader should look at it."""
        return self.talk in ("discuss", "undiscussed")


@dataclass
class TeamPage:
    """Everything the team's page shows to one reader."""

    passage: Passage
    members: list[Member]
    consensus: Scorebook | None
    visit: SiteVisit | None
    code: str
    manages: bool
    oversees: bool
    leads: bool
    agreed: bool
    """Whether the reader may see the team's scorebook."""
    gone: list[Member] = field(default_factory=list)
    """Who was asked and has left, for those who run the stage."""
    lines: list[Line] = field(default_factory=list)
    chart: Any = None

    @property
    def blind(self) -> bool:
        """Whether members must not know the entry."""
        return blind(self.passage.stage)

    @property
    def title(self) -> str:
        """The entry, or the sample's code for members of a blind tasting."""
        if self.blind and not self.oversees:
            return _("Sample %(code)s") % {"code": self.code}
        entry = self.passage.entry
        name = f"{entry.number} · {localised(entry.organisation, 'name')}"
        return f"{name} · {self.code}" if self.code else name

    @property
    def free(self) -> int:
        """Places of the team that nobody has been asked for."""
        return max(0, int(self.passage.stage.rules.team.size[0]) - len(self.members))

    @property
    def shown(self) -> list[Member]:
        """Members whose marks this reader may see."""
        return [each for each in self.members if each.readable and each.signed]

    @property
    def waiting(self) -> list[Member]:
        """Members who have not signed."""
        return [each for each in self.members if each.accepted and not each.signed]

    @property
    def discuss(self) -> int:
        """Parts to discuss."""
        return sum(line.talk == "discuss" for line in self.lines)

    @property
    def far(self) -> list[Line]:
        """Parts over which the members lie far apart, whatever became of it."""
        return [line for line in self.lines if line.talk]

    @property
    def near(self) -> list[Line]:
        """All others."""
        return [line for line in self.lines if not line.talk]

    @property
    def own(self) -> Member | None:
        """The reader as a member."""
        return next((each for each in self.members if each.you), None)


def team_page(
    passage: Passage, user: User, *, manages: bool, oversees: bool = False, codes: bool = False
) -> TeamPage:
    """The team's page for `user`; what they may not see yet is not read. Five queries.

    manages: runs the stage; oversees: sees what others found, which somebody who still marks there
    does not; codes: may see the code beside the entry.
    """
    stage, entry = passage.stage, passage.entry
    asked = list(
        Assignment.objects.filter(stage=stage, entry=entry)
        .select_related("assessor__user", "conflict")
        .order_by("-lead", "assessor__serial")
    )
    assignments = [each for each in asked if each.state in LIVE]
    books = {
        (book.kind, book.assessor_id): book
        for book in Scorebook.objects.filter(stage=stage, entry=entry)
    }
    for book in books.values():
        book.stage, book.entry = stage, entry
    consensus = next((b for (kind, _w), b in books.items() if kind == "consensus"), None)
    mine = next((each for each in assignments if each.assessor.user_id == user.pk), None)
    own = books.get((ScorebookKind.INDIVIDUAL, mine.assessor_id)) if mine else None
    sees = oversees or (own is not None and own.state == ScorebookState.SIGNED)
    members = [
        Member(
            each,
            books.get((ScorebookKind.INDIVIDUAL, each.assessor_id)),
            sees or each.assessor.user_id == user.pk,
            each.assessor.user_id == user.pk,
        )
        for each in assignments
    ]
    code = ""
    if codes or (blind(stage) and not oversees):
        row = Sample.objects.filter(stage=stage, entry=entry).first()
        code = row.code if row else "—"
    visit = None
    if stage.rules.on_site:
        visit = SiteVisit.objects.filter(stage=stage, entry=entry).first()
    accepted = mine is not None and mine.state == AssignmentState.ACCEPTED
    leads = mine is not None and mine.lead and accepted
    agreed = sees or (accepted and not stage.rules.scorebook.individual)
    page = TeamPage(passage, members, consensus, visit, code, manages, oversees, leads, agreed)
    if manages:
        page.gone = [Member(each, None, False, False) for each in asked if each.state not in LIVE]
    _compare(page)
    return page


def _compare(page: TeamPage) -> None:
    """Marks side by side, those to discuss first."""
    stage = page.passage.stage
    shown = page.shown
    ids = [member.book.pk for member in shown if member.book]
    consensus = page.consensus if page.agreed else None
    if consensus:
        ids.append(consensus.pk)
    by_book: dict[int, dict[str, Mark]] = {}
    if ids:
        for mark in Mark.objects.filter(scorebook__in=ids).only(
            "scorebook_id", "part", "value", "points", "settled"
        ):
            by_book.setdefault(mark.scorebook_id, {})[mark.part] = mark
    if not by_book:
        return
    limit = stage.rules.scorebook.discuss_when_spread_over
    writes = page.leads and consensus is not None and consensus.state == ScorebookState.DRAFT
    shown = [member for member in shown if member.book]
    scales = stage.edition.rules.scales
    for criterion in model_of(stage).criteria:
        for part in criterion.parts:
            scale = scales[part.scale]
            marks = [by_book.get(m.book.pk, {}).get(part.key) for m in shown if m.book]
            values = [mark.value for mark in marks if mark and mark.value is not None]
            apart = spread_of(scale, values)
            agreed = by_book.get(consensus.pk, {}).get(part.key) if consensus else None
            far = too_far(apart, limit)
            edges = {min(values), max(values)} if far else set()
            page.lines.append(
                Line(
                    part_label(part),
                    localised(criterion.title),
                    [
                        Given(
                            member.serial,
                            shown_value(scale, mark.value if mark else None),
                            mark is not None and mark.value in edges,
                        )
                        for member, mark in zip(shown, marks, strict=True)
                    ],
                    shown_value(scale, agreed.value) if agreed else "—",
                    apart,
                    _talk(consensus, agreed) if far else "",
                    reverse("assessment:part", args=[consensus.uid, part.key])
                    if writes and consensus
                    else "",
                )
            )
    page.lines.sort(key=lambda line: (not line.flagged, not line.talk))
    dots = [
        Dot(_("Assessor %(number)s") % {"number": member.serial}, member.book.points)
        for member in shown
        if member.book and member.book.points is not None
    ]
    if len(dots) > 1:
        mean = sum((Decimal(dot.value) for dot in dots), Decimal(0)) / len(dots)
        agreed_points = consensus.points if consensus else None
        page.chart = spread(
            dots,
            title=_("Total points of the assessors"),
            columns=(_("Assessor"), _("Points")),
            mean=(_("mean"), round(mean, 2)),
            consensus=(_("consensus"), agreed_points) if agreed_points is not None else None,
            maximum=model_of(stage).points,
            lang=language(),
        )


def _talk(consensus: Scorebook | None, agreed: Mark | None) -> str:
    """What became of a part over which the members lie far apart."""
    if agreed is not None and agreed.settled:
        return "discussed"
    signed = consensus is not None and consensus.state == ScorebookState.SIGNED
    return "undiscussed" if signed else "discuss"


@dataclass
class Material:
    """What an assessor reads of an entry."""

    entry: Entry
    sections: list[tuple[str, list[Any]]]
    files: list[Attachment]


def material_of(entry: Entry) -> Material:
    """Answers and current files of an entry. One query."""
    files = list(
        Attachment.objects.filter(entry=entry, replaced_at__isnull=True)
        .select_related("file")
        .order_by("attached_at", "pk")
    )
    return Material(entry, answered(entry, files), files)


def attachment_of(entry: Entry, uid: str) -> Attachment:
    """A file of the entry; 404 if there is none."""
    row = Attachment.objects.filter(entry=entry, uid=uid).select_related("file").first()
    if row is None:
        raise Http404
    return row
