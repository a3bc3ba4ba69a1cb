"""Merging two organisations of the register that are one in life."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from laureat import ledger
from laureat.platform.access.actions import Through, end_role, give_role
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail
from laureat.registry import CHAIN
from laureat.registry.actions.organisations import write
from laureat.registry.actions.rows import locked
from laureat.registry.identifiers import check_together, is_of_a_branch
from laureat.registry.models import (
    Distinction,
    Good,
    Organisation,
    Proposal,
    ProposalState,
)
from laureat.registry.permissions import keep_organisation
from laureat.registry.queries.organisations import representatives
from laureat.registry.signals import organisations_merged, organisations_merging

_FILLED = (
    *("inn", "ogrn", "kpp", "name_en", "region_id", "sector_id", "city_ru", "city_en", "address"),
    *("email", "phone", "site", "head_name", "head_post", "headcount", "founded_on"),
)
"""Facts that the kept one takes over where it has none."""


@transaction.atomic
def merge_organisations(kept: Organisation, gone: Organisation, *, by: User | None) -> Organisation:
    """Make one of two: `kept` takes over everything that points at `gone`: goods, honours of all
    years, entries, letters, conflicts, and who acts for it. Facts that `kept` lacks come from
    `gone`, whose row stays and whose addresses lead to `kept` from then on.

    Raises Denied, Refused (they cannot be one: two INNs, a branch and its head office, …).
    """
    if kept.pk == gone.pk:
        raise Refused(_("Choose two organisations: this is one and the same."))
    if by is not None:
        keep_organisation.require(by, kept)
        keep_organisation.require(by, gone)
    # Editions and entries are locked before organisations, as publishing does it.
    organisations_merging.send(sender=Organisation, kept=kept, gone=gone)
    rows = {row.pk: row for row in map(locked, sorted((kept, gone), key=lambda each: each.pk))}
    kept_row, gone_row = rows[kept.pk], rows[gone.pk]
    if by is not None:
        keep_organisation.require(by, kept_row)
        keep_organisation.require(by, gone_row)
    people = representatives([kept_row.uid, gone_row.uid])
    refuse_to_merge(kept_row, gone_row)
    if by is not None and any(by in them for them in people.values()):
        raise Refused(_("You act for one of the two yourself: ask another secretary."))
    _refuse_waiting(kept_row, gone_row)
    _fill(kept_row, gone_row)
    goods = _move_goods(kept_row, gone_row)
    honours, doubles = _move_honours(kept_row, gone_row, goods)
    _move_proposals(kept_row, gone_row, goods)
    organisations_merged.send(sender=Organisation, kept=kept_row, gone=gone_row, goods=goods, by=by)
    moved = _move_people(kept_row, gone_row, by=by)
    ledger.append(
        CHAIN,
        "organisation.merged",
        subject=kept_row.uid,
        by=by,
        data={"gone": gone_row.uid, "honours": honours, "doubles": doubles, "people": moved},
    )
    _tell(kept_row, gone_row, people)
    kept.refresh_from_db()
    gone.refresh_from_db()
    return kept_row


def refuse_to_merge(kept: Organisation, gone: Organisation) -> None:
    """Whether their numbers let them be one. Raises Refused."""
    if kept.inn and gone.inn and kept.inn != gone.inn:
        raise Refused(
            _("They have two INNs, so they are two: correct a mistyped INN first, if it is one.")
        )
    if kept.ogrn and gone.ogrn and kept.ogrn != gone.ogrn:
        raise Refused(
            _("They have two OGRNs, so they are two: correct a mistyped OGRN first, if it is one.")
        )
    both = {kept.kpp, gone.kpp}
    if kept.inn and gone.inn and len(both) == 2 and any(is_of_a_branch(kpp) for kpp in both):
        raise Refused(
            _(
                "One of them is a branch with a KPP of its own, so they are two: they stand beside "
                "each other under one INN."
            )
        )
    if kept.is_demo != gone.is_demo:
        raise Refused(_("One of them is invented, for the demo: it cannot become a real one."))


def _refuse_waiting(kept: Organisation, gone: Organisation) -> None:
    """What somebody asked of one card must not be decided of another. Raises Refused."""
    waiting = Proposal.objects.filter(
        organisation__in=[kept, gone], state=ProposalState.WAITING
    ).order_by()
    if waiting.exists():
        raise Refused(
            _("A proposed change of one of the two waits for a decision: decide about it first.")
        )


def _move_proposals(kept: Organisation, gone: Organisation, goods: dict[int, int]) -> None:
    """What was proposed and decided before stays readable."""
    for row in Proposal.objects.filter(organisation=gone).order_by("pk"):
        row.organisation = kept
        row.good_id = goods.get(row.good_id, row.good_id) if row.good_id else None
        row.save(update_fields=["organisation", "good"])


def _fill(kept: Organisation, gone: Organisation) -> None:
    """Take over what is lacking; `gone` gives its numbers free first. Raises Refused where numbers
    of both on one card would be wrong, or those of a third organisation.
    """
    before = _numbers(kept)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    Organisation.every.filter(merged_into=gone).update(merged_into=kept)
    if not kept.inn:
        kept.is_branch = gone.is_branch
    elif gone.inn and not gone.is_branch:
        kept.is_branch = False
    for name in _FILLED:
        if getattr(kept, name) in ("", None):
            setattr(kept, name, getattr(gone, name))
    # The forms of address belong to the head whom they name.
    for part in ("name", "post"):
        if getattr(kept, f"head_{part}") == getattr(gone, f"head_{part}"):
            name = f"head_{part}_dative"
            setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    if _numbers(kept) == before:
        kept.derive()
        kept.save()
        return
    try:
        check_together(kept.inn, kept.ogrn, kept.kpp, is_branch=kept.is_branch)
        write(kept)
    except Refused as why:
        raise Refused(
            _("The numbers of the two do not make one card. %(why)s") % {"why": why}
        ) from None


def _numbers(card: Organisation) -> tuple[object, ...]:
    return card.inn, card.ogrn, card.kpp, card.is_branch


def _move_goods(kept: Organisation, gone: Organisation) -> dict[int, int]:
    """Move the goods; those that `kept` has already stay behind, told with their double."""
    there = {_said(good): good.pk for good in kept.goods.all()}
    doubles: dict[int, int] = {}
    for good in gone.goods.order_by("pk"):
        if _said(good) in there:
            doubles[good.pk] = there[_said(good)]
        else:
            good.organisation = kept
            good.save(update_fields=["organisation"])
    return doubles


def _said(good: Good) -> tuple[str, str, str]:
    """What no two goods of an organisation share."""
    return good.name_ru, good.okpd2, good.normative_document


def _move_honours(
    kept: Organisation, gone: Organisation, goods: dict[int, int]
) -> tuple[list[str], dict[str, str]]:
    """Move the honours, all of them. Of one that both hold from a source of past years one row
    tells it from now on, never a revoked one instead of one in force; the other is its double.

    By what the register takes for the same (see `record_distinction`): it would count twice.
    Returns the uids of those that moved, and of doubles → what tells them now.
    """
    rows = list(
        Distinction.every.select_for_update(of=("self",))
        .filter(organisation__in=[kept, gone])
        .order_by("pk")
    )
    there = {
        _identity(each): each
        for each in rows
        if each.organisation_id == kept.pk and each.merged_into_id is None
    }
    moved: list[str] = []
    doubles: dict[str, str] = {}
    for each in rows:
        if each.organisation_id != gone.pk:
            continue
        each.organisation = kept
        each.good_id = goods.get(each.good_id, each.good_id) if each.good_id else None
        each.save(update_fields=["organisation", "good"])
        moved.append(each.uid)
        other = there.get(_identity(each))
        if each.reference or each.merged_into_id or other is None:
            continue
        stays, double = (each, other) if other.revoked_at and not each.revoked_at else (other, each)
        _tell_once(stays, double)
        there[_identity(each)] = stays
        doubles[double.uid] = stays.uid
    return moved, doubles


_TOLD = (
    ("source_title_ru", "source_title_en", "source_url"),
    ("note_ru", "note_en"),
)
"""What says where an honour is known from, each with what belongs to it."""


def _tell_once(stays: Distinction, double: Distinction) -> None:
    """Let `stays` tell the honour; where it is silent, in the words of its double."""
    for names in _TOLD:
        if not any(getattr(stays, name) for name in names):
            for name in names:
                setattr(stays, name, getattr(double, name))
    stays.save(update_fields=[name for names in _TOLD for name in names])
    double.merged_into = stays
    double.save(update_fields=["merged_into"])
    Distinction.every.filter(merged_into=double).update(merged_into=stays)


def _identity(each: Distinction) -> tuple[object, ...]:
    return each.reference, each.award_key, each.year, each.good_id, each.honour_key


def _move_people(kept: Organisation, gone: Organisation, *, by: User | None) -> list[str]:
    """Whoever acts for `gone`, wholly or in one contest, acts for `kept` from now on. Their roles are
    not the secretary's to give, but the journals name the secretary: it follows from the merge.

    Returns their commitments, for the record of the merge.
    """
    held = Grant.objects.filter(
        role=Role.APPLICANT, organisation=gone.uid, ended_at__isnull=True
    ).select_related("user")
    moved: list[str] = []
    for grant in held.order_by("pk"):
        end_role(grant, by=Through(by))
        if grant.user.is_active:
            give_role(
                grant.user,
                Role.APPLICANT,
                by=Through(by),
                award=grant.award,
                edition=grant.edition,
                region=grant.region,
                organisation=kept.uid,
            )
            moved.append(grant.user.commitment)
    return moved


def _tell(kept: Organisation, gone: Organisation, people: dict[str, list[User]]) -> None:
    """Those who act for one of the two learn that they act for one card now, maybe together."""
    readers = dict.fromkeys(user for uid in (kept.uid, gone.uid) for user in people.get(uid, []))
    for user in readers:
        with override(user.language):
            facts = {
                "kept": localised(kept, "name"),
                "gone": localised(gone, "name"),
                "link": settings.BASE_URL + reverse("registry:organisation", args=[kept.uid]),
            }
            mail.queue(
                to=user.email,
                kind="registry.merged",
                subject=_("%(kept)s stood in the register twice") % facts,
                body=_(
                    "The secretary has merged two cards of the register into one: “%(gone)s” and "
                    "“%(kept)s”. Goods, applications and honours of both stand on one card now, and "
                    "whoever acted for one of the two acts for it: %(link)s\n\n"
                    "If they are two organisations after all, write to the secretary.\n"
                )
                % facts,
                user=user,
                language=user.language,
            )
