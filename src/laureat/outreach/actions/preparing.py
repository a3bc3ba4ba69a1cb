"""Preparing a campaign: one letter to everybody on a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.outreach.actions.rendering import number_of, render_one
from laureat.outreach.models import Campaign, Letter, LetterState
from laureat.outreach.permissions import handle_campaign
from laureat.outreach.wording import (
    Calendar,
    check_placeholders,
    letter_to,
    missing,
    template_of,
    used,
)
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.registry.actions import change_organisation
from laureat.registry.models import Organisation
from laureat.rulebook import schema
from laureat.rulebook.models import Edition

_NAMED = 3
"""How many organisations a message names before it only counts."""


@dataclass(frozen=True)
class Plan:
    """A campaign that could be prepared just so: checked, nothing written."""

    campaign: Campaign
    organisations: list[Organisation]
    numbers: list[str]


def plan_campaign(
    edition: Edition,
    template_key: str,
    organisations: Iterable[Organisation],
    *,
    dated: date,
    first_number: int,
    language: str = "ru",
    region: str = "",
    answers_number: str = "",
    answers_dated: date | None = None,
    by: User | None,
) -> Plan:
    """What `prepare_campaign` would do. Writes nothing; raises what it would raise."""
    campaign = Campaign(
        edition=edition,
        template_key=template_key,
        language=language,
        region=region,
        dated=dated,
        first_number=first_number,
        answers_number=" ".join(answers_number.split()),
        answers_dated=answers_dated,
        by=by,
        created_at=now(),
    )
    if by is not None:
        handle_campaign.require(by, campaign)
    template = _template(campaign)
    if language not in {"ru", "en"}:
        raise Refused(_("A letter is written in Russian or English."), field="language")
    if bool(campaign.answers_number) != bool(answers_dated):
        raise Refused(
            _("An answer names both the number and the date of the letter it answers."),
            field="answers_dated" if campaign.answers_number else "answers_number",
        )
    chosen = _chosen(organisations, region)
    check_placeholders(template, language)
    _check_values(campaign, template, chosen)
    return Plan(campaign, chosen, _numbers(campaign, template, len(chosen)))


@transaction.atomic
def prepare_campaign(
    edition: Edition,
    template_key: str,
    organisations: Iterable[Organisation],
    *,
    dated: date,
    first_number: int,
    language: str = "ru",
    region: str = "",
    answers_number: str = "",
    answers_dated: date | None = None,
    by: User | None,
) -> Campaign:
    """Write the letter `template_key` of `edition` to `organisations`, as drafts.

    Numbers run from `first_number`; «на № … от …» needs both of its parts. With a `region`, the
    dates are those of its stage and every organisation must be of that region.
    Raises Denied, Refused (unknown letter or placeholder, nobody on the list, a number that was
    given before, something that a placeholder needs and the register lacks).
    """
    # Numbers are looked up and given under this lock, so that no two letters get the same.
    Edition.objects.select_for_update().get(pk=edition.pk)
    plan = plan_campaign(
        edition,
        template_key,
        organisations,
        dated=dated,
        first_number=first_number,
        language=language,
        region=region,
        answers_number=answers_number,
        answers_dated=answers_dated,
        by=by,
    )
    plan.campaign.save()
    Letter.objects.bulk_create(
        letter_to(plan.campaign, organisation, number)
        for organisation, number in zip(plan.organisations, plan.numbers, strict=True)
    )
    ledger.append(
        edition.chain,
        "letters.prepared",
        subject=plan.campaign.uid,
        by=by,
        data={
            "letter": template_key,
            "count": len(plan.organisations),
            "first": plan.numbers[0],
            "last": plan.numbers[-1],
            "region": region,
        },
    )
    return plan.campaign


def _template(campaign: Campaign) -> schema.Letter:
    try:
        return template_of(campaign)
    except KeyError:
        known = ", ".join(letter.key for letter in campaign.edition.rules.letters) or "—"
        raise Refused(
            _("The rulebook has no letter “%(key)s”: it has %(known)s.")
            % {"key": campaign.template_key, "known": known},
            field="letter",
        ) from None


def _chosen(organisations: Iterable[Organisation], region: str) -> list[Organisation]:
    """Each organisation once, in the order given. Raises Refused."""
    chosen = list({organisation.pk: organisation for organisation in organisations}.values())
    if not chosen:
        raise Refused(_("Nobody is on the list: choose at least one organisation."))
    strangers = [each for each in chosen if region and each.region_id != region]
    if strangers:
        raise Refused(
            _("These organisations are of another region: %(names)s.") % {"names": named(strangers)}
        )
    return chosen


def named(organisations: list[Organisation]) -> str:
    """The first few by name, the others by their number."""
    names = ", ".join(each.name_ru for each in organisations[:_NAMED])
    others = len(organisations) - _NAMED
    return (
        _("%(names)s and %(others)d more") % {"names": names, "others": others}
        if (others > 0)
        else names
    )


def _check_values(campaign: Campaign, template: schema.Letter, chosen: list[Organisation]) -> None:
    lacking = missing(
        used(template, campaign.language), campaign, chosen, Calendar(campaign.edition)
    )
    for name, organisations in lacking.items():
        if name in {"opens", "closes"}:
            message = _(
                "The letter tells when applications open and close ({%(name)s}), but no date is "
                "set for: %(who)s. Set the dates of the stage, or leave them out."
            )
        else:
            message = _(
                "The letter asks for {%(name)s}, which the register does not know of: %(who)s. "
                "Enter it there, or leave them out."
            )
        raise Refused(message % {"name": name, "who": named(organisations)}, field="letter")


def _numbers(campaign: Campaign, template: schema.Letter, count: int) -> list[str]:
    """The outgoing numbers; none of them given before in this edition that year."""
    if campaign.first_number < 1:
        raise Refused(_("Numbers begin with 1."), field="first_number")
    serials = range(campaign.first_number, campaign.first_number + count)
    numbers = [number_of(template, campaign, serial) for serial in serials]
    if len(set(numbers)) < len(numbers):
        raise Refused(
            _("The number pattern “%(pattern)s” gives every letter the same number.")
            % {"pattern": template.number_pattern},
            field="letter",
        )
    given = Letter.objects.filter(
        campaign__edition=campaign.edition,
        campaign__dated__year=campaign.dated.year,
    )
    taken = set(given.values_list("number", flat=True)) & set(numbers)
    if taken:
        raise Refused(
            _("Number %(number)s was given to another letter; the next free one is %(free)d.")
            % {
                "number": min(taken, key=numbers.index),
                "free": next_number(campaign.edition, campaign.template_key, campaign.dated.year),
            },
            field="first_number",
        )
    return numbers


def next_number(edition: Edition, template_key: str, year: int) -> int:
    """The first serial after all that were given in `year` for letters numbered like this one."""
    patterns = {letter.key: letter.number_pattern for letter in edition.rules.letters}
    alike = {key for key, each in patterns.items() if each == patterns.get(template_key)}
    campaigns = Campaign.objects.filter(
        edition=edition, template_key__in=alike | {template_key}, dated__year=year
    ).annotate(count=Count("letters"))
    return max((each.first_number + each.count for each in campaigns), default=1)


@transaction.atomic
def correct_addressee(letter: Letter, post: str, name: str, *, by: User | None) -> Letter:
    """Set to whom a letter is addressed, and keep the form with the organisation.

    A letter that was ready is rendered anew. Raises Denied, Refused (already sent or withdrawn).
    """
    row = Letter.objects.select_for_update().get(pk=letter.pk)
    if by is not None:
        handle_campaign.require(by, row.campaign)
    if row.state in {LetterState.SENT, LetterState.WITHDRAWN}:
        raise Refused(
            _("This letter is %(state)s: it can no longer be changed.")
            % {"state": row.get_state_display()}
        )
    post, name = " ".join(post.split()), " ".join(name.split())
    if not post:
        raise Refused(
            _(
                "Enter the post in the dative, in Russian: Генеральному директору "
                "(to the Director General)."
            ),
            field="post",
        )
    for field, text in (("post", post), ("name", name)):
        if len(text) > 200:
            raise Refused(_("At most 200 characters."), field=field)
    row.addressee_post, row.addressee_name = post, name
    row.save(update_fields=["addressee_post", "addressee_name"])
    if row.campaign.language == "ru":
        change_organisation(
            row.organisation, {"head_post_dative": post, "head_name_dative": name}, by=by
        )
    if row.state != LetterState.DRAFT:
        render_one(row)
    ledger.append(
        row.campaign.edition.chain,
        "letter.addressee_corrected",
        subject=row.uid,
        by=by,
        data={"number": row.number},
    )
    letter.refresh_from_db()
    return row
