"""Entering a whole list of organisations at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.registry.actions.organisations import change_organisation, register_organisation
from laureat.registry.lists.reading import Change, Reading
from laureat.registry.permissions import is_staff


class Known(StrEnum):
    """What becomes of organisations that the register knows already."""

    FILL = "fill"
    """What the register lacks is filled in, and what was ticked is taken over."""
    TICKED = "ticked"
    """Only what was ticked is taken over."""
    ALL = "all"
    """Everything the list says is taken over."""
    KEEP = "keep"
    """They stay as they are."""


@dataclass(frozen=True)
class Imported:
    """What was done."""

    entered: int
    changed: int


@transaction.atomic
def import_organisations(
    reading: Reading, known: Known, ticked: Collection[str] = (), *, by: User | None
) -> Imported:
    """Enter whom the register does not know, and take over about the others what was asked for
    (`ticked`: keys of changes): all of it or nothing. Raises Denied, Refused (naming the line).
    """
    if by is not None and not is_staff(by):
        raise Denied(_("Only the secretary of this region does this."))
    entered = changed = 0
    for line in reading.lines:
        try:
            if line.data and not line.problem:
                register_organisation(line.data, by=by)
                entered += 1
            elif line.known and not line.problem:
                wanted = [each for each in line.changes if _wanted(each, known, ticked)]
                if wanted:
                    facts = {each.fact: each.value for each in wanted}
                    change_organisation(line.known, facts, by=by)
                    changed += 1
        except (Denied, Refused) as refused:
            raise Refused(
                _("Nothing was entered. Line %(line)d, %(name)s: %(why)s")
                % {"line": line.number, "name": line.name, "why": refused}
            ) from refused
    return Imported(entered, changed)


def _wanted(change: Change, known: Known, ticked: Collection[str]) -> bool:
    return {
        Known.FILL: change.fills or change.key in ticked,
        Known.TICKED: change.key in ticked,
        Known.ALL: True,
        Known.KEEP: False,
    }[known]
