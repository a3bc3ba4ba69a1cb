"""Words that several pages use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from laureat.assessment.actions.results import Unfinished
from laureat.assessment.models import Mark
from laureat.platform.i18n.content import current, localised
from laureat.platform.ui.text import number
from laureat.rulebook import schema
from laureat.rulebook.schema.scales import (
    BandedScale,
    CheckScale,
    Count,
    OrdinalScale,
    PercentScale,
    PointsScale,
)
from laureat.science.teaming import Bridge, Gap, Way

COMMENT_LABELS = {
    "strengths": gettext_lazy("Strengths"),
    "improvements": gettext_lazy("Areas for improvement"),
    "evidence": gettext_lazy("Evidence"),
    "visit_questions": gettext_lazy("Questions for the visit"),
}
METHODS = {
    "mean": gettext_lazy("mean"),
    "median": gettext_lazy("median"),
    "trimmed": gettext_lazy("trimmed mean"),
    "consensus": gettext_lazy("consensus"),
    "fair": gettext_lazy("fair"),
}
_LETTERS = str.maketrans("abcdefgh", "абвгдежз")


def part_label(part: schema.Part) -> str:
    """“3b. Knowledge and abilities”: the number only where the key is one (3б in Russian)."""
    title = localised(part.title)
    if not part.key[:1].isdigit() or len(part.key) > 5:
        return title
    return f"{part_number(part)}. {title}"


def part_number(part: schema.Part) -> str:
    """The key as readers of the language write it, or the title where the key is no number."""
    if not part.key[:1].isdigit() or len(part.key) > 5:
        return localised(part.title)
    return in_letters(part.key)


def in_letters(number: str) -> str:
    """The number of a part with the letters of the reader's language: 3b, in Russian 3б."""
    return number.translate(_LETTERS) if current() == "ru" else number


def wanted_lines(count: Count) -> str:
    """How many lines a comment should have: 3–5."""
    if count.least and count.most:
        return f"{count.least}–{count.most}" if count.least != count.most else str(count.most)
    if count.most:
        return _("at most %(most)s") % {"most": count.most}
    if count.least:
        return _("at least %(least)s") % {"least": count.least}
    return ""


def shown_value(scale: Any, value: Decimal | None) -> str:
    """A mark as people say it: 65 %, “considerable”, yes."""
    if value is None:
        return "—"
    if isinstance(scale, PercentScale):
        return f"{number(value)}\u00a0%" if current() == "ru" else f"{number(value)}%"
    if isinstance(scale, OrdinalScale):
        for level in scale.levels:
            if level.value == value:
                return f"{number(value)} · {localised(level.title)}"
    if isinstance(scale, CheckScale):
        return _("yes") if value else _("no")
    if isinstance(scale, BandedScale):
        return f"{number(value)} {localised(scale.unit)}"
    return number(value)


def scale_words(scale: Any) -> str:
    """Which figures are typed or tapped: “0–100 %, in steps of 10”; "" where choices say it."""
    if isinstance(scale, PercentScale):
        least, most = number(0), shown_value(scale, Decimal(100))
    elif isinstance(scale, PointsScale):
        least, most = number(scale.least), number(scale.most)
    else:
        return ""
    return _("%(least)s–%(most)s, in steps of %(step)s") % {
        "least": least,
        "most": most,
        "step": number(scale.step),
    }


def anchor_of(scale: Any, value: Decimal | None) -> str:
    """What the mark means in words, where the scale says it."""
    if value is None:
        return ""
    anchors = (
        scale.bands
        if isinstance(scale, PercentScale)
        else scale.anchors
        if isinstance(scale, PointsScale)
        else []
    )
    for anchor in anchors:
        if value <= anchor.to:
            return localised(anchor)
    return ""


def share_of(scale: Any, mark: Mark | None) -> Decimal | None:
    """The mark as a percentage of what the part can earn, for bars and charts."""
    if mark is None or mark.value is None or not scale.allowed(mark.value):
        return None
    return Decimal(round(scale.share(mark.value) * 1000)) / 10


def unfinished_words(item: Unfinished) -> str:
    """What an entry waits for."""
    words = {
        "team": _("the team is not complete"),
        "lead": _("no lead assessor"),
        "answer": _("assessor %(number)s has not answered"),
        "scorebook": _("scorebook of assessor %(number)s"),
        "consensus": _("the team's scorebook"),
        "takeover": _("the next lead opens the team's scorebook again, checks and signs it"),
        "visit": _("the site visit"),
    }
    return words[item.code] % {"number": item.assessor}


def waiting_words(items: Sequence[Unfinished]) -> str:
    """Why an entry has no result yet."""
    if [item.code for item in items] == ["consensus"]:
        return _("waits for the team's scorebook")
    return _("waits: %(what)s") % {"what": "; ".join(unfinished_words(item) for item in items)}


def lacking_words(items: Sequence[Unfinished]) -> str:
    """What is not there, of an entry that has scorebooks enough without it."""
    said = "; ".join(unfinished_words(item) for item in items)
    return _("still missing: %(what)s") % {"what": said}


NO_FAIR_POINTS = {
    "disconnected": gettext_lazy(
        "some of these entries share no assessor with the others, not even through others: who is "
        "strict cannot be told from who is good. Let one assessor judge entries of both parts"
    ),
    "one-entry": gettext_lazy("the entry shares no assessor with any other"),
    "one-assessor": gettext_lazy("one assessor judged all of them"),
    "one-rating": gettext_lazy("each entry was judged by one assessor only"),
    "same-marks": gettext_lazy("all scorebooks have the same total: there is nothing to correct"),
    "ends": gettext_lazy(
        "more than a quarter of the totals lie at an end of the scale, where nobody can be stricter "
        "or milder: a correction would mislead"
    ),
    "not-estimable": gettext_lazy("there are too few scorebooks, or too few different marks"),
}


def why_no_fair_points(code: str) -> str:
    """Why fair points cannot be estimated or compared."""
    return str(NO_FAIR_POINTS[code])


MOST_NAMED = 6
WHY = {
    "lead": gettext_lazy("may lead"),
    "earlier": gettext_lazy("was in the team of the stage before"),
    "sector": gettext_lazy("knows the line of business"),
    "newcomer": gettext_lazy("newcomer"),
    "replacement": gettext_lazy("in place of somebody who refused"),
    "pinned": gettext_lazy("wished for by the secretary"),
    "only": gettext_lazy("all who may judge it are needed"),
    "by-hand": gettext_lazy("chosen by the secretary"),
}


def why_words(codes: str) -> str:
    """Why a pair was proposed."""
    found = []
    for code in codes.split():
        if code.startswith("load:"):
            have, most = code.removeprefix("load:").split("/")
            found.append(_("%(have)s of %(most)s entries") % {"have": have, "most": most})
        elif code.startswith("rank:"):
            rank, of = code.removeprefix("rank:").split("/")
            found.append(
                _("nobody of %(of)s fits better") % {"of": of}
                if rank == "1"
                else _("fits as no. %(rank)s of %(of)s") % {"rank": rank, "of": of}
            )
        elif code in WHY:
            found.append(str(WHY[code]))
    return " · ".join(found)


def gap_words(gap: Gap) -> str:
    """What an entry lacks, and what stands in the way."""
    lacks = []
    if gap.members:
        lacks.append(_("members missing: %(count)s") % {"count": gap.members})
    if gap.leads:
        lacks.append(_("lead assessors missing: %(count)s") % {"count": gap.leads})
    reasons = {
        "conflict": _("with a conflict of interest or who refused: %(count)s"),
        "region": _("of the applicant's region: %(count)s"),
        "newcomer": _("one newcomer too many: %(count)s"),
        "no-lead": _("who may not lead: %(count)s"),
        "full": _("with no room for more: %(count)s"),
    }
    because = [
        reasons[code] % {"count": count} for code, count in gap.because.items() if code in reasons
    ]
    if not because:
        because = [_("there are too few assessors")]
    return f"{', '.join(lacks)} ({_('assessors')} {'; '.join(because)})"


def way_words(way: Way, entries: Mapping[int, str], serials: Mapping[int, int]) -> str:
    """A change that would fill all places, with whom it is about."""
    named = []
    for entry, person, count in way.items[:MOST_NAMED]:
        parts = [
            *([entries.get(entry, "")] if entry is not None else []),
            *(
                [_("assessor %(number)s") % {"number": serials.get(person, "")}]
                if person is not None
                else []
            ),
        ]
        much = f" ({count:+d})" if way.kind in ("raise loads", "lower demand") else ""
        named.append(" – ".join(parts) + much)
    more = "…" if len(way.items) > MOST_NAMED else ""
    about = f": {', '.join(named)}{more}" if named else ""
    said = {
        "raise loads": _("let assessors take more entries, %(count)s in all"),
        "more assessors": _("enrol more assessors without conflicts of interest: %(count)s"),
        "lower demand": _("let teams be smaller, by %(count)s places in all"),
        "waive rules": _("waive a rule of the team %(count)s times"),
        "lift conflicts": _("lift barred pairs: %(count)s"),
        "lower minimum loads": _("ask less of assessors with a minimum load: %(count)s"),
    }[way.kind] % {"count": way.amount}
    return said + about


def bridge_words(bridge: Bridge, number: int) -> str:
    """What would have to change before the pair can be asked; empty where nothing has to."""
    words = {
        "load": _("assessor %(number)s takes one more entry than agreed"),
        "size": _("somebody else leaves the team, which is complete"),
        "newcomer": _("another newcomer leaves the team"),
    }
    return "; ".join(words[code] % {"number": number} for code in bridge.needs)
