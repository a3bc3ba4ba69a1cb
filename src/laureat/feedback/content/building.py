"""The content of one report."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from laureat.assessment.models import Result, Scorebook, ScorebookKind
from laureat.feedback.content import comments
from laureat.feedback.content.comparing import compare, decimals, points_of
from laureat.feedback.content.standing import standing
from laureat.feedback.queries.gathering import Material
from laureat.intake.models import Entry, EntryState, PassageState
from laureat.platform import canonical
from laureat.rulebook import schema
from laureat.rulebook.models import EditionState

FORMAT = 1
KINDS = ("strengths", "improvements")
Content = dict[str, Any]


def build(material: Material, entry: Entry) -> Content:
    """The content of the report on `entry`: the same facts give the same bytes."""
    blocks = _blocks(material, entry)
    edition = material.edition
    return {
        "format": FORMAT,
        "number": entry.number or "",
        "award": _two(edition.award, "short_title"),
        "edition": _two(edition, "title"),
        "year": edition.year,
        "category": _two(entry.category, "title") if entry.category else None,
        "category_title": _text(material.rules.category_title),
        "organisation": _two(entry.organisation, "name"),
        "place": _place(entry),
        "good": _two(entry.good, "name") if entry.good else None,
        "demo": edition.is_demo or entry.organisation.is_demo,
        "outcome": _outcome(material, entry),
        "way": _way(material, entry),
        "failed_checks": _failed(material, entry),
        "standing": standing(material, entry),
        "summary": [],
        "blocks": blocks,
        "minimum": material.rules.feedback.groups_of_at_least if material.rules.feedback else None,
        "note": _text(material.rules.feedback.note)
        if material.rules.feedback and material.rules.feedback.note
        else None,
        "edited": {},
        "attention": _attention(material, entry, blocks),
    }


def with_edits(content: Content, edits: Mapping[str, Any]) -> Content:
    """`content` with the secretary's corrections ({key: {"before", "after"}}) laid over it."""
    for key, edit in edits.items():
        after = list(edit["after"])
        if key == "summary":
            before, content["summary"] = content["summary"], after
        else:
            place, kind = key.rsplit(".", 1)
            part = find_part(content, place)
            if part is None:
                continue
            before, part[kind] = part[kind], after
        content["edited"][key] = {"before": before, "after": after}
    content["attention"] = [
        each
        for each in content["attention"]
        if each["key"] not in content["edited"] and not _has_words(content, each["key"])
    ]
    return content


def _has_words(content: Content, place: str) -> bool:
    """Whether a part that was empty has got words (other kinds of flags are on one comment)."""
    part = find_part(content, place)
    return bool(part and any(part[kind] for kind in KINDS))


def find_part(content: Content, place: str) -> dict[str, Any] | None:
    """The part at "model:part" in a content."""
    for block in content["blocks"]:
        for criterion in block["criteria"]:
            for part in criterion["parts"]:
                if part["place"] == place:
                    return part
    return None


def digest(content: Content) -> str:
    """SHA-256 of what the applicant reads (the ledger keeps it salted with the report's uid)."""
    told = {key: value for key, value in content.items() if key != "attention"}
    return hashlib.sha256(canonical.dumps(told)).hexdigest()


# ---------------------------------------------------------------- the frame


def _two(obj: object, name: str) -> dict[str, str]:
    return {"ru": getattr(obj, f"{name}_ru"), "en": getattr(obj, f"{name}_en")}


def _text(text: schema.Text) -> dict[str, str]:
    return {"ru": text.ru, "en": text.en}


def _figure(value: Decimal | None) -> str | None:
    """An exact number as text without idle zeros."""
    return None if value is None else f"{value.normalize():f}"


def _place(entry: Entry) -> dict[str, str]:
    organisation = entry.organisation
    found = {}
    for language in ("ru", "en"):
        region = getattr(organisation.region, f"name_{language}") if organisation.region else ""
        city = getattr(organisation, f"city_{language}") or organisation.city_ru
        found[language] = ", ".join(filter(None, [city, region]))
    return found


def _outcome(material: Material, entry: Entry) -> dict[str, Any] | None:
    """What became of the entry; nothing while the results are not published."""
    honours = material.honours.get(entry.pk, [])
    if honours:
        rules = [material.rules.honour(honour.key) for honour in honours]
        titles = [{**_text(rule.title), "tone": rule.tone} for rule in rules]
        return {"kind": "honoured", "honours": titles}
    if declined := material.declined.get(entry.pk):
        titles = [_text(material.rules.honour(honour.key).title) for honour in declined]
        return {"kind": "declined", "honours": titles}
    if entry.state == EntryState.STOPPED:
        passages = material.passages.get(entry.pk, [])
        stopped = [each for each in passages if each.state == PassageState.STOPPED]
        return {"kind": "stopped", "stage": _two(stopped[-1].stage, "title") if stopped else None}
    if material.edition.state in {EditionState.PUBLISHED, EditionState.ARCHIVED}:
        return {"kind": "none"}
    return None


def _way(material: Material, entry: Entry) -> list[dict[str, Any]]:
    """The stages that the entry walked; those it will never reach are left out."""
    zone = material.edition.time_zone
    walking = entry.state == EntryState.SUBMITTED
    rules = material.rules.stages[-1]
    last = rules.key if rules.kind == "decision" else ""  # nobody passes it: it decides
    moved = {PassageState.PASSED, PassageState.STOPPED, PassageState.WITHDRAWN}
    return [
        {
            "title": _two(each.stage, "title"),
            "state": "decided"
            if each.state == PassageState.PASSED and each.stage.key == last
            else each.state,
            "on": each.moved_at.astimezone(zone).date().isoformat() if each.state in moved else "",
            "reason": {"ru": each.reason_ru, "en": each.reason_en},
        }
        for each in material.passages.get(entry.pk, [])
        if walking or each.state != PassageState.WAITING
    ]


def _failed(material: Material, entry: Entry) -> list[dict[str, Any]]:
    found = []
    for row in material.failed.get(entry.pk, []):
        rules = material.rules.stage(row.stage.key)
        items = rules.checks if isinstance(rules, schema.CheckStage) else []
        title = next((item.title for item in items if item.key == row.key), None)
        found.append(
            {
                "stage": _two(row.stage, "title"),
                "title": _text(title) if title else {"ru": row.key, "en": row.key},
                "note": row.note,
            }
        )
    return found


# ---------------------------------------------------------------- points and comments


def _blocks(material: Material, entry: Entry) -> list[dict[str, Any]]:
    """One block per model that the entry was judged by: the rulebook's main model first.

    A block takes its points from the last stage with that model; comments of earlier stages fill
    in where the later ones say nothing.
    """
    by_model: dict[str, list[schema.AssessmentStage]] = {}
    for stage in material.assessment_stages():
        seen = material.books.get((entry.pk, stage.key)) or material.results.get(
            (entry.pk, stage.key)
        )
        if seen:
            by_model.setdefault(stage.scorebook.model, []).append(stage)
    feedback = material.rules.feedback
    main = ""
    if feedback:
        rules = material.rules.stage(feedback.model_stage)
        main = rules.scorebook.model if isinstance(rules, schema.AssessmentStage) else ""
    order = sorted(by_model, key=lambda model: model != main)
    return [_block(material, entry, model, by_model[model]) for model in order]


def _code(key: str, place: str) -> str:
    """The number that people know a criterion by: its key where that is one (5, 1a, 6.2)."""
    return key if key[:1].isdigit() and len(key) <= 4 else place


def _block(
    material: Material, entry: Entry, key: str, stages: list[schema.AssessmentStage]
) -> dict[str, Any]:
    model = material.rules.models[key]
    last = stages[0]
    result = material.results.get((entry.pk, last.key))
    books = material.books.get((entry.pk, last.key), [])
    parts = decimals(result.parts) if result else _points_of_books(books)
    total = result.points if result else None
    if total is None and len(parts) == len(model.weights()):
        total = sum(parts.values(), Decimal(0))
    category = entry.category.key if entry.category else ""
    groups = compare(material, last, category)
    weights = model.weights()
    return {
        "model": key,
        "title": _text(model.title),
        "stage": _text(last.title),
        "points": _figure(total),
        "max": _figure(model.points),
        **_fair(result),
        "honoured_as": groups["honoured"]["titles"],
        "means": {name: _figure(group["total"]) for name, group in groups.items()},
        "sizes": {name: group["size"] for name, group in groups.items()},
        "methods": [_method(material, entry, stage) for stage in stages[::-1]],
        "criteria": [
            {
                "key": criterion.key,
                "code": _code(criterion.key, str(number)),
                "title": _text(criterion.title),
                "points": _figure(points_of(criterion, parts)),
                "max": _figure(criterion.points),
                "means": {
                    name: _figure(group["criteria"][criterion.key])
                    for name, group in groups.items()
                },
                "parts": [
                    {
                        "place": f"{key}:{part.key}",
                        "code": _code(part.key, f"{number}.{criterion.parts.index(part) + 1}"),
                        "title": _text(part.title),
                        "points": _figure(parts.get(part.key)),
                        "max": _figure(weights[part.key]),
                        **{
                            kind: _remarks(material, entry, stages, part.key, kind)
                            for kind in KINDS
                        },
                    }
                    for part in criterion.parts
                ],
            }
            for number, criterion in enumerate(model.criteria, 1)
        ],
    }


def _fair(result: Result | None) -> dict[str, Any]:
    """The mean of the assessors and their fair points, and whether these decide: `low` and `high`
    are the interval of the fair points and of nothing else.
    """
    if result is None:
        return {"decides": "", "raw": None, "fair": None, "low": None, "high": None}
    known = not result.fallback and result.fair is not None
    return {
        # Where fair points cannot be compared the raw mean counted.
        "decides": "mean" if result.method == "fair" and not known else result.method,
        "raw": _figure(result.raw),
        "fair": _figure(result.fair) if known else None,
        "low": _figure(result.low) if known else None,
        "high": _figure(result.high) if known else None,
    }


def _points_of_books(books: list[Scorebook]) -> dict[str, Decimal]:
    """Where a stage has no result: the marks of the consensus scorebook, if there is one."""
    for book in books:
        if book.kind == ScorebookKind.CONSENSUS:
            return {mark.part: mark.points for mark in book.marks.all() if mark.points is not None}
    return {}


def _method(material: Material, entry: Entry, stage: schema.AssessmentStage) -> dict[str, Any]:
    """How the numbers of a stage were made."""
    result = material.results.get((entry.pk, stage.key))
    books = material.books.get((entry.pk, stage.key), [])
    individual = sum(book.kind == ScorebookKind.INDIVIDUAL for book in books)
    return {
        "stage": _text(stage.title),
        "method": result.method if result else stage.result,
        "people": max(individual, material.assessors.get((entry.pk, stage.key), 0)),
        "individual": individual,
        "consensus": len(books) > individual,
        "points": _figure(result.points) if result else None,
    }


def _remarks(
    material: Material,
    entry: Entry,
    stages: list[schema.AssessmentStage],
    part: str,
    kind: str,
) -> list[str]:
    """What was said on a part: the team's words, else those of its members merged, of the last
    stage that says anything.
    """
    for stage in stages:
        books = material.books.get((entry.pk, stage.key), [])
        said = [
            (book.kind, getattr(mark, kind))
            for book in books
            if (mark := material.marks[book.pk].get(part)) is not None
        ]
        agreed = [
            remark
            for who, text in said
            if who == ScorebookKind.CONSENSUS
            for remark in comments.lines(text)
        ]
        found = agreed or comments.merged(
            comments.lines(text) for who, text in said if who == ScorebookKind.INDIVIDUAL
        )
        if found:
            return found
    return []


def _worded(rules: schema.Edition) -> set[str]:
    """The parts, as “model:part”, whose scale asks for lines about strengths or improvements."""
    return {
        f"{key}:{part.key}"
        for key, model in rules.models.items()
        for part in model.parts()
        if any(
            count and count.least
            for kind in KINDS
            for count in [getattr(rules.scales[part.scale].comments, kind)]
        )
    }


def _attention(
    material: Material, entry: Entry, blocks: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """What the secretary should look at before release: empty where the scale asks for words, very
    short, or naming somebody.
    """
    wanted = _worded(material.rules)
    known = comments.surnames(
        book.assessor.user.name
        for (pk, _stage), books in material.books.items()
        if pk == entry.pk
        for book in books
    )
    found = []
    for block in blocks:
        for criterion in block["criteria"]:
            for part in criterion["parts"]:
                if part["place"] in wanted and not any(part[kind] for kind in KINDS):
                    found.append({"key": part["place"], "part": part["code"], "why": "empty"})
                for kind in KINDS:
                    key = f"{part['place']}.{kind}"
                    if any(comments.names_somebody(each, known) for each in part[kind]):
                        found.append({"key": key, "part": part["code"], "why": "names"})
                    if any(len(each) < comments.SHORT for each in part[kind]):
                        found.append({"key": key, "part": part["code"], "why": "short"})
    return found
