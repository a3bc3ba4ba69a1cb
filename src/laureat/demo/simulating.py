"""`laureat season simulate`: how many assessors per entry find the right laureates?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from rich.console import Console
from rich.table import Table

from laureat.assessment.models import Assessor
from laureat.demo.showing import Bars
from laureat.intake.models import Passage, PassageState
from laureat.platform.errors import Refused
from laureat.rulebook import schema
from laureat.rulebook.models import Edition
from laureat.rulebook.schema.loading import load_edition
from laureat.saying import reason, translated
from laureat.science.simulation import (
    Answer,
    Design,
    Labels,
    Study,
    chart,
    check_goal,
    simulate,
    svg,
    workers,
)
from laureat.terminal import Output

SPREADS = {
    "severity": gettext_noop("Severity of assessors, SD in logits."),
    "noise": gettext_noop("Whim in each mark, SD in logits."),
    "halo": gettext_noop("General impression of an entry, SD in logits."),
    "centrality": gettext_noop(
        "How differently assessors use the ends of the scale (SD of a logarithm)."
    ),
    "spread": gettext_noop("Quality of entries, SD in logits."),
    "difficulty": gettext_noop("Difficulty of criteria, SD in logits."),
}
COUNTS = {
    "entries": gettext_noop("Entries."),
    "assessors": gettext_noop("Assessors."),
    "criteria": gettext_noop("Criteria, one mark each."),
    "categories": gettext_noop("Steps of the scale."),
    "laureates": gettext_noop("Entries to be honoured."),
}
PLAIN = Design()


def _options(function: click.decorators.FC) -> click.decorators.FC:
    """One option per field of the design: what is not given comes from the edition or the default."""
    for name, told in reversed({**COUNTS, **SPREADS}.items()):
        kind = click.IntRange(min=1) if name in COUNTS else click.FloatRange(min=0)
        text = _with_default(_(told), getattr(PLAIN, name))
        function = click.option(f"--{name}", type=kind, help=text)(function)
    text = _with_default(_("Share of assessors who throw dice, 0 to 1."), PLAIN.careless)
    return click.option("--careless", type=click.FloatRange(0, 1), help=text)(function)


def _with_default(told: str, value: float) -> str:
    return f"{told}  [{_('default: {default}').format(default=value)}]"


@click.command("simulate")
@click.argument("edition", required=False, metavar="[AWARD/EDITION/STAGE[/REGION]]")
@_options
@click.option("--per-entry", help="Assessors per entry: 2-8, or 2,3,5.  [default: 2-8]")
@click.option(
    "--seasons", type=click.IntRange(min=1), default=100, show_default=True, help="Seasons to play."
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same bytes.",
)
@click.option("--goal", default=0.95, show_default=True, help="Chance to be reached.")
@click.option(
    "--margin",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="Clearly better: share of the scale.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes of this machine.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler, e.g. tcp://10.0.0.7:8786.")
@click.option("--json", "json_file", type=Output(), help="Write everything to this file as well.")
@click.option("--picture", type=Output(), help="Draw the answer into this SVG file.")
@click.option(
    "--language",
    type=click.Choice([code for code, _name in settings.LANGUAGES]),
    help="Language of the answer and of the picture.",
)
def simulate_command(
    edition: str | None,
    per_entry: str | None,
    language: str | None,
    json_file: Path | None,
    picture: Path | None,
    **options: Any,
) -> None:
    """Play invented seasons; say how many assessors per entry find the right laureates.

    With AWARD/EDITION/STAGE, criteria, scale, laureates and team size come from the rulebook,
    numbers of entries and assessors from the database; options override them.
    """
    with translation.override(language or translation.get_language()):
        try:
            check_goal(options["goal"])
            design, numbers = _design(edition, options)
            study = _play(design, _numbers(per_entry) if per_entry else numbers, options)
            text = json.dumps(study.to_dict(options["goal"]), ensure_ascii=False, indent=1)
        except ValueError as error:
            raise click.ClickException(str(translated(reason(error), _))) from error
        _show(study, options["goal"])
        for file, content in ((json_file, text + "\n"), (picture, _drawn(study, options["goal"]))):
            if file is not None:
                file.write_text(content, encoding="utf-8")


def _drawn(study: Study, goal: float) -> str:
    return svg(study, goal, _labels())


def _play(design: Design, per_entry: tuple[int, ...], options: Mapping[str, Any]) -> Study:
    seasons = options["seasons"]
    with (
        workers(options["processes"], options["scheduler"]) as pool,
        Bars(Console(stderr=True)).step(_("seasons"), seasons) as tick,
    ):
        return simulate(
            design, per_entry, seasons=seasons, seed=options["seed"], margin=options["margin"],
            executor=pool, tick=tick,
        )  # fmt: skip


def _numbers(text: str) -> tuple[int, ...]:
    """Read "2-8" or "2,3,5"."""
    if match := re.fullmatch(r"\s*(\d+)\s*[-–]\s*(\d+)\s*", text):
        return tuple(range(int(match[1]), int(match[2]) + 1))
    if re.fullmatch(r"\s*\d+(\s*,\s*\d+)*\s*", text):
        return tuple(int(part) for part in text.split(","))
    raise ValueError(
        _("--per-entry %(text)s: expected a range such as 2-8, or numbers such as 2,3,5")
        % {"text": repr(text)}
    )


def _design(edition: str | None, options: Mapping[str, Any]) -> tuple[Design, tuple[int, ...]]:
    """The design, and the numbers of assessors per entry to try."""
    given = {
        name: options[name] for name in (*COUNTS, *SPREADS, "careless") if options[name] is not None
    }
    if edition is None:
        return Design(**given), tuple(range(2, min(8, given.get("assessors", PLAIN.assessors)) + 1))
    found, numbers = _from_edition(edition, given)
    design = Design(**found)
    return design, tuple(k for k in numbers if k <= design.assessors) or (design.assessors,)


def _from_edition(name: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[int, ...]]:
    parts = name.split("/")
    if len(parts) not in {3, 4}:
        raise Refused(
            _("«%(name)s»: expected AWARD/EDITION/STAGE, such as rf-quality-prize/2024/desk.")
            % {"name": name}
        )
    rules, row = _rules(parts[0], parts[1])
    stages = {s.key: s for s in rules.stages if isinstance(s, schema.AssessmentStage)}
    if parts[2] not in stages:
        raise Refused(
            _("There is no stage «%(stage)s». Known: %(known)s.")
            % {"stage": parts[2], "known": ", ".join(stages)}
        )
    stage = stages[parts[2]]
    found: dict[str, Any] = {
        **_judged(rules, stage),
        **_counted(row, stage, parts[3:]),
        **given,
    }
    for field, option in (("entries", "--entries"), ("assessors", "--assessors")):
        if found.get(field) is None:
            raise Refused(
                _("«%(name)s» has none in this stage yet: say how many (%(option)s).")
                % {"name": name, "option": option}
            )
    if "laureates" not in found:
        found["laureates"] = _laureates(rules, stage, found["entries"])
    low, high = stage.team.size
    return found, tuple(range(max(1, low - 2), high + 4))


def _rules(award: str, key: str) -> tuple[schema.Edition, Edition | None]:
    """The rulebook: of the edition in the database, else of the file. Nothing is loaded by it."""
    try:
        row = Edition.objects.filter(award__key=award, key=key).first()
    except DatabaseError:
        row = None  # an installation without a database can still try a rulebook out
    if row is not None:
        return row.rules, row
    path = settings.AWARDS / award / f"{key}.yaml"
    if not path.is_file():
        known = sorted(
            f"{each.parent.name}/{each.stem}"
            for each in settings.AWARDS.glob("*/*.yaml")
            if each.stem[0].isdigit()
        )
        raise Refused(
            _("There is no edition «%(edition)s». Known: %(known)s.")
            % {"edition": f"{award}/{key}", "known": ", ".join(known)}
        )
    return load_edition(path).edition, None


def _judged(rules: schema.Edition, stage: schema.AssessmentStage) -> dict[str, Any]:
    """Marks per scorebook, and the steps of the scale that most of them use."""
    parts = list(rules.models[stage.scorebook.model].parts())
    steps = sorted(_steps(rules.scales[part.scale]) for part in parts)
    return {"criteria": len(parts), "categories": steps[len(steps) // 2]}


def _steps(scale: schema.Scale) -> int:
    match scale.input:
        case "percent":
            return int(100 / scale.step) + 1
        case "points":
            return int((scale.most - scale.least) / scale.step) + 1
        case "ordinal":
            return len(scale.levels)
        case "banded":
            return len({band.points for band in scale.bands})
        case _:
            return 2


def _counted(
    row: Edition | None, stage: schema.AssessmentStage, region: list[str]
) -> dict[str, int | None]:
    """Entries in the stage and assessors who may work in it, as they are in the database."""
    if row is None:
        return {"entries": None, "assessors": None}
    passages = Passage.objects.filter(stage__edition=row, stage__key=stage.key).exclude(
        state=PassageState.WITHDRAWN
    )
    people = Assessor.objects.filter(edition=row, active=True)
    if region:
        passages = passages.filter(stage__region=region[0])
        people = people.filter(region__in=["", region[0]])
    able = [one for one in people.values_list("stages", flat=True) if not one or stage.key in one]
    return {"entries": passages.count() or None, "assessors": len(able) or None}


def _laureates(rules: schema.Edition, stage: schema.AssessmentStage, entries: int) -> int:
    """How many are chosen after this stage: by its gate, else by the first honour that follows."""
    gate = stage.gate
    groups = {"category": len(rules.categories), "region": len(rules.regions) or 1, "edition": 1}
    if gate.top:
        return gate.top * groups[gate.per]
    if gate.total:
        return gate.total
    if gate.share:
        return max(1, round(entries * gate.share))
    later = rules.stages[rules.stages.index(stage) :]
    decisions = [each.key for each in later if isinstance(each, schema.DecisionStage)]
    for honour in rules.honours:
        if honour.stage not in decisions[:1] or honour.overlay:
            continue
        if isinstance(honour.at_most, dict):
            return sum(honour.at_most.values())
        if honour.at_most or honour.top:
            return (honour.at_most or honour.top or 1) * groups[honour.per]
        if honour.share:
            return max(1, round(entries * honour.share))
    raise Refused(_("The rulebook does not say how many are honoured: say it (--laureates)."))


def _labels() -> Labels:
    return Labels(
        _("Chance that a true laureate is chosen"), _("assessors per entry"), _("fair points"),
        _("raw means"), _("Is what the program says about chances true?"), _("chance said"),
        _("came true"), _("assessors per entry, fair points, raw means"),
    )  # fmt: skip


def _show(study: Study, goal: float) -> None:
    console, d = Console(), study.design
    console.print(
        _(
            "%(entries)d entries, %(assessors)d assessors, %(criteria)d criteria of "
            "%(categories)d steps, %(laureates)d laureates; %(seasons)d seasons, seed %(seed)d"
        )
        % {**vars(d), "seasons": study.seasons, "seed": study.seed},
        highlight=False,
    )
    console.print()
    console.print(chart(study, goal, _labels()), highlight=False, markup=False)
    console.print()
    console.print(_table(study))
    for line in _said(study, goal):
        console.print(line, highlight=False, markup=False)


def _table(study: Study) -> Table:
    table = Table(
        _("per entry"), _("entries each"), _("right laureates"), _("by raw means"),
        _("nobody clearly better left out"), _("all right"), _("intervals hold"),
    )  # fmt: skip
    for row in study.rows():
        table.add_row(
            str(row.per_entry), f"{row.load:.1f}",
            f"{row.right:.1%} ±{2 * row.right_se:.1%}", f"{row.right_raw:.1%}",
            f"{row.clear:.0%}", f"{row.all_right:.0%}",
            "–" if row.coverage is None else f"{row.coverage:.1%}",
        )  # fmt: skip
    for column in table.columns:
        column.overflow, column.justify = "fold", "right"
    return table


def _said(study: Study, goal: float) -> list[str]:
    """The answer, and what the seasons say about the numbers themselves."""
    rows = study.rows()
    lines = [
        _answer(study, study.answer(goal)),
        _("Of those chosen as many are right as true laureates are found: both lists are as long."),
    ]
    found, careless = sum(r.careless_found for r in rows), sum(r.careless for r in rows)
    if careless:
        lines.append(
            _("Careless assessors found by fit: %(found)d of %(all)d; honest ones suspected: %(falsely)d of %(honest)d.")
            % {
                "found": found, "all": careless, "falsely": sum(r.falsely for r in rows),
                "honest": sum(r.honest for r in rows),
            }
        )  # fmt: skip
    bins = [b for b in study.calibration() if b.entries >= 20]
    if bins:
        told = ", ".join(f"{b.said:.0%} → {b.was:.0%}" for b in bins)
        lines.append(
            _("Chances to be among the best, said → came true: %(told)s.") % {"told": told}
        )
    held = [r.coverage_assessors for r in rows if r.coverage_assessors is not None]
    if held:
        lines.append(
            _("Of the 90 %% intervals of severity as many hold the truth: %(share)s.")
            % {"share": f"{sum(held) / len(held):.1%}"}
        )
    unmeasured = sum(r.unmeasured for r in rows)
    if unmeasured:
        lines.append(
            ngettext(
                "In %(count)d season the entries shared too few assessors to be measured; raw means decided.",
                "In %(count)d seasons the entries shared too few assessors to be measured; raw means decided.",
                unmeasured,
            )
            % {"count": unmeasured}
        )
    return lines


def _answer(study: Study, answer: Answer) -> str:
    goal = f"{answer.goal:.0%}"
    if answer.needed is not None:
        text = ngettext(
            "%(count)d assessor per entry finds each right laureate with a chance of %(goal)s.",
            "%(count)d assessors per entry find each right laureate with a chance of %(goal)s.",
            answer.needed,
        ) % {"count": answer.needed, "goal": goal}
    else:
        numbers = {"last": study.per_entry[-1], "goal": goal, "best": f"{answer.best:.1%}"}
        text = _("Up to %(last)d assessors per entry reach %(best)s, not %(goal)s.") % numbers
        if answer.trend is not None:
            text += " " + _("By the trend it would take about %(count)d.") % {"count": answer.trend}
        elif len(study.per_entry) > 2:  # a trend needs three points
            text += " " + _("More assessors alone will hardly get there.")
    if not answer.sure:
        text += " " + _("More seasons would make this surer (--seasons).")
    return text
