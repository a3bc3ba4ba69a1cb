"""Who sees, edits, checks and moves entries."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.intake.models import Colleague, Entry, EntryState
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import (
    YES,
    Answer,
    Permission,
    grants,
    holds,
    no,
    within,
)
from laureat.platform.accounts.models import User
from laureat.registry.models import Organisation
from laureat.registry.permissions import represented
from laureat.rulebook.models import Edition, Stage

_ENTRY = {"award": "edition__award__key", "edition": "edition__key", "region": "region"}
_STAFF = (Role.ORGANISER, Role.SECRETARY)
_MOVERS = (Role.ORGANISER, Role.SECRETARY, Role.CHAIR)


def _any(*filters: Q) -> Q:
    """Rows that one of `filters` allows; an empty filter allows all rows."""
    found = Q(pk__in=[])
    for each in filters:
        if not each:
            return Q()
        found |= each
    return found


def _scope(entry: Entry) -> dict[str, str]:
    edition = entry.edition
    return {"award": edition.award.key, "edition": edition.key, "region": entry.region}


def is_applicant(user: User, entry: Entry) -> bool:
    """Whether `user` acts for the organisation of `entry`."""
    return entry.organisation.uid in represented(user)


def works_on(user: User, entry: Entry) -> bool:
    """Whether `user` acts for the organisation, or was asked by it to help in this edition."""
    uid, edition = entry.organisation.uid, entry.edition
    return any(
        grant.organisation == uid
        and (not grant.edition or (grant.award, grant.edition) == (edition.award.key, edition.key))
        for grant in grants(user, Role.APPLICANT)
    )


def is_staff(user: User, entry: Entry) -> bool:
    """Whether `user` is secretary or organiser over `entry`."""
    return holds(user, *_STAFF, **_scope(entry))


def _own(user: User) -> Q:
    uids = represented(user)
    return Q(organisation__uid__in=uids) if uids else Q(pk__in=[])


def _helped(user: User) -> Q:
    """The entries that somebody asked `user` to help with: of one organisation in one edition."""
    found = Q(pk__in=[])
    for grant in grants(user, Role.APPLICANT):
        if grant.organisation and grant.edition:
            found |= Q(
                organisation__uid=grant.organisation,
                edition__award__key=grant.award,
                edition__key=grant.edition,
            )
    return found


def mine(user: User) -> Q:
    """Entries that `user` works on as an applicant."""
    return _own(user) | _helped(user)


def _may_see(user: User, entry: Entry) -> Answer:
    if works_on(user, entry) or holds(user, *_STAFF, Role.AUDITOR, **_scope(entry)):
        return YES
    return no(_("Only the applicant and the secretary see this entry."))


def _seen(user: User) -> QuerySet[Entry]:
    staff = within(user, *_STAFF, Role.AUDITOR, **_ENTRY)
    return Entry.objects.filter(_any(mine(user), staff))


def _may_read(user: User, entry: Entry) -> Answer:
    if works_on(user, entry):
        return YES
    if not is_staff(user, entry):
        return no(
            _("Only the applicant and the secretary read the answers and files of this entry.")
        )
    if entry.submitted_at is None:
        return no(_("The applicant has not handed this entry in: until then only they read it."))
    return YES


def _read(user: User) -> QuerySet[Entry]:
    staff = within(user, *_STAFF, **_ENTRY) & Q(submitted_at__isnull=False)
    return Entry.objects.filter(mine(user) | staff)


def _chosen(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(_any(mine(user), within(user, *_STAFF, **_ENTRY)))


def _may_edit(user: User, entry: Entry) -> Answer:
    if works_on(user, entry):
        return YES
    return no(_("Only people who act for the organisation change its entry."))


def _edited(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(mine(user))


def _may_submit(user: User, entry: Entry) -> Answer:
    if is_applicant(user, entry):
        return YES
    if not works_on(user, entry):
        return no(_("Only people who act for the organisation change its entry."))
    if _submitters(user).filter(edition=entry.edition_id, organisation=entry.organisation_id):
        return YES
    return no(_("You may fill in this entry; somebody who acts for the organisation hands it in."))


def _submitters(user: User) -> QuerySet[Colleague]:
    return Colleague.objects.filter(user=user, may_submit=True, ended_at__isnull=True)


def _submitted(user: User) -> QuerySet[Entry]:
    asked = _submitters(user).filter(
        edition=OuterRef("edition"), organisation=OuterRef("organisation")
    )
    return Entry.objects.filter(_own(user) | (_helped(user) & Q(Exists(asked))))


def _may_choose(user: User, entry: Entry) -> Answer:
    if works_on(user, entry) or is_staff(user, entry):
        return YES
    return no(_("Only the applicant and the secretary choose the category of this entry."))


def _may_ask(user: User, entry: Entry) -> Answer:
    if is_applicant(user, entry):
        return YES
    return no(_("Only people who act for the organisation ask colleagues to help."))


def _asked(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(_own(user))


def _may_withdraw(user: User, entry: Entry) -> Answer:
    if is_applicant(user, entry) or is_staff(user, entry):
        return YES
    return no(_("Only the applicant or the secretary withdraws an entry."))


def _withdrawn(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(_any(_own(user), within(user, *_STAFF, **_ENTRY)))


def _may_check(user: User, entry: Entry) -> Answer:
    if entry.state == EntryState.DRAFT:
        return no(_("This entry has not been submitted yet."))
    if is_staff(user, entry):
        return YES
    return no(_("Only the secretary of this edition and region checks entries."))


def _checked(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(within(user, *_STAFF, **_ENTRY)).exclude(state=EntryState.DRAFT)


def _may_move(user: User, stage: Stage) -> Answer:
    scope = {"award": stage.edition.award.key, "edition": stage.edition.key}
    if holds(user, *_MOVERS, **scope, region=stage.region):
        return YES
    return no(_("Only the secretary or the chair decides who goes on from this stage."))


def _moved(user: User) -> QuerySet[Stage]:
    return Stage.objects.filter(within(user, *_MOVERS, **_ENTRY))


def _may_apply(user: User, organisation: Organisation) -> Answer:
    if organisation.uid in represented(user):
        return YES
    return no(_("Only people who act for this organisation apply in its name."))


def _applying(user: User) -> QuerySet[Organisation]:
    return Organisation.objects.filter(uid__in=represented(user))


def _may_survey(user: User, edition: Edition) -> Answer:
    scope = {"award": edition.award.key, "edition": edition.key}
    if holds(user, *_STAFF, Role.AUDITOR, **scope):
        return YES
    return no(_("Only the secretary, the organiser and auditors see the entries of an edition."))


def _surveyed(user: User) -> QuerySet[Edition]:
    where = within(user, *_STAFF, Role.AUDITOR, award="award__key", edition="key")
    return Edition.objects.filter(where)


see_entry = Permission("see_entry", may=_may_see, among=_seen)
"""Its page: the way, the checks, what was handed in."""
read_answers = Permission("read_answers", may=_may_read, among=_read)
"""Answers and files (auditors see neither: they hold personal data); of a draft the applicant's
alone.
"""
edit_entry = Permission("edit_entry", may=_may_edit, among=_edited)
"""Fill in and attach. Whether it still can be changed is for the actions to say."""
submit_entry = Permission("submit_entry", may=_may_submit, among=_submitted)
"""Hand it in, and its changes."""
choose_category = Permission("choose_category", may=_may_choose, among=_chosen)
"""Choose its category while it is a draft."""
ask_colleagues = Permission("ask_colleagues", may=_may_ask, among=_asked)
"""Invite others to work on it, and end that."""
withdraw_entry = Permission("withdraw_entry", may=_may_withdraw, among=_withdrawn)
"""Take it back."""
check_entry = Permission("check_entry", may=_may_check, among=_checked)
"""Record what a check found."""
move_entries = Permission("move_entries", may=_may_move, among=_moved)
"""Let entries pass a stage or stop there."""
apply_for = Permission("apply_for", may=_may_apply, among=_applying)
"""Start an entry in the name of an organisation."""
survey_edition = Permission("survey_edition", may=_may_survey, among=_surveyed)
"""The dashboard and the lists of an edition (rows are then limited by `see_entry`)."""
