"""Honours on «My work»: diplomas to issue, my own honours."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.honours.permissions import organisations_of
from laureat.honours.queries import my_honours, to_issue
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised

MOST = 5


def sections(user: User) -> Iterable[Section]:
    """What the person has been given, and what there is to issue."""
    if organisations_of(user):
        rows = my_honours(user)
        if rows:
            yield Section(
                _("My honours"),
                [
                    Item(
                        title=each.title,
                        url=reverse("honours:mine"),
                        detail=" · ".join(filter(None, [each.good, each.organisation])),
                        state=str(each.honour.get_state_display())
                        if each.ended
                        else str(each.honour.edition.year),
                        tone="warn" if each.ended else "gold" if each.tone == "gold" else "ok",
                    )
                    for each in rows[:MOST]
                ],
                more=reverse("honours:mine") if len(rows) > MOST else "",
            )
    if grants(user, Role.SECRETARY, Role.ORGANISER):
        yield from _to_issue(user)


def _to_issue(user: User) -> Iterable[Section]:
    items = [
        Item(
            title=localised(each.edition, "title"),
            url=reverse("honours:edition", args=[each.edition.award.key, each.edition.key]),
            detail=ngettext(
                "%(count)s published honour has no diploma yet",
                "%(count)s published honours have no diploma yet",
                each.count,
            )
            % {"count": each.count},
            todo=True,
        )
        for each in to_issue(user)
    ]
    if items:
        yield Section(_("Diplomas to issue"), items)
