"""What a rule says, as a sentence in the reader's language."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import number, percent
from laureat.rulebook import schema
from laureat.rulebook.schema.scales import BandedScale, Comments, Count, PercentScale, PointsScale


def result(method: str, model: schema.FairModel = "raw") -> str:
    """How the marks of several assessors become one; fair scores name their model."""
    if method == "fair" and model != "raw":
        return {
            "linear": _("fair points: corrected for strict and lenient assessors (linear model)"),
            "rsm": _(
                "fair points: corrected for strict and lenient assessors (Rasch, rating scale)"
            ),
            "pcm": _(
                "fair points: corrected for strict and lenient assessors (Rasch, partial credit)"
            ),
        }[model]
    return {
        "mean": _("mean of the assessors"),
        "median": _("median of the assessors"),
        "trimmed": _("mean without the highest and the lowest"),
        "consensus": _("the team's agreed marks"),
        "fair": _("fair points: corrected for strict and lenient assessors"),
    }[method]


def share(value: Fraction) -> str:
    """A share as people say it: 38 %, or 1/3 where per cent would be crooked."""
    hundredths = value * 100
    return (
        percent(Decimal(hundredths.numerator) / 100) if hundredths.denominator == 1 else str(value)
    )


def group(per: str) -> str:
    """Among whom, in the genitive: "of every category"."""
    return {
        "edition": _("of all entries"),
        "category": _("of every category"),
        "region": _("of every region"),
    }[per]


def declining(rules: schema.Edition) -> list[str]:
    """What follows when a laureate declines a title."""
    rule = rules.declining
    return [
        _("A laureate declines a title in the system within %(days)s days of its publication.")
        % {"days": rule.days}
        if rule.days
        else _("A laureate declines a title in the system until its diploma is issued."),
        _("The place is free: the panel may decide about the next one.")
        if rule.place == "council"
        else _("Nobody moves up: the place stays empty."),
        _("The public register says that the title was declined.")
        if rule.shown
        else _("The public register names the title no more."),
    ]


def result_questions(rules: schema.Edition) -> str:
    """How long applicants ask about a result, and within what they are answered."""
    return _("Working days to ask: %(ask)s; to answer: %(answer)s.") % {
        "ask": rules.result_questions.working_days,
        "answer": rules.result_questions.answer_within,
    }


def gate(rules: schema.Edition, rule: schema.Gate) -> str:
    """Who walks on."""
    if rule.rule == "threshold":
        said = _("Entries with at least %(points)s points go on.") % {
            "points": number(rule.at_least)
        }
    elif rule.rule == "top":
        top = rule.top or 0
        said = ngettext(
            "The best %(n)s %(group)s goes on.", "The best %(n)s %(group)s go on.", top
        ) % {"n": number(top), "group": group(rule.per)}
    elif rule.rule == "share":
        said = _("The best %(share)s %(group)s go on.") % {
            "share": share(rule.share or Fraction(0)),
            "group": group(rule.per),
        }
    elif rule.rule == "quota":
        said = _quota(rule)
    elif rule.rule == "passed":
        said = _("Entries that pass all checks go on.")
    elif rule.rule == "honoured":
        names = ", ".join(f"«{localised(rules.honour(key), 'title')}»" for key in rule.honours)
        said = _("Entries given %(honours)s go on.") % {"honours": names}
    else:
        said = _("All entries that have a result go on.")
    return f"{said} {_decided(rule)}".strip()


def _quota(rule: schema.Gate) -> str:
    places = rule.total or 0
    spread = {
        "region": _("spread over the regions by the number of their entries"),
        "category": _("spread over the categories by the number of their entries"),
    }.get(rule.per, "")
    method = {
        "hamilton": _("largest remainder"),
        "dhondt": _("D'Hondt's method"),
        "sainte-lague": _("Sainte-Laguë's method"),
        "huntington": _("the Huntington–Hill method"),
    }[rule.method]
    said = ngettext(
        "%(n)s place, %(spread)s (%(method)s).", "%(n)s places, %(spread)s (%(method)s).", places
    ) % {"n": number(places), "spread": spread, "method": method}
    if rule.least:
        said += " " + _("Each gets at least %(n)s.") % {"n": number(rule.least)}
    return said


def _decided(rule: schema.Gate) -> str:
    return {
        "rule": "",
        "secretary": _("The secretary confirms the list."),
        "panel": _("The panel decides."),
    }[rule.decided_by]


_POINTS = re.compile(r"entry\.points >= ([0-9.]+)")


def condition(predicate: schema.Predicate | None) -> str:
    """A condition that has a simple wording; "" for others, which are shown as they are written."""
    found = _POINTS.fullmatch(predicate.source.strip()) if predicate else None
    return _("from %(points)s points") % {"points": number(Decimal(found[1]))} if found else ""


def limits(rules: schema.Edition, honour: schema.Honour) -> list[str]:
    """How many may be honoured, and under which condition."""
    said = []
    if isinstance(honour.at_most, int):
        said.append(_("at most %(n)s %(group)s") % _n(honour.at_most, honour.per))
    elif honour.at_most:
        parts = [
            f"{localised(rules.category(key), 'title')} — {number(cap)}"
            for key, cap in honour.at_most.items()
        ]
        said.append(_("at most: %(caps)s") % {"caps": "; ".join(parts)})
    if honour.share is not None:
        said.append(
            _("at most %(share)s %(group)s, rounded to the nearest whole entry, at least one")
            % {"share": share(honour.share), "group": group(honour.per)}
        )
    if honour.top is not None:
        said.append(_("only the best %(n)s %(group)s") % _n(honour.top, honour.per))
    if words := condition(honour.when):
        said.append(words)
    if honour.overlay:
        names = ", ".join(
            f"«{localised(rules.honour(key), 'title')}»" for key in honour.with_honours
        )
        said.append(_("on top of %(honours)s") % {"honours": names})
    said.append(_("by vote") if honour.granted == "vote" else _("by the rule, without a vote"))
    return said


def _n(count: int, per: str) -> dict[str, str]:
    return {"n": number(count), "group": group(per)}


def team(rules: schema.Edition, stage: schema.AssessmentStage) -> list[str]:
    """Who judges an entry."""
    low, high = stage.team.size
    size = str(low) if low == high else f"{low}–{high}"
    said = [
        ngettext("%(size)s assessor", "%(size)s assessors", high) % {"size": size}
        + (_(", one of them leads") if stage.team.lead == 1 else "")
    ]
    if stage.team.newcomers is not None:
        said.append(
            ngettext("at most %(n)s newcomer", "at most %(n)s newcomers", stage.team.newcomers)
            % {"n": stage.team.newcomers}
        )
    if not stage.team.same_region:
        said.append(_("nobody from the applicant's region"))
    if stage.team.taken_from:
        title = localised(rules.stage(stage.team.taken_from), "title")
        said.append(_("the team of the stage «%(stage)s» goes on") % {"stage": title})
    if stage.blind.applicant_to_assessors:
        said.append(_("samples are coded: the assessors do not know the maker"))
    if stage.blind.assessors_to_applicant:
        said.append(_("the applicant does not learn the assessors' names"))
    return said


def scorebook(rules: schema.Edition, stage: schema.AssessmentStage) -> list[str]:
    """How marks come about."""
    book, said = stage.scorebook, []
    if book.individual:
        said.append(_("each assessor marks alone, hidden from the others until signed"))
    if book.starts_from:
        title = localised(rules.stage(book.starts_from), "title")
        said.append(_("the agreed marks of the stage «%(stage)s» are the start") % {"stage": title})
    if book.discuss_when_spread_over is not None:
        said.append(
            _("marks further apart than %(share)s of the scale are discussed")
            % {"share": percent(book.discuss_when_spread_over / 100)}
        )
    if book.consensus:
        said.append(_("then the team agrees on one set of marks"))
    if stage.on_site:
        low, high = stage.on_site.days
        days = str(low) if low == high else f"{low}–{high}"
        said.append(ngettext("%(n)s day on site", "%(n)s days on site", high) % {"n": days})
    return said


def decision(rules: schema.Edition, stage: schema.DecisionStage) -> list[tuple[str, str]]:
    """How a panel decides, as names and values."""
    panel = rules.panels.get(stage.panel)
    majority = {
        "simple": _("more votes for than against"),
        "absolute": _("more than half of all members"),
        "two-thirds": _("at least two thirds of those present"),
    }[stage.majority]
    pairs = [
        (_("Decided by"), localised(panel, "title") if panel else stage.panel),
        (_("Ranked by"), localised(rules.stage(stage.points_from), "title")),
        (_("Quorum"), _("%(share)s of the members") % {"share": share(stage.quorum)}),
        (_("Vote on a proposal"), _taking_part(stage)),
        (_("Majority"), majority),
        (_("Ballot"), _ballot(stage.ballot)),
        (_("Equal points"), " → ".join(_tie(rules, stage, tie) for tie in stage.ties)),
    ]
    published = {
        "signed_minutes": _("when the minutes are approved and signed"),
        "closed_session": _("when the session is closed"),
    }[stage.publish_requires]
    pairs.append((_("Decisions become public"), published))
    if stage.confirmed_by:
        pairs.append((_("Confirmed by"), localised(stage, "confirmed_by")))
    return pairs


def _taking_part(stage: schema.DecisionStage) -> str:
    wanted = stage.quorum if stage.ballot_quorum is None else stage.ballot_quorum
    return _(
        "counts if at least %(share)s of the members without the recused take part; "
        "abstentions count as taking part"
    ) % {"share": share(wanted)}


def _ballot(kind: str) -> str:
    return pgettext("ballot", "secret") if kind == "secret" else pgettext("ballot", "open")


def _tie(rules: schema.Edition, stage: schema.DecisionStage, tie: str) -> str:
    kind, _colon, key = tie.partition(":")
    scored = rules.stage(stage.points_from)
    model = rules.models.get(scored.scorebook.model) if scored.kind == "assessment" else None
    if model and kind == "criterion":
        for number, criterion in enumerate(model.criteria, 1):  # as the page numbers them
            if criterion.key == key:
                title = localised(criterion, "title")
                return _("points of criterion %(key)s “%(title)s”") % {
                    "key": number,
                    "title": title,
                }
    if model and kind == "group":
        for each in model.groups:
            if each.key == key:
                return _("points of “%(title)s”") % {"title": localised(each, "title")}
    return {
        "fair": _("fair points"),
        "earlier_entry": _("the earlier entry"),
        "chair": _("the presiding person"),
    }.get(kind, tie)


def scale(rule: schema.Scale) -> str:
    """How a mark is given, in one line."""
    if isinstance(rule, PercentScale):
        said = _("0–100 %% in steps of %(step)s %%") % {"step": number(rule.step)}
        if rule.attributes:
            start = {
                "mean": _("the overall mark starts from their mean"),
                "least": _("the overall mark starts from the least of them"),
            }[rule.overall.start]
            said += "; " + start
        for each in rule.attributes:
            if each.key == rule.overall.at_most:
                title = localised(each, "title")
                said += _(" and is not above “%(attribute)s”") % {"attribute": title}
        return said
    if isinstance(rule, PointsScale):
        return _("%(least)s to %(most)s in steps of %(step)s") % {
            "least": number(rule.least),
            "most": number(rule.most),
            "step": number(rule.step),
        }
    if isinstance(rule, BandedScale):
        return _("a measured value, %(unit)s") % {"unit": localised(rule, "unit")}
    if rule.input == "ordinal":
        return _("one of the levels")
    return _("yes or no")


def band(rule: BandedScale) -> list[tuple[str, str]]:
    """Measured values and the points they earn."""
    rows = []
    for each in rule.bands:
        if each.start is None:
            values = _("below %(to)s") % {"to": number(each.to)}
        elif each.to is None:
            values = _("from %(start)s") % {"start": number(each.start)}
        else:
            values = _("from %(start)s to below %(to)s") % {
                "start": number(each.start),
                "to": number(each.to),
            }
        rows.append((values, number(each.points)))
    return rows


def comments(rule: Comments) -> list[str]:
    """Which comments an assessor writes."""
    named: list[tuple[str, Count | None]] = [
        (_("strengths"), rule.strengths),
        (_("areas for improvement"), rule.improvements),
        (_("evidence"), rule.evidence),
        (_("questions for the visit"), rule.visit_questions),
    ]
    said = []
    for name, count in named:
        if count is None:
            continue
        if count.most is None:
            tail = _(" (at least %(n)s)") % {"n": count.least} if count.least else ""
        elif count.least:
            tail = f" ({count.least}–{count.most})"
        else:
            tail = _(" (at most %(n)s)") % {"n": count.most}
        said.append(name + tail)
    return said
