"""What the register asks of somebody: the facts that their organisations lack."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import current, localised
from laureat.registry.models import Organisation
from laureat.registry.permissions import is_staff, represented
from laureat.registry.queries.organisations import mine
from laureat.registry.queries.proposals import proposals_on_desk


@dataclass(frozen=True)
class Gap:
    """What an organisation's facts lack before it can apply."""

    field: str
    label: str


def gaps(organisation: Organisation) -> list[Gap]:
    """The facts that an application will ask for and that are not known yet."""
    wanted = (
        ("inn", organisation.inn, _("INN")),
        ("region", organisation.region_id, _("region")),
        ("headcount", organisation.headcount, _("headcount")),
        ("founded_on", organisation.founded_on, _("the date it began to work")),
        ("email", organisation.email, _("e-mail")),
        ("head_name", organisation.head_name, _("head")),
    )
    return [Gap(field, label) for field, value, label in wanted if not value]


def desk_sections(user: User) -> list[Section]:
    """The organisations somebody acts for, and what their facts lack; the way to the register."""
    sections = proposals_on_desk(user)
    if is_staff(user):
        sections.append(
            Section(
                _("Organisations"),
                more=reverse("registry:organisations"),
                empty=_("Search, add and correct organisations, and say who acts for them."),
            )
        )
    if not represented(user):
        return sections
    items = []
    for organisation in mine(user):
        lacking = gaps(organisation)
        name = localised(organisation, "name", current())
        detail = (
            _("To be filled in: %(what)s") % {"what": ", ".join(gap.label for gap in lacking)}
            if lacking
            else ""
        )
        items.append(
            Item(
                title=name,
                url=reverse("registry:organisation", args=[organisation.uid]),
                detail=detail,
                state=_("to be completed") if lacking else "",
                tone="warn" if lacking else "",
                todo=bool(lacking),
            )
        )
    return [*sections, Section(_("My organisations"), items, more=reverse("registry:mine"))]
