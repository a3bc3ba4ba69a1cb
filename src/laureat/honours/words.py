"""What the journals and the outbox call what happens to honours."""

from django.utils.translation import gettext_lazy as _

from laureat.honours.permissions import see_honour
from laureat.platform.access.sent import Sent
from laureat.platform.words import Subject, english, joined

TITLE = _("Honours and diplomas")
ACTIONS = {
    "honour": {
        "honour.granted": _("Honour given"),
        "honour.revoked": _("Honour taken back"),
        "honour.declined": _("Honour declined"),
        "diploma.reissued": _("Diploma issued anew"),
        "emblem.renewed": _("Right to use the emblem renewed"),
        "emblem.withdrawn": _("Right to use the emblem withdrawn"),
    },
    "stage": {"honours.published": _("Honours published")},
    "edition": {
        "diplomas.issued": _("Diplomas issued"),
        "emblem.reminded": _("Ends of emblem rights told"),
    },
}
SUBJECTS = {
    "honour": Subject(
        _("honour"),
        see_honour.of,
        ru=joined("entry__number", "entry__organisation__name_ru"),
        en=joined("entry__number", english("entry__organisation__name")),
    ),
}
MAIL = {
    "honours.revoked": _("Honour was taken back"),
    "honours.declined": _("Honour was declined"),
    "honours.declined_told": _("Secretary told that an honour was declined"),
    "honours.reissued": _("Diploma was issued anew"),
    "honours.emblem_ending": _("Right to use the emblem ends soon"),
    "honours.emblem_over": _("Right to use the emblem is over"),
    "honours.emblem_renewed": _("Right to use the emblem was renewed"),
    "honours.emblem_withdrawn": _("Right to use the emblem was withdrawn"),
}
_REASON = {"reason_ru": _("Reason, in Russian"), "reason_en": _("Reason, in English")}
SENT = {
    "honours:decline": Sent(
        "honour",
        "edition",
        fields={
            "letter": _("Number of the letter"),
            "letter_on": _("Date of the letter"),
            "reason": _("Reason"),
        },
    ),
    "honours:revoke": Sent("honour", "edition", fields=_REASON),
    "honours:reissue": Sent("honour", "edition", fields=_REASON),
    "honours:emblem": Sent("honour", "edition", fields=_REASON),
}
