"""What the journals and the outbox call what happens to organisations, goods and distinctions."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.sent import Sent
from laureat.platform.accounts.models import User
from laureat.platform.words import Subject, english, joined
from laureat.registry import CHAIN
from laureat.registry.models import Distinction, Good, Organisation
from laureat.registry.permissions import edit_organisation


def _named_to(user: User) -> QuerySet[Organisation]:
    """Also the cards that were merged into one whose name the reader may know."""
    seen = edit_organisation.of(user).values("pk")
    return Organisation.every.filter(Q(pk__in=seen) | Q(merged_into__in=seen))


TITLE = _("Register of organisations, goods and honours")
ACTIONS = {
    "organisation": {
        "organisation.registered": _("Organisation entered in the register"),
        "organisation.changed": _("Facts of an organisation changed"),
        "organisation.change_proposed": _("Change of an organisation's facts proposed"),
        "organisation.change_accepted": _("Proposed change of an organisation's facts accepted"),
        "organisation.change_declined": _("Proposed change of an organisation's facts declined"),
        "organisation.change_withdrawn": _("Proposed change of an organisation's facts taken back"),
        "organisation.merged": _("Two cards of an organisation merged"),
        "organisation.representative_added": _("Representative of an organisation added"),
        "organisation.representative_asked": _("Right to act for an organisation asked for"),
        "organisation.representative_ended": _("Representative of an organisation ended"),
    },
    "good": {
        "good.registered": _("Product or service entered in the register"),
        "good.changed": _("Facts of a product or service changed"),
        "good.change_proposed": _("Change of a product's or service's facts proposed"),
        "good.change_accepted": _("Proposed change of a product's or service's facts accepted"),
        "good.change_declined": _("Proposed change of a product's or service's facts declined"),
        "good.change_withdrawn": _("Proposed change of a product's or service's facts taken back"),
    },
    "distinction": {
        "distinction.recorded": _("Honour entered in the register"),
        "distinction.revoked": _("Honour in the register revoked"),
    },
    "person": {"person.factor_reset": _("Lost second factor of a person switched off")},
}
SUBJECTS = {
    "person": Subject(_("person")),  # who, the journal does not say
    "organisation": Subject(
        _("organisation"),
        _named_to,
        ru="name_ru",
        en="name_en",
        page="registry:organisation",
    ),
    "good": Subject(
        _("product or service"),
        lambda user: Good.objects.filter(organisation__in=edit_organisation.of(user)),
        ru="name_ru",
        en="name_en",
        page="registry:edit_good",
    ),
    # Honours of the register are public.
    "distinction": Subject(
        _("honour in the register"),
        lambda _user: Distinction.every.all(),
        ru=joined("title_ru", "organisation__name_ru"),
        en=joined("title_en", english("organisation__name")),
    ),
}
MAIL = {
    "registry.representative": _("New representative of an organisation"),
    "registry.merged": _("Two cards of an organisation merged"),
    "registry.proposed": _("Change of facts to decide about"),
    "registry.decided": _("Proposed change of facts decided about"),
    "registry.asked": _("Somebody asks to act for an organisation"),
}
CHAINS = {CHAIN: _("Register of organisations, goods and honours")}
SENT = {"registry:merge": Sent("organisation")}
