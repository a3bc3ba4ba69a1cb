"""What the journals and the outbox call what happens to reports and questions."""

from django.utils.translation import gettext_lazy as _

from laureat.platform.access.sent import Sent

TITLE = _("Feedback reports")
ACTIONS = {
    "edition": {"feedback.made": _("Feedback reports made")},
    "entry": {
        "feedback.corrected": _("Feedback report corrected"),
        "feedback.released": _("Feedback report released"),
        "question.asked": _("Question about the result asked"),
        "question.answered": _("Question about the result answered"),
        "question.put": _("Question about the result put to the panel"),
    },
}
MAIL = {
    "feedback.released": _("Feedback report is ready"),
    "feedback.question_asked": _("Applicant asks about the result"),
    "feedback.question_answered": _("Question about the result was answered"),
    "feedback.question_put": _("Question about the result goes to the panel"),
}
SENT = {"feedback:release": Sent("edition")}
