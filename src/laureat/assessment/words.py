"""What the journals and the outbox call what happens in assessment."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from laureat.assessment.models import Assignment, Scorebook, SiteVisit
from laureat.assessment.permissions import asked_at, keep_assessor
from laureat.intake.permissions import see_entry
from laureat.platform.access.sent import Sent
from laureat.platform.words import Subject, joined

TITLE = _("Assessment of applications")
ACTIONS = {
    "assessor": {
        "assessor.enrolled": _("Assessor enrolled"),
        "assessor.changed": _("Facts of an assessor changed"),
        "conflict.kept": _("Conflict of interest recorded"),
        "conflict.lifted": _("Conflict of interest lifted"),
    },
    "assignment": {
        "assignment.made": _("Assessor assigned"),
        "assignment.proposed": _("Assessor proposed"),
        "assignment.accepted": _("Assessor accepted"),
        "assignment.declined": _("Assessor declined"),
        "assignment.conflicted": _("Assessor left out because of a conflict of interest"),
        "assignment.removed": _("Assessor released"),
    },
    "scorebook": {
        "scorebook.signed": _("Scorebook signed"),
        "scorebook.reopened": _("Scorebook opened again"),
        "consensus.started": _("Scorebook of the team begun"),
    },
    "visit": {
        "visit.planned": _("Site visit planned"),
        "visit.confirmed": _("Site visit confirmed"),
        "visit.held": _("Site visit held"),
        "visit.cancelled": _("Site visit cancelled"),
    },
    "stage": {
        "teams.proposed": _("Teams proposed"),
        "pairing.wished": _("Wish for a pair of assessor and entry recorded"),
        "samples.coded": _("Samples of a tasting coded"),
        "samples.read": _("List of the codes of a tasting read"),
        "samples.opened": _("Codes of the samples opened"),
        "assessment.reminded": _("Assessors reminded"),
        "assessment.closed": _("Assessment closed, results frozen"),
        "judging.kept": _("Figures about the assessors computed and kept"),
    },
}


def _of_entry(title: Any, model: type[Model]) -> Subject:
    """Something that belongs to an entry: known by its number to those who see the entry.

    Not to somebody who judges at the stage or was asked to: at a blind one the identifier stands, or
    stood before they left, beside the code on their own pages.
    """
    return Subject(
        title,
        lambda user: model._default_manager.filter(entry__in=see_entry.of(user)).exclude(
            stage__in=asked_at(user).values("stage")
        ),
        ru=joined("entry__number"),
        en=joined("entry__number"),
        page="intake:entry",
        link="entry__uid",
    )


SUBJECTS = {
    "assessor": Subject(
        _("assessor"),
        keep_assessor.of,
        ru=joined("serial", "user__name"),
        en=joined("serial", "user__name"),
        page="assessment:assessor",
    ),
    "assignment": _of_entry(_("assignment"), Assignment),
    "scorebook": _of_entry(_("scorebook"), Scorebook),
    "visit": _of_entry(_("site visit"), SiteVisit),
}
MAIL = {
    "assessment.asked": _("Request to judge"),
    "assessment.answered": _("Answer of an assessor"),
    "assessment.outcome": _("Outcome of an assessment"),
    "assessment.all-signed": _("All scorebooks of a team are signed"),
    "assessment.released": _("Release from an assignment"),
    "assessment.reopened": _("Scorebook is open again"),
    "assessment.reminder": _("Reminder to an assessor"),
    "assessment.visit.planned": _("Dates of a site visit"),
    "assessment.visit.confirmed": _("Confirmation of a site visit"),
    "assessment.visit.cancelled": _("Cancellation of a site visit"),
}
SENT = {
    "assessment:results": Sent(
        "stage",
        "edition",
        fields={"with_missing": _("What is missing"), "reason": _("Reason")},
        codes={
            "with_missing": {"yes": _("Close although something is missing")},
            "decide:": {"pass": _("goes on"), "stop": _("does not go on")},
        },
        each={"decide:": "entry"},
    )
}
