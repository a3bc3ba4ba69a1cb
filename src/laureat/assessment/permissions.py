"""Who judges, sees and runs what. Applicants see nothing of scores before publication."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.assessment.models import (
    Assessor,
    Assignment,
    AssignmentState,
    Scorebook,
    ScorebookKind,
    ScorebookState,
    SiteVisit,
)
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, grants, holds, no, within
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition, Stage, StageKind, StageState
from laureat.rulebook.permissions import run_stage

_STAGE = {"award": "award__key", "edition": "key"}


# ---------------------------------------------------------------------------- the secretary


def _may_manage_stage(user: User, stage: Stage) -> Answer:
    if stage.kind != StageKind.ASSESSMENT:
        return no(_("This is not an assessment stage."))
    return run_stage(user, stage)


def _managed_stages(user: User) -> QuerySet[Stage]:
    return run_stage.of(user).filter(kind=StageKind.ASSESSMENT)


def _may_manage_assessors(user: User, edition: Edition) -> Answer:
    scope = {"award": edition.award.key, "edition": edition.key}
    if holds(user, Role.ORGANISER, Role.SECRETARY, **scope):
        return YES
    return no(_("Only the secretary of this edition keeps its list of assessors."))


def _staffed(user: User) -> QuerySet[Edition]:
    return Edition.objects.filter(within(user, Role.ORGANISER, Role.SECRETARY, **_STAGE))


def _may_keep(user: User, assessor: Assessor) -> Answer:
    edition = assessor.edition
    scope = {"award": edition.award.key, "edition": edition.key, "region": assessor.region}
    if holds(user, Role.ORGANISER, Role.SECRETARY, **scope):
        return YES
    return no(_("A regional secretary keeps the assessors of that region only."))


def _kept(user: User) -> QuerySet[Assessor]:
    scope = {"award": "edition__award__key", "edition": "edition__key", "region": "region"}
    return Assessor.objects.filter(within(user, Role.ORGANISER, Role.SECRETARY, **scope))


def _audits(user: User, stage: Stage) -> bool:
    scope = {"award": stage.edition.award.key, "edition": stage.edition.key}
    return holds(user, Role.AUDITOR, **scope, region=stage.region)


def _audited(user: User, prefix: str = "stage__") -> Q:
    return within(
        user,
        Role.AUDITOR,
        award=f"{prefix}edition__award__key",
        edition=f"{prefix}edition__key",
        region=f"{prefix}region",
    )


def _may_see_results(user: User, stage: Stage) -> Answer:
    if stage.kind == StageKind.ASSESSMENT and (run_stage(user, stage) or _audits(user, stage)):
        return YES
    return no(_("Only the secretary and the auditor see the results of this stage."))


def _seen_results(user: User) -> QuerySet[Stage]:
    rows = Stage.objects.filter(kind=StageKind.ASSESSMENT)
    return rows.filter(Q(pk__in=run_stage.of(user).values("pk")) | _some(_audited(user, "")))


def _some(rows: Q) -> Q:
    """An empty filter allows everything; joined by | it would allow nothing."""
    return rows or Q(pk__isnull=False)


# ---------------------------------------------------------------------------- the assessor


def _may_answer(user: User, assignment: Assignment) -> Answer:
    if assignment.assessor.user_id == user.pk:
        return YES
    return no(_("Only the assessor who was asked answers."))


def _asked(user: User) -> QuerySet[Assignment]:
    return Assignment.objects.filter(assessor__user=user)


def blind(stage: Stage) -> bool:
    """Whether assessors of the stage must not know whose entry they judge."""
    return stage.kind == StageKind.ASSESSMENT and bool(stage.rules.blind.applicant_to_assessors)


def sealed(stage: Stage) -> bool:
    """Whether the stage is blind and its key has not been opened yet."""
    return blind(stage) and stage.state != StageState.CLOSED


def blind_stages() -> list[Stage]:
    """All stages where assessors see codes only."""
    rows = Stage.objects.filter(kind=StageKind.ASSESSMENT).select_related(
        "edition__award", "edition__version"
    )
    return [stage for stage in rows if blind(stage)]


def open_stages() -> list[int]:
    """All assessment stages in which people may work now."""
    rows = Stage.objects.filter(kind=StageKind.ASSESSMENT, state=StageState.OPEN)
    return [stage.pk for stage in rows if stage.is_open]


def _accepted(user: User) -> QuerySet[Assignment]:
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
    accepted = _accepted(user).filter(entry=OuterRef("pk"))
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
    return Passage.objects.filter(
        entry_id=entry_id, stage_id=stage_id, state=PassageState.ACTIVE
    ).exists()


def _walking() -> QuerySet[Passage]:
    """The same for rows that have an entry and a stage."""
    here = {"entry": OuterRef("entry"), "stage": OuterRef("stage")}
    return Passage.objects.filter(**here, state=PassageState.ACTIVE)


_NOT_IN_TEAM = _("You are not in the team of this entry.")


def _may_write(user: User, book: Scorebook) -> Answer:
    team = team_of(book.entry_id, book.stage_id).filter(assessor__user=user)
    mine = team.annotate(walks=Exists(_walking())).values_list("lead", "walks").first()
    if book.kind == ScorebookKind.CONSENSUS:
        if mine is None or not mine[0]:
            return no(_("Only the lead assessor writes the team's scorebook."))
    elif book.assessor.user_id != user.pk:
        return no(_("Only its assessor writes this scorebook."))
    if mine is None:
        return no(_NOT_IN_TEAM)
    if book.state == ScorebookState.SIGNED:
        return no(_("The scorebook is signed. Ask the lead or the secretary to open it again."))
    if not book.stage.is_open:
        return no(_("This stage is not open: nothing can be written now."))
    if not mine[1]:
        return no(_("This entry is not in the stage now."))
    return YES


def _written(user: User) -> QuerySet[Scorebook]:
    member = _accepted(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage"))
    individual = Q(kind=ScorebookKind.INDIVIDUAL, assessor__user=user) & Exists(member)
    consensus = Q(kind=ScorebookKind.CONSENSUS) & Exists(member.filter(lead=True))
    return Scorebook.objects.filter(
        individual | consensus,
        Exists(_walking()),
        state=ScorebookState.DRAFT,
        stage__in=open_stages(),
    )


def _may_read(user: User, book: Scorebook) -> Answer:
    if run_stage(user, book.stage) or _audits(user, book.stage):
        return YES
    team = list(team_of(book.entry_id, book.stage_id).select_related("assessor"))
    if not any(each.assessor.user_id == user.pk for each in team):
        return no(_("Only the team of this entry and the secretary read its scorebooks."))
    if book.assessor.user_id == user.pk or book.kind == ScorebookKind.CONSENSUS:
        return YES
    if book.state != ScorebookState.SIGNED:
        return no(_("A colleague's scorebook can be read when it is signed."))
    own = Scorebook.objects.filter(
        entry_id=book.entry_id,
        stage_id=book.stage_id,
        assessor__user=user,
        kind=ScorebookKind.INDIVIDUAL,
        state=ScorebookState.SIGNED,
    )
    if own.exists():
        return YES
    return no(_("Colleagues' scorebooks can be read when you have signed your own."))


def _read(user: User) -> QuerySet[Scorebook]:
    here = {"entry": OuterRef("entry"), "stage": OuterRef("stage")}
    member = Exists(_accepted(user).filter(**here))
    signed = Exists(
        Scorebook.objects.filter(
            **here,
            assessor__user=user,
            kind=ScorebookKind.INDIVIDUAL,
            state=ScorebookState.SIGNED,
        )
    )
    own = Q(assessor__user=user) | Q(kind=ScorebookKind.CONSENSUS)
    colleagues = Q(state=ScorebookState.SIGNED) & signed
    return Scorebook.objects.filter(
        Q(stage__in=run_stage.of(user).values("pk"))
        | _some(_audited(user))
        | (member & (own | colleagues))
    )


def _may_lead(user: User, passage: Passage) -> Answer:
    if run_stage(user, passage.stage):
        return YES
    if team_of(passage.entry_id, passage.stage_id).filter(assessor__user=user, lead=True).exists():
        return YES
    return no(_("Only the lead assessor of this entry and the secretary may do this."))


def _led(user: User) -> QuerySet[Passage]:
    lead = _accepted(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage"), lead=True)
    return Passage.objects.filter(Q(stage__in=run_stage.of(user).values("pk")) | Q(Exists(lead)))


def _may_join(user: User, passage: Passage) -> Answer:
    if run_stage(user, passage.stage) or _audits(user, passage.stage):
        return YES
    if sealed(passage.stage):
        return no(_("This is a blind tasting: samples are known by their codes only."))
    if team_of(passage.entry_id, passage.stage_id).filter(assessor__user=user).exists():
        return YES
    return no(_NOT_IN_TEAM)


def _joined(user: User) -> QuerySet[Passage]:
    member = _accepted(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage"))
    member = member.exclude(stage__in=[stage.pk for stage in blind_stages() if sealed(stage)])
    return Passage.objects.filter(
        Q(stage__in=run_stage.of(user).values("pk")) | _some(_audited(user)) | Q(Exists(member))
    )


# ---------------------------------------------------------------------------- visits, people


def _may_confirm(user: User, visit: SiteVisit) -> Answer:
    if holds_for(user, visit.entry.organisation.uid):
        return YES
    return no(_("Only people who act for the organisation confirm the visit."))


def holds_for(user: User, organisation: str) -> bool:
    """Whether `user` acts for the organisation with this uid."""
    return any(each.organisation == organisation for each in grants(user, Role.APPLICANT))


def _confirmed(user: User) -> QuerySet[SiteVisit]:
    uids = [each.organisation for each in grants(user, Role.APPLICANT) if each.organisation]
    return SiteVisit.objects.filter(entry__organisation__uid__in=uids)


def _may_see_visit(user: User, visit: SiteVisit) -> Answer:
    if holds_for(user, visit.entry.organisation.uid) or run_stage(user, visit.stage):
        return YES
    if team_of(visit.entry_id, visit.stage_id).filter(assessor__user=user).exists():
        return YES
    return no(_("Only the organisation, the team and the secretary see the visit."))


def _seen_visits(user: User) -> QuerySet[SiteVisit]:
    member = _accepted(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage"))
    return SiteVisit.objects.filter(
        Q(pk__in=_confirmed(user).values("pk"))
        | Q(stage__in=run_stage.of(user).values("pk"))
        | Q(Exists(member))
    )


def _may_speak_for(user: User, assessor: Assessor) -> Answer:
    if assessor.user_id == user.pk or keep_assessor(user, assessor):
        return YES
    return no(_("Only the assessor and the secretary declare a conflict of interest."))


def _spoken_for(user: User) -> QuerySet[Assessor]:
    return Assessor.objects.filter(Q(user=user) | Q(pk__in=keep_assessor.of(user).values("pk")))


manage_stage = Permission("manage_stage", may=_may_manage_stage, among=_managed_stages)
"""Teams, samples, results, closing: the secretary of the stage."""
manage_assessors = Permission("manage_assessors", may=_may_manage_assessors, among=_staffed)
"""The list of assessors of an edition and their conflicts (rows are limited by `keep_assessor`)."""
keep_assessor = Permission("keep_assessor", may=_may_keep, among=_kept)
"""Read and change an assessor, and their conflicts: of one's own region."""
see_results = Permission("see_results", may=_may_see_results, among=_seen_results)
"""Results of a stage before publication."""
answer_assignment = Permission("answer_assignment", may=_may_answer, among=_asked)
"""Accept, decline, or name a conflict."""
see_material = Permission("see_material", may=_may_see_material, among=_with_material)
"""Read the answers and files of an entry as an assessor."""
write_scorebook = Permission("write_scorebook", may=_may_write, among=_written)
"""Give marks and comments now."""
read_scorebook = Permission("read_scorebook", may=_may_read, among=_read)
"""Read a scorebook; colleagues' are hidden until one's own is signed."""
lead_team = Permission("lead_team", may=_may_lead, among=_led)
"""Start the consensus, plan the visit."""
see_team = Permission("see_team", may=_may_join, among=_joined)
"""The team's page of an entry at a stage."""
confirm_visit = Permission("confirm_visit", may=_may_confirm, among=_confirmed)
"""The applicant agrees to the dates."""
see_visit = Permission("see_visit", may=_may_see_visit, among=_seen_visits)
"""Dates, address and agenda of a visit."""
declare_for = Permission("declare_conflict", may=_may_speak_for, among=_spoken_for)
"""Name a conflict of interest of an assessor."""
