"""Registering and changing organisations; who acts for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from laureat import ledger
from laureat.platform.access.actions import Through, end_role, give_role
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail
from laureat.registry import CHAIN
from laureat.registry.actions.names import keep_names
from laureat.registry.actions.rows import locked
from laureat.registry.identifiers import (
    LEGAL_ENTITY,
    check_together,
    checked_inn,
    checked_kpp,
    checked_ogrn,
)
from laureat.registry.models import Organisation, Region, Sector
from laureat.registry.permissions import (
    edit_organisation,
    is_staff,
    keep_organisation,
    must_propose,
)


@dataclass(frozen=True)
class OrganisationData:
    """What is written down about an organisation. Region by its code, sector by its key."""

    name_ru: str
    name_en: str = ""
    inn: str = ""
    ogrn: str = ""
    kpp: str = ""
    is_branch: bool = False
    region: str = ""
    city_ru: str = ""
    city_en: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    site: str = ""
    head_name: str = ""
    head_post: str = ""
    head_name_dative: str = ""
    head_post_dative: str = ""
    headcount: int | None = None
    sector: str = ""
    founded_on: date | None = None
    is_demo: bool = False
    source_ru: str = ""
    source_en: str = ""


MOST_PEOPLE = 2_000_000
FIELDS = frozenset(each.name for each in fields(OrganisationData))
NUMBERS = frozenset({"inn", "ogrn", "kpp", "is_branch"})
"""What says which organisation it is."""
REGISTER_FACTS = NUMBERS | {"name_ru", "name_en", "region", "founded_on"}
"""By these others know it: once an application was handed in, or it is honoured, a secretary decides
about a change. How to reach it, who heads it and how many work there the applicant keeps."""
KEPT_BY_STAFF = frozenset(
    {"head_name_dative", "head_post_dative", "is_demo", "source_ru", "source_en"}
)


@transaction.atomic
def register_organisation(data: OrganisationData, *, by: User | None) -> Organisation:
    """Enter an organisation into the register.

    Whoever registers it and does not keep the register may act for it from then on.
    Raises Denied, Refused (wrong or already registered INN, KPP, OGRN, unknown region, …).
    """
    if by is not None and not by.is_active:
        raise Denied(_("Please sign in."))
    plain = by is not None and not is_staff(by)
    values = {name: getattr(data, name) for name in FIELDS}
    if plain and any(values[name] for name in KEPT_BY_STAFF):
        raise Denied(_("Only the secretary of this region does this."))
    organisation = Organisation()
    fill(organisation, values)
    if by is not None and not plain:
        keep_organisation.require(by, organisation)
    write(organisation, plain=plain)
    ledger.append(
        CHAIN,
        "organisation.registered",
        subject=organisation.uid,
        by=by,
        # The INN of an entrepreneur is personal data: nothing personal enters the journal.
        data={
            "inn": organisation.inn if len(organisation.inn) == 10 else "",
            "region": organisation.region_id or "",
        },
    )
    if by is not None and plain:
        give_role(by, Role.APPLICANT, by=None, organisation=organisation.uid)
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation,
    changes: Mapping[str, Any],
    *,
    correction: bool = False,
    by: User | None,
) -> Organisation:
    """Change the facts named in `changes` (fields of OrganisationData); the others stay.

    When the head changes, stored forms of address of the former head are dropped. Honours keep the
    name of their day, unless the change is the `correction` of a mistake. Raises Denied, Refused
    (also where only a secretary decides: see `proposals.change_or_propose`).
    """
    unknown = sorted(set(changes) - FIELDS)
    if unknown:
        raise Refused(_("An organisation has no “%(name)s”.") % {"name": unknown[0]})
    row = locked(organisation)
    if by is not None:
        edit_organisation.require(by, row)
        if correction or KEPT_BY_STAFF & set(changes):
            keep_organisation.require(by, row)
    names = {"ru": row.name_ru, "en": row.name_en}
    before = {name: value_of(row, name) for name in changes}
    heads = {"name": row.head_name, "post": row.head_post}
    fill(row, dict(changes))
    if by is not None and "region" in changes:
        edit_organisation.require(by, row)
    for part, was in heads.items():
        if getattr(row, f"head_{part}") != was and f"head_{part}_dative" not in changes:
            setattr(row, f"head_{part}_dative", "")
    changed = sorted(name for name in changes if value_of(row, name) != before[name])
    if not changed:
        return row
    if by is not None and must_propose(by, row):
        refuse_known(REGISTER_FACTS, changed, before)
    write(row, plain=by is not None and not is_staff(by))
    if {"name_ru", "name_en"} & set(changed):
        keep_names(row, before=names, correction=correction)
    data = {"fields": changed} | ({"correction": True} if correction else {})
    ledger.append(CHAIN, "organisation.changed", subject=row.uid, by=by, data=data)
    organisation.refresh_from_db()
    return row


def known_facts(
    facts: frozenset[str], changed: Sequence[str], before: Mapping[str, Any]
) -> list[str]:
    """Which of the facts that `changed` others knew already: what was empty is only filled in."""
    return [name for name in changed if name in facts and before[name] not in ("", None)]


def refuse_known(facts: frozenset[str], changed: Sequence[str], before: Mapping[str, Any]) -> None:
    """Raises Refused if something that `changed` is a secretary's to decide."""
    for name in known_facts(facts, changed, before):
        raise Refused(
            _("This stands in applications or honours already: the secretary decides about it."),
            field=name,
        )


@transaction.atomic
def add_representative(organisation: Organisation, email: str, *, by: User) -> Grant:
    """Let the person with this e-mail address act for the organisation, and tell them.

    The secretary does it, so that nobody can tie a stranger (an assessor, say) to an organisation.
    Raises Denied, Refused (nobody has signed up with this address, or already acts for it).
    """
    keep_organisation.require(by, organisation)
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise Refused(
            _(
                "Nobody has signed up with this address. Ask them to sign up first, "
                "then enter the address here."
            ),
            field="email",
        )
    # Who only helps with an entry of one edition does not act for the organisation yet.
    scope = {
        "user": person,
        "role": Role.APPLICANT,
        "organisation": organisation.uid,
        "edition": "",
    }
    if Grant.objects.filter(**scope, ended_at__isnull=True).exists():
        raise Refused(_("This person already acts for the organisation."), field="email")
    if person.pk == by.pk:
        raise Refused(_("Nobody appoints themselves: ask another secretary."), field="email")
    grant = give_role(person, Role.APPLICANT, by=Through(by), organisation=organisation.uid)
    ledger.append(
        CHAIN,
        "organisation.representative_added",
        subject=organisation.uid,
        by=by,
        data={"person": person.commitment},
    )
    with override(person.language):
        mail.queue(
            to=person.email,
            kind="registry.representative",
            subject=_("You act for %(name)s") % {"name": localised(organisation, "name")},
            body=_(
                "The secretary has entered you as the representative of %(name)s. You may now "
                "change its facts, keep its goods and apply for awards on its behalf."
            )
            % {"name": localised(organisation, "name")}
            + f"\n\n{settings.BASE_URL}{reverse('registry:organisation', args=[organisation.uid])}\n",
            user=person,
            language=person.language,
        )
    return grant


@transaction.atomic
def end_representative(organisation: Organisation, grant: Grant, *, by: User) -> None:
    """End somebody's right to act for the organisation; the record stays. Raises Denied, Refused."""
    keep_organisation.require(by, organisation)
    row = Grant.objects.select_for_update().get(pk=grant.pk)
    if row.organisation != organisation.uid or row.role != Role.APPLICANT or row.ended_at:
        raise Refused(_("This person does not act for the organisation."))
    end_role(row, by=Through(by))
    ledger.append(
        CHAIN,
        "organisation.representative_ended",
        subject=organisation.uid,
        by=by,
        data={"person": row.user.commitment},
    )


def value_of(organisation: Organisation, name: str) -> Any:
    """A fact as `OrganisationData` names it: region and sector by their keys."""
    column = f"{name}_id" if name in {"region", "sector"} else name
    value = getattr(organisation, column)
    return "" if value is None and column != name else value


def fill(organisation: Organisation, values: dict[str, Any]) -> None:
    """Put checked `values` into the row and check what must fit together. Raises Refused."""
    numbers = NUMBERS & set(values)
    for name, check in (("inn", checked_inn), ("ogrn", checked_ogrn), ("kpp", checked_kpp)):
        if name in values:
            setattr(organisation, name, check(str(values.pop(name) or "")))
    if "region" in values:
        organisation.region_id = _known(Region, values.pop("region"), "region")
    if "sector" in values:
        organisation.sector_id = _known(Sector, values.pop("sector"), "sector")
    for name, value in values.items():
        setattr(organisation, name, _text(name, value) if isinstance(value, str) else value)
    if numbers:
        check_together(
            organisation.inn,
            organisation.ogrn,
            organisation.kpp,
            is_branch=organisation.is_branch,
        )
    _check_facts(organisation)


def _known(table: type[Region | Sector], key: str | None, field: str) -> str | None:
    if not key:
        return None
    if not table._default_manager.filter(pk=key).exists():
        raise Refused(
            _("“%(key)s” is not in the table: choose one from the list.") % {"key": key},
            field=field,
        )
    return key


def _text(name: str, value: str) -> str:
    """One line without stray spaces, not longer than its column. Raises Refused."""
    text = " ".join(value.split())
    most = getattr(Organisation._meta.get_field(name), "max_length", None)
    if most and len(text) > most:
        raise Refused(
            _("At most %(most)d characters, here are %(count)d.")
            % {"most": most, "count": len(text)},
            field=name,
        )
    return text


def _check_facts(organisation: Organisation) -> None:
    if not organisation.name_ru:
        raise Refused(_("Enter the name as in the charter."), field="name_ru")
    if organisation.headcount is not None and organisation.headcount < 1:
        raise Refused(
            _("The headcount is at least 1; leave it empty if unknown."), field="headcount"
        )
    if organisation.headcount is not None and organisation.headcount > MOST_PEOPLE:
        raise Refused(
            _("More than 2,000,000 people work nowhere: check the number."), field="headcount"
        )
    if organisation.founded_on and organisation.founded_on > today():
        raise Refused(_("This date is in the future."), field="founded_on")
    if organisation.email:
        _check(
            EmailValidator(), organisation.email, "email", _("An address looks like name@site.ru.")
        )
    if organisation.site:
        if "://" not in organisation.site:
            organisation.site = f"https://{organisation.site}"
        _check(
            URLValidator(["http", "https"]),
            organisation.site,
            "site",
            _("A site looks like https://site.ru."),
        )


def _check(validator: Any, value: str, field: str, message: str) -> None:
    try:
        validator(value)
    except ValidationError:
        raise Refused(message, field=field) from None


def write(organisation: Organisation, *, plain: bool = False) -> None:
    """Save; a second head office of an INN, a branch twice, or an OGRN of another INN are refused.

    Within the room: the caller has locked the row. `plain`: whoever writes keeps no register and is
    told whom to ask. Raises Refused.
    """
    refuse_taken(organisation, plain=plain)
    organisation.derive()
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        raise _taken(organisation, plain=plain) from None


def refuse_taken(organisation: Organisation, *, plain: bool = False) -> None:
    """Whether its numbers are another's already. Raises Refused."""
    others = Organisation.objects.exclude(pk=organisation.pk)
    # First the OGRN: one that can never be entered would ask about INN after INN and leave no trace.
    if (
        organisation.ogrn
        and others.filter(ogrn=organisation.ogrn).exclude(inn=organisation.inn).exists()
    ):
        raise Refused(_("This OGRN is registered under another INN: check both."), field="ogrn")
    if organisation.inn and _twins(others, organisation).exists():
        raise _taken(organisation, plain=plain)


def _twins(others: QuerySet[Organisation], organisation: Organisation) -> QuerySet[Organisation]:
    """Those of the same INN that this one cannot stand beside."""
    same = others.filter(inn=organisation.inn)
    if organisation.is_branch:
        return same.filter(kpp=organisation.kpp)
    return same.filter(Q(is_branch=False) | Q(kpp=organisation.kpp))


def _taken(organisation: Organisation, *, plain: bool) -> Refused:
    if not plain:
        said = _(
            "Each is entered once, and this one is in the register already: open its card by the INN "
            "and change it there. A branch with a KPP of its own is entered beside it: tick “branch”."
        )
    elif organisation.is_branch:
        said = _(
            "An organisation with this INN and KPP is in the register already. To act for it, ask "
            "by the link beside the INN."
        )
    elif len(organisation.inn) == LEGAL_ENTITY:
        said = _(
            "A legal entity is entered once, with its head office, and this one is in the register "
            "already. To act for it, ask by the link beside the INN. Is yours a branch with a KPP "
            "of its own? Tick “branch”."
        )
    else:
        said = _(
            "An entrepreneur with this INN is in the register already: ask the secretary of your "
            "region."
        )
    return Refused(said, field="inn")
