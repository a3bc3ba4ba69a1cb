"""Registering and changing goods and services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.registry import CHAIN
from laureat.registry.actions.names import keep_names
from laureat.registry.actions.organisations import refuse_known
from laureat.registry.actions.rows import locked
from laureat.registry.identifiers import checked_okpd2
from laureat.registry.models import Good, Organisation
from laureat.registry.permissions import edit_organisation, keep_organisation, must_propose


@dataclass(frozen=True)
class GoodData:
    """What is written down about a product or service."""

    name_ru: str
    name_en: str = ""
    okpd2: str = ""
    normative_document: str = ""
    launched_on: date | None = None
    is_demo: bool = False


FIELDS = frozenset(each.name for each in fields(GoodData))
REGISTER_FACTS = FIELDS - {"is_demo"}
"""What a good is: once an application with it was handed in, or it is honoured, a secretary decides
about a change."""


@transaction.atomic
def register_good(organisation: Organisation, data: GoodData, *, by: User | None) -> Good:
    """Enter a good of `organisation`.

    Raises Denied, Refused (no name, wrong OKPD2 code, a date in the future, the same good twice).
    """
    if by is not None:
        edit_organisation.require(by, organisation)
    locked(organisation)
    good = Good(organisation=organisation)
    fill(good, asdict(data))
    _write(good)
    ledger.append(
        CHAIN,
        "good.registered",
        subject=good.uid,
        by=by,
        data={"organisation": organisation.uid, "okpd2": good.okpd2},
    )
    return good


@transaction.atomic
def change_good(
    good: Good, changes: Mapping[str, Any], *, correction: bool = False, by: User | None
) -> Good:
    """Change the facts named in `changes` (fields of GoodData). Honours keep the name of their day,
    unless the change is the `correction` of a mistake. Raises Denied, Refused (also where only a
    secretary decides: see `proposals.change_or_propose`).
    """
    unknown = sorted(set(changes) - FIELDS)
    if unknown:
        raise Refused(_("A good has no “%(name)s”.") % {"name": unknown[0]})
    row = (
        Good.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=good.pk)
    )
    if by is not None:
        edit_organisation.require(by, row.organisation)
        if correction:
            keep_organisation.require(by, row.organisation)
    names = {"ru": row.name_ru, "en": row.name_en}
    before = {name: getattr(row, name) for name in changes}
    fill(row, dict(changes))
    changed = sorted(name for name in changes if getattr(row, name) != before[name])
    if not changed:
        return row
    if by is not None and must_propose(by, row.organisation, row):
        refuse_known(REGISTER_FACTS, changed, before)
    _write(row)
    if {"name_ru", "name_en"} & set(changed):
        keep_names(row, before=names, correction=correction)
    data = {"fields": changed} | ({"correction": True} if correction else {})
    ledger.append(CHAIN, "good.changed", subject=row.uid, by=by, data=data)
    good.refresh_from_db()
    return row


def fill(good: Good, values: dict[str, Any]) -> None:
    """Put checked `values` into the row. Raises Refused."""
    if "okpd2" in values:
        good.okpd2 = checked_okpd2(str(values.pop("okpd2") or ""))
    for name, value in values.items():
        text = " ".join(value.split()) if isinstance(value, str) else value
        most = getattr(Good._meta.get_field(name), "max_length", None)
        if most and isinstance(text, str) and len(text) > most:
            raise Refused(
                _("At most %(most)d characters, here are %(count)d.")
                % {"most": most, "count": len(text)},
                field=name,
            )
        setattr(good, name, text)
    if not good.name_ru:
        raise Refused(_("Enter the name as on the label or in the price list."), field="name_ru")
    if good.launched_on and good.launched_on > today():
        raise Refused(_("This date is in the future."), field="launched_on")


def _write(good: Good) -> None:
    refuse_twin(good)
    good.derive()
    good.save()


def refuse_twin(good: Good) -> None:
    """Whether its organisation has such a good already. Raises Refused."""
    twins = Good.objects.filter(
        organisation=good.organisation,
        name_ru=good.name_ru,
        okpd2=good.okpd2,
        normative_document=good.normative_document,
    ).exclude(pk=good.pk)
    if twins.exists():
        raise Refused(
            _("A good with this name, code and document is in the register already."),
            field="name_ru",
        )
