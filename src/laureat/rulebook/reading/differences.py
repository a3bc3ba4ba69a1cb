"""Two versions of rules side by side: which sentences came, went and changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import number
from laureat.rulebook import schema
from laureat.rulebook.reading import words
from laureat.rulebook.reading.page import scale_view

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """One rule in words: where it stands, what it is called, what it says."""

    section: str
    key: str
    title: str
    lines: Lines


@dataclass(frozen=True)
class Change:
    """A clause that is new (`before` is None), gone (`after` is None), or says something else."""

    title: str
    before: Lines | None
    after: Lines | None


@dataclass(frozen=True)
class Section:
    """The changes of one part of the rules."""

    title: str
    changes: list[Change]


def compare(before: schema.Edition, after: schema.Edition) -> list[Section]:
    """What `after` says otherwise than `before`, in the order of the rules."""
    old = {(each.section, each.key): each for each in clauses(before)}
    new = {(each.section, each.key): each for each in clauses(after)}
    found: dict[str, list[Change]] = {}
    for place in [*new, *(place for place in old if place not in new)]:
        was, now = old.get(place), new.get(place)
        if was is not None and now is not None:
            if (was.title, was.lines) == (now.title, now.lines):
                continue
            change = _differing(was, now)
        else:
            one = now or was
            assert one is not None
            change = Change(one.title, was.lines if was else None, now.lines if now else None)
        found.setdefault(place[0], []).append(change)
    return [Section(title, changes) for title, changes in found.items()]


def _differing(was: Clause, now: Clause) -> Change:
    """Only the sentences that differ, and the title where it does."""
    before = [line for line in was.lines if line not in now.lines]
    after = [line for line in now.lines if line not in was.lines]
    if was.title != now.title:
        before, after = [was.title, *before], [now.title, *after]
    if not before and not after:  # the same sentences in another order
        before, after = list(was.lines), list(now.lines)
    return Change(now.title, tuple(before), tuple(after))


def clauses(rules: schema.Edition) -> Iterator[Clause]:
    """Every rule in words, in the reader's language."""
    yield from _general(rules)
    for section, rows in (
        (localised(rules.category_title), _categories(rules)),
        (_("Who may take part"), _conditions(rules)),
        (_("Regions"), ((key, localised(each.title), []) for key, each in rules.regions.items())),
        (_("Stages and how they end"), _stages(rules)),
        (_("Calendar"), _milestones(rules)),
        (_("Application form"), _questions(rules)),
        (_("Criteria"), _criteria(rules)),
        (_("Scales"), _scales(rules)),
        (_("Honours"), _honours(rules)),
        (_("Fees"), _fees(rules)),
    ):
        for key, title, lines in rows:
            yield Clause(section, key, title, tuple(line for line in lines if line))


Row = tuple[str, str, Iterable[str]]


def _general(rules: schema.Edition) -> Iterator[Clause]:
    section = _("In general")
    yield Clause(section, "title", _("Title"), (localised(rules, "title"),))
    first = rules.numbering.format(year=rules.year, region="42", serial=1)
    yield Clause(section, "numbering", _("The first entry's number"), (first,))
    yield Clause(section, "zone", _("Time zone"), (rules.zone,))
    most = rules.entries_per_applicant
    said = number(most) if most else _("as many as they like")
    yield Clause(section, "most", _("Entries of one applicant"), (said,))
    if rules.emblem:
        terms = localised(rules.emblem, "terms") if rules.emblem.terms else ""
        years = _("years: %(years)s") % {"years": rules.emblem.years}
        lines = tuple(line for line in (localised(rules.emblem, "title"), years, terms) if line)
        yield Clause(section, "emblem", _("The right to the emblem"), lines)
    yield Clause(section, "declining", _("Declining a title"), tuple(words.declining(rules)))
    asked = (words.result_questions(rules),)
    yield Clause(section, "result_questions", _("Questions about the result"), asked)


def _categories(rules: schema.Edition) -> Iterator[Row]:
    for each in rules.categories:
        yield each.key, localised(each, "title"), [each.when.source if each.when else ""]


def _conditions(rules: schema.Edition) -> Iterator[Row]:
    for each in rules.eligibility:
        yield each.key, localised(each, "title"), [localised(each, "otherwise"), each.when.source]


def _stages(rules: schema.Edition) -> Iterator[Row]:
    for each in rules.stages:
        lines = [*_dates(each), each.applies.source if each.applies else ""]
        if isinstance(each, schema.CheckStage):
            lines += [localised(item, "title") for item in each.checks]
        if isinstance(each, schema.AssessmentStage):
            lines += [*words.team(rules, each), *words.scorebook(rules, each)]
            lines += [words.result(each.result)]
        if isinstance(each, schema.DecisionStage):
            lines += [f"{name}: {value}" for name, value in words.decision(rules, each)]
        gate = getattr(each, "gate", None)
        yield each.key, localised(each, "title"), [*lines, words.gate(rules, gate) if gate else ""]


def _milestones(rules: schema.Edition) -> Iterator[Row]:
    for place, each in enumerate(rules.calendar):
        yield f"{place}", localised(each, "title"), [str(each.on)]


def _dates(stage: Any) -> Iterator[str]:
    if stage.opens:
        yield _("Opens: %(when)s") % {"when": f"{stage.opens:%d.%m.%Y %H:%M}"}
    if stage.closes:
        yield _("Closes: %(when)s") % {"when": f"{stage.closes.at:%d.%m.%Y %H:%M}"}
        minutes = int(stage.closes.grace.total_seconds()) // 60
        if minutes:
            yield _("Grace: %(minutes)s min") % {"minutes": minutes}


def _questions(rules: schema.Edition) -> Iterator[Row]:
    for field in rules.questions:
        yield f"question {field.key}", localised(field, "label"), _question(field)
    for form in rules.forms.values():
        for field in form.fields():
            yield field.key, localised(field, "label"), _question(field)


def _question(field: schema.Field) -> Iterator[str]:
    yield _("required") if field.required else _("optional")
    if field.help:
        yield localised(field, "help")
    yield from (localised(choice, "title") for choice in field.choices)
    if field.kind == "file":
        kinds = ", ".join(each.upper() for each in field.accept)
        yield _("%(kinds)s, at most %(most)s MB") % {
            "kinds": kinds, "most": number(field.largest_mb),
        }  # fmt: skip
    if field.longest:
        yield _("at most %(most)s characters") % {"most": number(field.longest)}
    if field.least is not None or field.most is not None:
        yield _("from %(least)s to %(most)s") % {
            "least": number(field.least), "most": number(field.most),
        }  # fmt: skip
    if field.when:
        yield field.when.source


def _criteria(rules: schema.Edition) -> Iterator[Row]:
    for key, model in rules.models.items():
        weights = model.weights()
        title = localised(model, "title")
        yield key, title, [_("points: %(points)s") % {"points": number(model.points)}]
        for criterion in model.criteria:
            lines = [_("points: %(points)s") % {"points": number(criterion.points)}]
            lines += [
                f"{localised(part, 'title')}: {number(weights[part.key])}"
                for part in criterion.parts
            ]
            if criterion.guidance:
                lines.append(localised(criterion, "guidance"))
            yield f"{key} {criterion.key}", f"{title}. {localised(criterion, 'title')}", lines


def _scales(rules: schema.Edition) -> Iterator[Row]:
    for key, rule in rules.scales.items():
        view = scale_view(key, rule)
        lines = [view.line, *view.comments]
        lines += [": ".join(filter(None, anchor)) for anchor in view.anchors]
        lines += [f"{span}: {points}" for span, points in view.bands]
        yield key, view.title, lines


def _honours(rules: schema.Edition) -> Iterator[Row]:
    for each in rules.honours:
        formal = each.when.source if each.when and not words.condition(each.when) else ""
        yield each.key, localised(each, "title"), [*words.limits(rules, each), formal]


def _fees(rules: schema.Edition) -> Iterator[Row]:
    for each in rules.fees:
        yield each.key, localised(each, "title"), [f"{number(each.amount)} ₽"]
