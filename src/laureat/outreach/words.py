"""What the journals and the outbox call what happens to letters."""

from django.utils.translation import gettext_lazy as _

from laureat.outreach.permissions import handle_campaign
from laureat.outreach.queries import letters_handled
from laureat.platform.words import Subject, english, joined

TITLE = _("Letters")
ACTIONS = {
    "campaign": {
        "letters.prepared": _("Letters prepared"),
        "letters.rendered": _("Letters drawn"),
        "letters.discarded": _("Prepared letters discarded"),
    },
    "letter": {
        "letter.sent": _("Letter sent"),
        "letter.withdrawn": _("Letter withdrawn"),
        "letter.addressee_corrected": _("Addressee of a letter corrected"),
    },
}
SUBJECTS = {
    "campaign": Subject(
        _("mailing"),
        handle_campaign.of,
        ru=joined("edition__title_ru"),
        en=joined("edition__title_en"),
        page="outreach:campaign",
    ),
    "letter": Subject(
        _("letter"),
        letters_handled,
        ru=joined("number", "organisation__name_ru"),
        en=joined("number", english("organisation__name")),
        page="outreach:campaign",
        link="campaign__uid",
    ),
}
MAIL = {"outreach.letter": _("Letter to an organisation")}
