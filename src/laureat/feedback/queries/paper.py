"""The report on paper: what the PDF's template takes."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.feedback.queries.drawings import profile_chart, total_chart, way_chart
from laureat.feedback.queries.reading import Block, Raw, Reading
from laureat.platform.ui.charts import PRINT


def pdf_data(shown: Reading) -> Raw:
    """What `documents/report.typ` takes."""
    released = shown.report.released_at
    zone = shown.report.entry.edition.time_zone
    return {
        "number": shown.number,
        "issued": released.astimezone(zone).date().isoformat() if released else None,
        "award": shown.award,
        "edition": _("contest of %(year)s") % {"year": shown.report.content["year"]},
        "category_title": shown.category_title,
        "category": shown.category or None,
        "organization": {"name": shown.organisation, "place": shown.place or None},
        "good": shown.good or None,
        "outcome": [
            {"text": words, "tone": tone if tone in {"gold", "ok"} else "plain"}
            for words, tone in shown.outcome
        ],
        "way": [{"name": step.label, "note": step.note or None} for step in shown.way],
        "standing": shown.standing,
        "summary": _paragraphs(shown.summary),
        "strengths": shown.strengths,
        "areas": shown.areas,
        "total": _total(shown.main),
        "groups": {
            "category": shown.main.category_size if shown.main.category_mean else None,
            "honoured": shown.main.honoured_size if shown.main.honoured_mean else None,
            "minimum": shown.minimum,
        }
        if shown.main and shown.minimum
        else {},
        "criteria": [
            each for place, block in enumerate(shown.blocks) for each in _criteria(block, place)
        ],
        "silence": [
            f"{block.title}: {block.silence}" if place else block.silence
            for place, block in enumerate(shown.blocks)
            if block.silence
        ],
        "next": _paragraphs(shown.next),
        "method": _paragraphs(_methods(shown)),
        "contact": None,
        "demo": shown.demo,
    }


def pdf_images(shown: Reading) -> tuple[dict[str, str], Raw]:
    """The drawings of the page for paper, and what each says in words."""
    drawn = {"way": way_chart(shown, theme=PRINT)}
    if shown.main is not None:
        drawn["total"] = total_chart(shown.main, theme=PRINT)
        drawn["profile"] = profile_chart(shown.main, theme=PRINT)
    charts = {name: chart for name, chart in drawn.items() if chart is not None}
    images = {name: chart.svg for name, chart in charts.items()}
    return images, {f"{name}_alt": chart.alt for name, chart in charts.items()}


def _methods(shown: Reading) -> list[str]:
    if not shown.blocks:
        return []
    told = [line for block in shown.blocks for line in block.methods]
    told += [each for each in (shown.foreign, shown.note) if each]
    return told + ([corrections(shown.corrections)] if shown.corrections else [])


def corrections(count: int) -> str:
    """That the secretariat changed words."""
    return ngettext(
        "Before release the secretariat corrected %(count)s comment.",
        "Before release the secretariat corrected %(count)s comments.",
        count,
    ) % {"count": count}


def _paragraphs(texts: Iterable[str]) -> list[str] | None:
    return list(texts) or None


def _total(block: Block | None) -> Raw | None:
    if block is None:
        return None
    return {
        "points": block.points,
        "max": block.max,
        "category_mean": block.category_mean,
        "honoured_mean": block.honoured_mean,
        "range": (block.fair.range or None) if block.fair and block.fair.decides else None,
        "fair": block.fair.both if block.fair and not block.fair.decides else None,
        "fair_said": block.fair.said if block.fair else "",
        "sum": {"rows": [list(row) for row in block.sum.rows], "said": block.sum.said}
        if block.sum
        else None,
    }


def _criteria(block: Block, place: int) -> list[Raw]:
    """The criteria of a block; those of models beside the main one say which model it is."""
    return [
        {
            "code": each.code,
            "title": f"{each.title} ({block.title})" if place else each.title,
            "points": each.points,
            "max": each.max,
            "category_mean": each.category_mean,
            "honoured_mean": each.honoured_mean,
            "strengths": each.strengths,
            "areas": each.improvements,
            "parts": [
                {
                    "code": part.code,
                    "title": part.title,
                    "points": part.points,
                    "max": part.max,
                    "strengths": part.strengths,
                    "areas": part.improvements,
                    "said_above": part.said_above,
                }
                for part in each.parts
            ],
        }
        for each in block.criteria
    ]
