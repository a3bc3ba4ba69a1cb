"""What must hold between the parts of an edition: names that exist, dates that follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from string import Formatter
from typing import TYPE_CHECKING

from laureat.rulebook.schema.finding import Finding, Path
from laureat.rulebook.schema.letters import PLACEHOLDERS
from laureat.rulebook.schema.saying import one_of
from laureat.rulebook.schema.scales import BandedScale
from laureat.rulebook.schema.stages import (
    AssessmentStage,
    DecisionStage,
    IntakeStage,
    instant,
)
from laureat.saying import Said, say

if TYPE_CHECKING:
    from laureat.rulebook.schema.base import Text
    from laureat.rulebook.schema.edition import Edition
    from laureat.rulebook.schema.forms import Field
    from laureat.rulebook.schema.predicates import Predicate
    from laureat.rulebook.schema.stages import Closing, Gate, Opening


def findings(edition: Edition) -> Iterator[Finding]:
    """Everything that does not hold between the parts of `edition`.

    A check that needs a part which could not be read (the loader passes such editions) is left
    out, so that one mistake is reported once.
    """
    for check in _CHECKS:
        try:
            found = list(check(edition))
        except AttributeError:
            if all(name in edition.__dict__ for name in type(edition).model_fields):
                raise
            continue
        yield from found


KINDS = {
    "scale": say("unknown scale %(key)s"),
    "form field": say("unknown form field %(key)s"),
    "form": say("unknown form %(key)s"),
    "model": say("unknown model %(key)s"),
    "earlier assessment stage": say("unknown earlier assessment stage %(key)s"),
    "assessment stage": say("unknown assessment stage %(key)s"),
    "decision stage": say("unknown decision stage %(key)s"),
    "panel": say("unknown panel %(key)s"),
    "criterion": say("unknown criterion %(key)s"),
    "group": say("unknown group %(key)s"),
    "honour": say("unknown honour %(key)s"),
    "category": say("unknown category %(key)s"),
}
"""What is looked up by its key, and what is said where it is not found."""


def _unknown(path: Path, kind: str, key: str, known: Iterable[str]) -> Iterator[Finding]:
    names = list(known)
    if key not in names:
        unknown = KINDS[kind]
        yield Finding(
            path,
            Said(unknown.sentence, {"key": repr(key)}),
            one_of(names) if names else say("another rule: there is none yet"),
        )


def _twice(name: str, keys: Sequence[str]) -> Iterator[Finding]:
    for number, key in enumerate(keys):
        if key in keys[:number]:
            yield Finding(
                (name, number, "key"),
                say("key %(key)s is used twice in %(list)s", key=repr(key), list=name),
                say("a key of its own"),
            )


def _keys(edition: Edition) -> Iterator[Finding]:
    yield from _twice("categories", [each.key for each in edition.categories])
    yield from _twice("questions", [each.key for each in edition.questions])
    yield from _twice("eligibility", [each.key for each in edition.eligibility])
    yield from _twice("stages", [each.key for each in edition.stages])
    yield from _twice("honours", [each.key for each in edition.honours])
    yield from _twice("fees", [each.key for each in edition.fees])
    yield from _twice("letters", [each.key for each in edition.letters])


def _categories(edition: Edition) -> Iterator[Finding]:
    ruled = [category.when is not None for category in edition.categories]
    if any(ruled) and not all(ruled):
        yield Finding(
            ("categories", ruled.index(False)),
            say("this category has no 'when', others have one"),
            say("'when' on every category, or on none"),
        )


def _parts(edition: Edition) -> Iterator[Finding]:
    for key, model in edition.models.items():
        for number, criterion in enumerate(model.criteria):
            for place, part in enumerate(criterion.parts):
                yield from _unknown(
                    ("models", key, "criteria", number, "parts", place, "scale"),
                    "scale",
                    part.scale,
                    edition.scales,
                )


def _measured_fields(edition: Edition) -> Iterator[Finding]:
    fields = [field.key for form in edition.forms.values() for field in form.fields()]
    for key, scale in edition.scales.items():
        if isinstance(scale, BandedScale) and scale.field:
            yield from _unknown(("scales", key, "field"), "form field", scale.field, fields)


def _stages(edition: Edition) -> Iterator[Finding]:
    stages = edition.stages
    if not isinstance(stages[0], IntakeStage):
        yield Finding(
            ("stages", 0, "kind"),
            say("the first stage is of kind %(kind)s", kind=repr(stages[0].kind)),
            "'intake'",
        )
    for number, stage in enumerate(stages):
        here = ("stages", number)
        if stage.per == "region" and not edition.regions:
            yield Finding((*here, "per"), say("'per: region' without regions"), "'regions'")
        yield from _answers((*here, "for"), stage.applies, _all_fields(edition))
        yield from _dates(here, stage.opens, stage.closes, edition.zone)
        if isinstance(stage, IntakeStage):
            yield from _unknown((*here, "form"), "form", stage.form, edition.forms)
        elif isinstance(stage, AssessmentStage):
            earlier = [each.key for each in stages[:number] if isinstance(each, AssessmentStage)]
            book = stage.scorebook
            yield from _unknown((*here, "scorebook", "model"), "model", book.model, edition.models)
            if stage.team.taken_from:
                yield from _unknown(
                    (*here, "team", "from"),
                    "earlier assessment stage",
                    stage.team.taken_from,
                    earlier,
                )
            if book.starts_from:
                yield from _unknown(
                    (*here, "scorebook", "starts_from"),
                    "earlier assessment stage",
                    book.starts_from,
                    earlier,
                )
        elif isinstance(stage, DecisionStage):
            yield from _decision(edition, number, stage)


def _dates(
    here: Path, opens: Opening | None, closes: Closing | None, zone: str
) -> Iterator[Finding]:
    if opens and closes and instant(opens, zone) >= instant(closes.at, zone):
        yield Finding(
            (*here, "closes"),
            say("closes %(closes)s before it opens %(opens)s", closes=closes.at, opens=opens),
            say("a later time"),
        )


def _decision(edition: Edition, number: int, stage: DecisionStage) -> Iterator[Finding]:
    here = ("stages", number)
    yield from _unknown((*here, "panel"), "panel", stage.panel, edition.panels)
    earlier = {
        each.key: each for each in edition.stages[:number] if isinstance(each, AssessmentStage)
    }
    yield from _unknown(
        (*here, "points_from"), "earlier assessment stage", stage.points_from, earlier
    )
    if stage.points_from in earlier:
        judged = edition.models.get(earlier[stage.points_from].scorebook.model)
        names = {
            "criterion": [each.key for each in judged.criteria] if judged else [],
            "group": [each.key for each in judged.groups] if judged else [],
        }
        for place, tie in enumerate(stage.ties):
            kind, colon, key = tie.partition(":")
            if colon and judged:
                yield from _unknown((*here, "ties", place), kind, key, names[kind])


def _gates(edition: Edition) -> Iterator[Finding]:
    honours = [honour.key for honour in edition.honours]
    for number, stage in enumerate(edition.stages):
        gate: Gate | None = getattr(stage, "gate", None)
        if gate is None:
            continue
        for place, key in enumerate(gate.honours):
            path = ("stages", number, "gate", "honours", place)
            yield from _unknown(path, "honour", key, honours)
        if gate.per == "region" and not edition.regions:
            yield Finding(
                ("stages", number, "gate", "per"), say("'per: region' without regions"), "'regions'"
            )


def _honours(edition: Edition) -> Iterator[Finding]:
    decisions = [each.key for each in edition.stages if isinstance(each, DecisionStage)]
    honours = [honour.key for honour in edition.honours]
    categories = [category.key for category in edition.categories]
    for number, honour in enumerate(edition.honours):
        here = ("honours", number)
        yield from _unknown((*here, "stage"), "decision stage", honour.stage, decisions)
        for place, other in enumerate(honour.with_honours):
            yield from _unknown((*here, "with", place), "honour", other, honours)
        if isinstance(honour.at_most, dict):
            for key in honour.at_most:
                yield from _unknown((*here, "at_most", key), "category", key, categories)
        yield from _answers((*here, "when"), honour.when, _all_fields(edition))
    for place, other in enumerate(edition.emblem.honours if edition.emblem else []):
        yield from _unknown(("emblem", "honours", place), "honour", other, honours)


def _feedback(edition: Edition) -> Iterator[Finding]:
    if edition.feedback:
        assessments = [each.key for each in edition.stages if isinstance(each, AssessmentStage)]
        yield from _unknown(
            ("feedback", "model_stage"),
            "assessment stage",
            edition.feedback.model_stage,
            assessments,
        )


def _numbering(edition: Edition) -> Iterator[Finding]:
    yield from _pattern(("numbering",), edition.numbering, ("year", "region", "serial"))
    yield from _pattern(
        ("diploma", "numbering"),
        edition.diploma.numbering,
        ("year", "region", "serial", "honour"),
    )


LONGEST_NUMBER = 40
"""Characters of a number on paper."""
_WIDTH = re.compile(r"\d+")


def _pattern(path: Path, pattern: str, names: tuple[str, ...]) -> Iterator[Finding]:
    samples: dict[str, int | str] = {
        "year": 2024, "region": "42", "serial": 1, "honour": "laureate",
    }  # fmt: skip
    expected = say("a pattern of %(names)s", names=", ".join(f"{{{name}}}" for name in names))
    known = {name: samples[name] for name in names}
    try:
        widths = [
            int(width)
            for _text, _name, spec, _how in Formatter().parse(pattern)
            for width in _WIDTH.findall((spec or "")[:LONGEST_NUMBER])
        ]
        if max(widths, default=0) > LONGEST_NUMBER:  # filling it in would fill the memory
            yield Finding(
                path, say("%(pattern)s makes numbers too long", pattern=repr(pattern)), _SHORT
            )
            return
        first, second = (pattern.format(**known | {"serial": serial}) for serial in (1, 2))
    except (KeyError, ValueError, IndexError, AttributeError):
        yield Finding(path, say("%(pattern)s cannot be filled in", pattern=repr(pattern)), expected)
        return
    if first == second:
        yield Finding(
            path,
            say("%(pattern)s gives every one the same number", pattern=repr(pattern)),
            expected,
        )
    elif len(first) > LONGEST_NUMBER:
        yield Finding(
            path, say("%(pattern)s makes numbers too long", pattern=repr(pattern)), _SHORT
        )


_SHORT = say("at most %(max_length)s characters", max_length=LONGEST_NUMBER)


def _regions(edition: Edition) -> Iterator[Finding]:
    for key, region in edition.regions.items():
        yield from _dates(("regions", key), region.opens, region.closes, edition.zone)


def _conditions(edition: Edition) -> Iterator[Finding]:
    questions = [question.key for question in edition.questions]
    for number, category in enumerate(edition.categories):
        yield from _answers(("categories", number, "when"), category.when, questions)
    for number, rule in enumerate(edition.eligibility):
        yield from _answers(("eligibility", number, "when"), rule.when, questions)
    yield from _asked(("questions",), edition.questions, questions)
    for key, form in edition.forms.items():
        fields = [*questions, *(field.key for field in form.fields())]
        for number, section in enumerate(form.sections):
            yield from _asked(("forms", key, "sections", number, "fields"), section.fields, fields)


def _asked(path: Path, fields: list[Field], known: list[str]) -> Iterator[Finding]:
    for number, field in enumerate(fields):
        yield from _answers((*path, number, "when"), field.when, known)


def _answers(path: Path, condition: Predicate | None, known: list[str]) -> Iterator[Finding]:
    for key in sorted(condition.answers if condition else ()):
        yield from _unknown(path, "form field", key, known)


def _all_fields(edition: Edition) -> list[str]:
    fields = [field.key for form in edition.forms.values() for field in form.fields()]
    return [*(question.key for question in edition.questions), *fields]


def _letters(edition: Edition) -> Iterator[Finding]:
    expected = one_of(f"{{{name}}}" for name in PLACEHOLDERS)
    for number, letter in enumerate(edition.letters):
        yield from _number_pattern(number, letter.number_pattern)
        texts: dict[Path, Text] = {
            ("salutation",): letter.salutation,
            ("closing",): letter.closing,
        }
        texts |= {("paragraphs", place): text for place, text in enumerate(letter.paragraphs)}
        if letter.subject:
            texts["subject",] = letter.subject
        for where, text in texts.items():
            for language, written_text in (("ru", text.ru), ("en", text.en)):
                path: Path = ("letters", number, *where, language)
                try:
                    names = [each[1] for each in Formatter().parse(written_text)]
                except ValueError:
                    yield Finding(path, say("a brace without its pair"), expected)
                    continue
                for name in names:
                    if name is not None and name not in PLACEHOLDERS:
                        told = say("unknown placeholder %(name)s", name=f"{{{name}}}")
                        yield Finding(path, told, expected)


def _number_pattern(number: int, pattern: str) -> Iterator[Finding]:
    try:
        filled = pattern.format(serial=1)
    except (KeyError, ValueError, IndexError, AttributeError):
        filled = pattern
    if filled == pattern:
        yield Finding(
            ("letters", number, "number_pattern"),
            say("%(pattern)s cannot be filled in", pattern=repr(pattern)),
            say("a pattern of %(names)s", names="{serial}: МПТ-5/{serial}"),
        )


def _fair_models(edition: Edition) -> Iterator[Finding]:
    """One set of thresholds needs one scale."""
    for number, stage in enumerate(edition.stages):
        if not isinstance(stage, AssessmentStage) or stage.fair != "rsm":
            continue
        model = edition.models.get(stage.scorebook.model)
        scales = sorted({part.scale for part in model.parts()}) if model else []
        if len(scales) > 1:
            yield Finding(
                ("stages", number, "fair"),
                say(
                    "the parts of model %(model)s have several scales (%(scales)s), a rating scale "
                    "model (rsm) has one",
                    model=repr(stage.scorebook.model),
                    scales=", ".join(scales),
                ),
                one_of(("pcm", "linear")),
            )


_CHECKS: tuple[Callable[[Edition], Iterator[Finding]], ...] = (
    _keys,
    _categories,
    _parts,
    _measured_fields,
    _stages,
    _gates,
    _honours,
    _fair_models,
    _feedback,
    _numbering,
    _regions,
    _conditions,
    _letters,
)
