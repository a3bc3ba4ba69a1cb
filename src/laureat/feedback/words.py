"""What the journals and the outbox call what happens to feedback reports."""

from django.utils.translation import gettext_lazy as _

from laureat.platform.access.sent import Sent

TITLE = _("Feedback reports")
ACTIONS = {
    "edition": {"feedback.made": _("Feedback reports made")},
    "entry": {
        "feedback.corrected": _("Feedback report corrected"),
        "feedback.released": _("Feedback report released"),
    },
}
MAIL = {"feedback.released": _("Feedback report is ready")}
SENT = {"feedback:release": Sent("edition")}
