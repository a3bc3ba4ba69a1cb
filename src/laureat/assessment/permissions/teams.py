"""What the assessors of an entry see and write. Before accepting, no material is shown."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.assessment.models import (
    Assignment,
    AssignmentState,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.assessment.permissions.staff import judging, see_progress, see_results
from laureat.assessment.permissions.tastings import blind, blind_stages, sealed
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.access.permissions import YES, Answer, Permission, no
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Stage, StageKind, StageState
from laureat.rulebook.permissions import run_stage


def _may_answer(user: User, assignment: Assignment) -> Answer:
    if assignment.assessor.user_id == user.pk:
        return YES
    return no(_("Only the assessor who was asked answers."))


def _asked(user: User) -> QuerySet[Assignment]:
    return Assignment.objects.filter(assessor__user=user)


def asked_at(user: User) -> QuerySet[Assignment]:
    """What `user` was ever asked to judge at stages that are not closed, whatever became of it."""
    return Assignment.objects.filter(assessor__user=user).exclude(stage__state=StageState.CLOSED)


def open_stages() -> list[int]:
    """All assessment stages in which people may work now."""
    rows = Stage.objects.filter(kind=StageKind.ASSESSMENT, state=StageState.OPEN)
    return [stage.pk for stage in rows if stage.is_open]


def judged_by(user: User) -> QuerySet[Assignment]:
    """What `user` judges: said to have no conflict of interest."""
    return Assignment.objects.filter(
        assessor__user=user, assessor__active=True, state=AssignmentState.ACCEPTED
    )


def _may_see_material(user: User, entry: Entry) -> Answer:
    mine = list(
        Assignment.objects.filter(entry=entry, assessor__user=user).select_related(
            "assessor", "stage__edition__version", "stage__edition__award"
        )
    )
    if not mine:
        return no(_("You are not in the team of this entry."))
    if any(each.state == AssignmentState.CONFLICTED for each in mine):
        return no(_("You have a conflict of interest with this organisation."))
    if any(sealed(each.stage) for each in mine):
        return no(_("This is a blind tasting: samples are known by their codes only."))
    accepted = [
        each
        for each in mine
        if each.state == AssignmentState.ACCEPTED and each.assessor.active and not blind(each.stage)
    ]
    if accepted:
        return YES
    return no(_("First confirm that you have no conflict of interest."))


def _with_material(user: User) -> QuerySet[Entry]:
    mine = Assignment.objects.filter(assessor__user=user, entry=OuterRef("pk"))
    blinded = blind_stages()
    closed = [stage.pk for stage in blinded if sealed(stage)]
    barred = mine.filter(Q(state=AssignmentState.CONFLICTED) | Q(stage__in=closed))
    accepted = judged_by(user).filter(entry=OuterRef("pk"))
    accepted = accepted.exclude(stage__in=[stage.pk for stage in blinded])
    return Entry.objects.filter(Exists(accepted), ~Exists(barred))


def team_of(entry_id: int, stage_id: int) -> QuerySet[Assignment]:
    """The assessors who accepted to judge the entry at the stage, leads first."""
    return Assignment.objects.filter(
        entry_id=entry_id,
        stage_id=stage_id,
        state=AssignmentState.ACCEPTED,
        assessor__active=True,
    ).order_by("-lead", "assessor__serial")


def walks(entry_id: int, stage_id: int) -> bool:
    """Whether the entry is in the stage now: neither decided about nor withdrawn."""
    here = Passage.everything.filter(entry_id=entry_id, stage_id=stage_id)
    return here.filter(state=PassageState.ACTIVE).exists()


def _walking() -> QuerySet[Passage]:
    """The same for rows that have an entry and a stage."""
    here = {"entry": OuterRef("entry"), "stage": OuterRef("stage")}
    return Passage.everything.filter(**here, state=PassageState.ACTIVE)


def _own_signed(**where: Any) -> Q:
    """Rows about an entry in a stage (assignments, scorebooks) where the own scorebook is signed."""
    return Q(
        Exists(
            Scorebook.objects.filter(
                entry=OuterRef("entry"),
                stage=OuterRef("stage"),
                kind=ScorebookKind.INDIVIDUAL,
                state=ScorebookState.SIGNED,
                **where,
            )
        )
    )


_NOT_IN_TEAM = _("You are not in the team of this entry.")
_SIGN_FIRST = _("Colleagues' scorebooks can be read when you have signed your own.")


def _asked_for(user: User, book: Scorebook) -> QuerySet[Assignment]:
    """What makes `user` one of the team that judges the book's entry: one row or none."""
    return team_of(book.entry_id, book.stage_id).filter(assessor__user=user).order_by()


def _has_signed(user: User, book: Scorebook) -> bool:
    """Whether `user` has signed their own scorebook on the entry."""
    own = Scorebook.objects.filter(
        entry=book.entry_id,
        stage=book.stage_id,
        assessor__user=user,
        kind=ScorebookKind.INDIVIDUAL,
        state=ScorebookState.SIGNED,
    )
    return own.exists()


def _may_write(user: User, book: Scorebook) -> Answer:
    mine = _asked_for(user, book).annotate(walks=Exists(_walking()))
    leads, walking = mine.values_list("lead", "walks").first() or (None, False)
    if book.kind == ScorebookKind.CONSENSUS:
        if not leads:
            return no(_("Only the lead assessor writes the team's scorebook."))
        if book.stage.rules.scorebook.individual and not _has_signed(user, book):
            return no(_SIGN_FIRST)
    elif book.assessor.user_id != user.pk:
        return no(_("Only its assessor writes this scorebook."))
    if leads is None:
        return no(_NOT_IN_TEAM)
    if book.state == ScorebookState.SIGNED:
        return no(_("The scorebook is signed. Ask the lead or the secretary to open it again."))
    if not book.stage.is_open:
        return no(_("This stage is not open: nothing can be written now."))
    if not walking:
        return no(_("This entry is not in the stage now."))
    return YES


def _written(user: User) -> QuerySet[Scorebook]:
    member = judged_by(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage"))
    individual = Q(kind=ScorebookKind.INDIVIDUAL, assessor__user=user) & Exists(member)
    consensus = (
        Q(kind=ScorebookKind.CONSENSUS)
        & Exists(member.filter(lead=True))
        & (_own_signed(assessor__user=user) | Q(stage__in=_without_individual()))
    )
    return Scorebook.objects.filter(
        individual | consensus,
        Exists(_walking()),
        state=ScorebookState.DRAFT,
        stage__in=open_stages(),
    )


def _may_read(user: User, book: Scorebook) -> Answer:
    oversees = see_results(user, book.stage)
    if oversees:
        return YES
    if not _asked_for(user, book).exists():
        if see_progress(user, book.stage):
            return oversees
        return no(_("Only the team of this entry and the secretary read its scorebooks."))
    consensus = book.kind == ScorebookKind.CONSENSUS
    if not consensus and book.assessor.user_id == user.pk:
        return YES
    if consensus and not book.stage.rules.scorebook.individual:
        return YES
    if not consensus and book.state != ScorebookState.SIGNED:
        return no(_("A colleague's scorebook can be read when it is signed."))
    return YES if _has_signed(user, book) else no(_SIGN_FIRST)


def _without_individual() -> list[int]:
    """Stages where only the team's scorebook is written."""
    rows = Stage.objects.filter(kind=StageKind.ASSESSMENT)
    rows = rows.select_related("edition__award", "edition__version")
    return [stage.pk for stage in rows if not stage.rules.scorebook.individual]


def _read(user: User) -> QuerySet[Scorebook]:
    member = Exists(judged_by(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage")))
    signed = _own_signed(assessor__user=user)
    own = Q(kind=ScorebookKind.INDIVIDUAL, assessor__user=user)
    consensus = Q(kind=ScorebookKind.CONSENSUS) & (signed | Q(stage__in=_without_individual()))
    colleagues = Q(kind=ScorebookKind.INDIVIDUAL, state=ScorebookState.SIGNED) & signed
    return Scorebook.objects.filter(
        Q(stage__in=see_results.of(user).values("pk")) | (member & (own | consensus | colleagues))
    )


def _may_lead(user: User, passage: Passage) -> Answer:
    if run_stage(user, passage.stage):
        return YES
    if team_of(passage.entry_id, passage.stage_id).filter(assessor__user=user, lead=True).exists():
        return YES
    return no(_("Only the lead assessor of this entry and the secretary may do this."))


def _led(user: User) -> QuerySet[Passage]:
    lead = judged_by(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage"), lead=True)
    return Passage.objects.filter(Q(stage__in=run_stage.of(user).values("pk")) | Q(Exists(lead)))


def _may_join(user: User, passage: Passage) -> Answer:
    stage = passage.stage
    if see_results(user, stage) if sealed(stage) else see_progress(user, stage):
        return YES
    if sealed(stage):
        return no(_("This is a blind tasting: samples are known by their codes only."))
    if team_of(passage.entry_id, passage.stage_id).filter(assessor__user=user).exists():
        return YES
    return no(_NOT_IN_TEAM)


def _joined(user: User) -> QuerySet[Passage]:
    closed = [stage.pk for stage in blind_stages() if sealed(stage)]
    member = judged_by(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage"))
    member = member.exclude(stage__in=closed)
    seen = see_progress.of(user).exclude(pk__in=set(closed) & set(judging(user)))
    return Passage.objects.filter(Q(stage__in=seen.values("pk")) | Q(Exists(member)))


answer_assignment = Permission("answer_assignment", may=_may_answer, among=_asked)
"""Accept, decline, or name a conflict."""
see_material = Permission("see_material", may=_may_see_material, among=_with_material)
"""Read the answers and files of an entry as an assessor."""
write_scorebook = Permission("write_scorebook", may=_may_write, among=_written)
"""Give marks and comments now."""
read_scorebook = Permission("read_scorebook", may=_may_read, among=_read)
"""Read a scorebook; colleagues' and the team's are hidden until one's own is signed, from the lead
too: it was begun from colleagues' marks."""
lead_team = Permission("lead_team", may=_may_lead, among=_led)
"""Start the consensus, plan the visit."""
see_team = Permission("see_team", may=_may_join, among=_joined)
"""The team's page of an entry at a stage."""
