"""May this organisation take part, and in which category? Answered rule by rule, with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.intake.forms.answers import clean_all, is_asked
from laureat.intake.models import Entry, EntryState
from laureat.intake.queries.card import field_of, unknown_in
from laureat.intake.queries.facts import all_fields, applicant_facts
from laureat.intake.queries.stages import intake_stages
from laureat.platform.i18n.content import localised
from laureat.registry.models import Good, Organisation
from laureat.rulebook import schema
from laureat.rulebook.models import Category, Edition, Stage
from laureat.rulebook.schema.edition import Category as RuledCategory


@dataclass(frozen=True)
class Verdict:
    """One condition: whether it holds, and what to say if it does not."""

    key: str
    title: str
    ok: bool
    message: str = ""
    source: str = ""
    source_url: str = ""
    assumed: bool = False
    unanswered: bool = False
    """Whether it cannot be told before something is answered, chosen or filled in."""
    card: str = ""
    """The field of the organisation's card that is to be filled in; a good has a card of its own."""


@dataclass(frozen=True)
class Eligibility:
    """All conditions, the category they lead to, and answers that could not be read."""

    verdicts: list[Verdict]
    category: Category | None
    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every condition holds."""
        return not self.errors and all(verdict.ok for verdict in self.verdicts)

    @property
    def unanswered(self) -> bool:
        """Whether nothing speaks against but answers that are still missing."""
        open_ones = [verdict for verdict in self.verdicts if not verdict.ok]
        return bool(open_ones) and all(verdict.unanswered for verdict in open_ones)

    @property
    def reasons(self) -> list[str]:
        """Every reason against, ready to read."""
        return [each.message for each in self.verdicts if not each.ok] + list(self.errors.values())

    def __bool__(self) -> bool:
        return self.ok


def check_eligibility(
    edition: Edition,
    organisation: Organisation,
    good: Good | None,
    answers: Mapping[str, Any],
    category_key: str = "",
    *,
    entry: Entry | None = None,
    history: Sequence[Mapping[str, Any]] | None = None,
    intakes: Sequence[Stage] | None = None,
) -> Eligibility:
    """Hold every condition of the edition against an applicant. Changes nothing.

    `entry`, if given, is the applicant's own entry, which does not count against the limit.
    `history` and `intakes` save queries to callers that have them.
    """
    rules = edition.rules
    given, errors = clean_all(
        rules.questions,
        {key: answers.get(key) for key in (each.key for each in rules.questions)},
    )
    region = organisation.region_id or ""
    facts = applicant_facts(
        edition, organisation, good, given, category=category_key, region=region, history=history
    )
    own_category = entry.category if entry else None
    category, in_category = _category(edition, category_key, facts, own_category)
    others = _others(edition, organisation, entry)
    verdicts = [
        _region(edition, region, intakes),
        _good(organisation, good, others) if rules.subject == "product" else None,
        in_category,
        _limit(edition, others),
        *(_rule(rules, rule, facts) for rule in rules.eligibility),
    ]
    return Eligibility([each for each in verdicts if each is not None], category, given, errors)


def conditions_of(entry: Entry) -> Eligibility:
    """The conditions as they stand for an entry that exists, by what it says now."""
    known = {each.key for each in all_fields(entry.edition)}
    return check_eligibility(
        entry.edition,
        entry.organisation,
        entry.good,
        {key: value for key, value in entry.answers.items() if key in known},
        entry.category.key if entry.category else "",
        entry=entry,
    )


def _others(
    edition: Edition, organisation: Organisation, entry: Entry | None
) -> list[tuple[int | None, str | None]]:
    """Good and number of the organisation's other entries in this edition.

    An entry that was handed in has its place: its later changes are not weighed against others.
    """
    if entry is not None and entry.state == EntryState.SUBMITTED:
        return []
    rows = Entry.objects.filter(edition=edition, organisation=organisation).exclude(
        state=EntryState.WITHDRAWN
    )
    if entry is not None:
        rows = rows.exclude(pk=entry.pk)
    return list(rows.order_by("serial", "pk").values_list("good_id", "number"))


def _region(edition: Edition, region: str, intakes: Sequence[Stage] | None) -> Verdict | None:
    rules = edition.rules
    if rules.stages[0].per != "region":
        return None
    held = {stage.region for stage in (intakes or intake_stages(edition))}
    title = _("The region takes part")
    if not region:
        message = _("Name the region on the organisation's card.")
    elif region not in held:
        names = ", ".join(localised(rules.regions[key].title) for key in sorted(held))
        message = _(
            "The contest is not held in your region this year. It is held in: %(names)s."
        ) % {"names": names}
    else:
        return Verdict("_region", title, ok=True)
    return Verdict("_region", title, ok=False, message=message)


def _good(
    organisation: Organisation,
    good: Good | None,
    others: list[tuple[int | None, str | None]],
) -> Verdict:
    title = _("Product or service")
    if good is None:
        message = _("Choose the product or service that you enter.")
    elif good.organisation_id != organisation.pk:
        message = _("«%(good)s» belongs to another organisation.") % {
            "good": localised(good, "name")
        }
    else:
        rivals = [number for entered, number in others if entered == good.pk]
        if not rivals:
            return Verdict("_good", title, ok=True)
        message = _("«%(good)s» has been entered already: entry %(entry)s.") % {
            "good": localised(good, "name"),
            "entry": rivals[0] or _("(draft)"),
        }
    return Verdict("_good", title, ok=False, message=message, unanswered=good is None)


def _category(
    edition: Edition, key: str, facts: Mapping[str, Any], own: Category | None
) -> tuple[Category | None, Verdict]:
    rules = edition.rules
    title = localised(rules.category_title)
    wanted: RuledCategory | None = None
    message = ""
    missing: list[str] = []
    if rules.chosen_category:
        wanted = next((each for each in rules.categories if each.key == key), None)
        if not key:
            message = _("Please choose: %(what)s.") % {"what": title}
        elif wanted is None:
            message = _("There is no such choice: %(what)s.") % {"what": title}
    else:
        try:
            wanted = rules.category_of(facts)
        except schema.PredicateError:
            message, missing = unknown_in(
                " ".join(each.when.source for each in rules.categories if each.when), facts
            )
        if wanted is None and not message:
            message = _("No category fits what the organisation's card says.")
    if wanted is None:
        unanswered = bool(missing) or (rules.chosen_category and not key)
        return None, Verdict(
            "_category",
            title,
            ok=False,
            message=message,
            unanswered=unanswered,
            card=field_of(missing),
        )
    row = own if own and own.key == wanted.key else edition.categories.get(key=wanted.key)
    source, url = _source(rules, wanted)
    return row, Verdict(
        "_category",
        f"{title}: {localised(wanted.title)}",
        ok=True,
        source=source,
        source_url=url,
        assumed=wanted.assumed,
    )


def _limit(edition: Edition, others: list[tuple[int | None, str | None]]) -> Verdict | None:
    most = edition.rules.entries_per_applicant
    if most is None:
        return None
    title = ngettext(
        "At most %(most)s entry per applicant", "At most %(most)s entries per applicant", most
    ) % {"most": most}
    if len(others) < most:
        return Verdict("_limit", title, ok=True)
    return Verdict(
        "_limit",
        title,
        ok=False,
        message=ngettext(
            "The organisation has its %(most)s entry already. Go on with it, or withdraw it.",
            "The organisation has its %(most)s entries already. Go on with them, or withdraw one.",
            most,
        )
        % {"most": most},
    )


def _rule(
    rules: schema.Edition, rule: schema.edition.EligibilityRule, facts: Mapping[str, Any]
) -> Verdict:
    ok, message = False, ""
    missing: list[str] = []
    unanswered = [
        question
        for question in rules.questions
        if question.key in rule.when.answers
        and question.required
        and facts["answers"].get(question.key) is None
        and is_asked(question, facts)
    ]
    if unanswered:
        message = _("Please answer: %(question)s") % {"question": localised(unanswered[0].label)}
    else:
        try:
            ok = rule.when.holds(facts)
            message = "" if ok else localised(rule.otherwise)
        except schema.PredicateError:
            message, missing = unknown_in(rule.when.source, facts)
    source, url = _source(rules, rule)
    return Verdict(
        rule.key,
        localised(rule.title),
        ok,
        message,
        source,
        url,
        assumed=rule.assumed,
        unanswered=bool(unanswered or missing),
        card=field_of(missing),
    )


def _source(rules: schema.Edition, rule: schema.Sourced) -> tuple[str, str]:
    known = rules.sources.get(rule.source)
    return (localised(known.title), known.url) if known else (rule.source, "")
