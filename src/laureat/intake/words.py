"""What the journals and the outbox call what happens to applications."""

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from laureat.intake.permissions import see_entry
from laureat.platform.access.sent import Sent
from laureat.platform.words import Subject, english, joined

TITLE = _("Intake of applications")
ACTIONS = {
    "entry": {
        "entry.started": _("Application begun"),
        "entry.organisation_merged": _("Applicant's two cards in the register merged"),
        "entry.category": _("Category of an application chosen"),
        "entry.changed": _("Application changed"),
        "entry.submitted": _("Application handed in"),
        "entry.resubmitted": _("Changes to an application handed in"),
        "entry.receipt": _("Receipt of an application made"),
        "entry.withdrawn": _("Application withdrawn"),
        "entry.reinstated": _("Application taken back into the contest"),
    },
    "stage": {
        "checks.recorded": _("Findings of checks recorded"),
        "entries.passed": _("Applications passed a stage"),
        "entries.decided": _("Decision about applications made at the last stage"),
        "entries.stopped": _("Applications stopped at a stage"),
    },
    "edition": {"entries.finished": _("Way of the applications finished")},
    "colleague": {
        "colleague.invited": _("Colleague invited to an application"),
        "colleague.accepted": _("Invitation to an application accepted"),
        "colleague.changed": _("Rights of a colleague changed"),
        "colleague.ended": _("Work of a colleague on an application ended"),
    },
}
_NUMBER = Coalesce(F("number"), Value(""), output_field=CharField())  # drafts have none
SUBJECTS = {
    "entry": Subject(
        _("application"),
        see_entry.of,
        ru=joined(_NUMBER, "organisation__name_ru"),
        en=joined(_NUMBER, english("organisation__name")),
        page="intake:entry",
    ),
    "colleague": Subject(_("colleague of an applicant")),
}
MAIL = {
    "entry-submitted": _("Receipt of an application"),
    "category-chosen": _("Category of a draft chosen by the secretary"),
    "entry-withdrawn": _("Withdrawal of an application"),
    "entry-stopped": _("Application does not go on"),
    "draft-closed": _("Draft was not handed in"),
    "deadline-moved": _("The deadline was moved"),
    "deadline-near": _("Deadline is near"),
    "changes-near": _("Deadline for changes is near"),
    "changes-left": _("Changes were not handed in"),
    "entry-unrepresented": _("Nobody acts for an application any more"),
    "colleague-invited": _("Invitation to work on an application"),
    "colleague-accepted": _("Colleague accepted the invitation"),
}
SENT = {
    "intake:close": Sent("stage", "edition"),
    "intake:move_stage": Sent("stage", "edition"),
    "intake:move_edition": Sent(
        "edition",
        fields={"go": _("What is done")},
        codes={"go": {"publish": _("Publish the results"), "archive": _("Put into the archive")}},
    ),
}
