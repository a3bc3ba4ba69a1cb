"""Invented data for the page for developers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from laureat.platform import clock
from laureat.platform.ui import charts as c
from laureat.platform.ui.charts.russia import LETTERS, PLACES
from laureat.platform.ui.icons import PATHS
from laureat.platform.ui.text import language


def pick(ru: str, en: str) -> str:
    return en if language() == "en" else ru


class Sample(forms.Form):
    """Every kind of control; the second copy on the page is filled in wrongly."""

    organisation = forms.CharField(
        label=pgettext_lazy("design", "Organisation"),
        help_text=pgettext_lazy("design", "Full name, as in the register"),
        max_length=200,
    )
    headcount = forms.IntegerField(label=pgettext_lazy("design", "Headcount"), min_value=1)
    size = forms.ChoiceField(
        label=pgettext_lazy("design", "Class"),
        choices=[
            ("s", pgettext_lazy("design", "up to 250 people")),
            ("m", pgettext_lazy("design", "251–1000 people")),
            ("l", pgettext_lazy("design", "more")),
        ],
        widget=forms.RadioSelect,
    )
    region = forms.ChoiceField(
        label=pgettext_lazy("design", "Region"),
        choices=[("", "—"), ("KEM", pgettext_lazy("design", "Kemerovo Region — Kuzbass"))],
    )
    founded = forms.DateField(
        label=pgettext_lazy("design", "Founded"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    summary = forms.CharField(
        label=pgettext_lazy("design", "Summary of the report"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    report = forms.FileField(
        label=pgettext_lazy("design", "Report"),
        required=False,
        help_text=pgettext_lazy("design", "PDF, at most 50 MB"),
    )
    topics = forms.MultipleChoiceField(
        label=pgettext_lazy("design", "Strong in"),
        required=False,
        choices=[
            ("p", pgettext_lazy("design", "People")),
            ("r", pgettext_lazy("design", "Resources")),
            ("k", pgettext_lazy("design", "Results")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    agree = forms.BooleanField(
        label=pgettext_lazy("design", "I have read the rules of the contest")
    )


COLOURS = (
    *("paper", "sheet", "ink", "quiet", "line", "edge", "laurel", "laurel-soft", "gold"),
    *("gold-soft", "warn", "warn-soft", "error", "error-soft"),
    *("tone-1", "tone-2", "tone-3", "tone-4", "tone-5"),
)

STAGES = (
    (("Заявка", "Application"), ("1 марта", "1 March"), "passed"),
    (("Допуск", "Admission"), ("12 марта", "12 March"), "passed"),
    (("Заочная оценка", "Remote assessment"), ("до 30 апреля", "until 30 April"), "active"),
    (("Очная оценка", "Site visit"), ("июнь–август", "June–August"), "waiting"),
    (("Совет", "Council"), ("ноябрь", "November"), "waiting"),
    (("Распоряжение", "Order"), ("январь", "January"), "waiting"),
)

CRITERIA = (
    ("Лидирующая роль руководства", "Leadership", 62, 38, 66),
    ("Политика и стратегия", "Policy and strategy", 48, 41, 63),
    ("Персонал", "People", 71, 44, 68),
    ("Партнёрство и ресурсы", "Partnerships and resources", 55, 40, 61),
    ("Процессы, продукция и услуги", "Processes, products and services", 64, 45, 70),
    ("Удовлетворённость потребителей", "Customer results", 58, 36, 64),
    ("Удовлетворённость персонала", "People results", None, 30, 58),
    ("Влияние на общество", "Impact on society", 33, 28, 57),
    ("Результаты работы", "Business results", 69, 42, 71),
)

COUNCIL = (
    ("АО «Уралмаш-демо»", "Uralmash demo", 604, 581, 627, "gold"),
    ("ГБУЗ «Демо-клиника»", "Demo clinic", 583, 556, 610, "laurel"),
    ("ПАО «Демо-химия»", "Demo chemistry", 569, 541, 596, "laurel"),
    ("ФГБОУ «Демо-университет»", "Demo university", 531, 505, 556, "quiet"),
)


def drawings() -> dict[str, c.Chart]:
    """One of each chart."""
    lang = language()
    score, band = pick("балл", "score"), pick("середина класса", "middle of the class")
    name, mark = pick("критерий", "criterion"), pick("эксперт", "assessor")
    line = (pick("линия решения", "line of decision"), 575)
    states = {
        "passed": pick("пройден", "passed"),
        "active": pick("идёт", "now"),
        "waiting": pick("впереди", "later"),
    }
    return {
        "way": c.way(
            [c.Stage(pick(*label), pick(*when), state) for label, when, state in STAGES],  # type: ignore[arg-type]
            title=pick("Путь заявки 28-0317", "Way of entry 28-0317"),
            columns=(pick("этап", "stage"), pick("срок", "when"), pick("состояние", "state")),
            states=states,  # type: ignore[arg-type]
        ),
        "profile": c.profile(
            [c.Bar(pick(ru, en), value, low, high) for ru, en, value, low, high in CRITERIA],
            title=pick("Профиль по критериям", "Profile over the criteria"),
            columns=(name, score, pick("из", "out of"), band),
            legend=(pick("эта заявка", "this entry"), band),
            unit="\u00a0%" if lang == "ru" else "%",
            lang=lang,
        ),
        "radar": c.radar(
            [c.Axis(pick(ru, en), v, (low + high) / 2) for ru, en, v, low, high in CRITERIA],
            title=pick("Профиль кругом", "Round profile"),
            columns=(name, score, band),
            legend=(pick("эта заявка", "this entry"), band),
            lang=lang,
        ),
        "spread": c.spread(
            [
                c.Dot(pick(f"Эксперт {n}", f"Assessor {n}"), v)
                for n, v in enumerate((35, 40, 40, 45, 50, 65), 1)
            ],
            title=pick("Критерий 3б: оценки экспертов", "Criterion 3b: scores of assessors"),
            columns=(mark, score),
            mean=(pick("среднее", "mean"), 45.8),
            consensus=(pick("согласовано", "consensus"), 50),
            lang=lang,
        ),
        "intervals": c.intervals(
            [
                c.Interval(pick(ru, en), s, low, high, tone)  # type: ignore[arg-type]
                for ru, en, s, low, high, tone in COUNCIL
            ],
            title=pick("Класс свыше 1000 человек", "Class above 1000 people"),
            columns=(
                pick("заявка", "entry"),
                score,
                pick("интервал", "interval"),
                pick("заметка", "note"),
            ),
            line=line,
            lang=lang,
        ),
        "funnel": c.funnel(
            [
                c.Step(pick("Приглашены письмом", "Invited by letter"), 12480),
                c.Step(pick("Подали заявку", "Applied"), 412, "3,3 %" if lang == "ru" else "3.3%"),
                c.Step(pick("Допущены", "Admitted"), 388),
                c.Step(pick("Прошли в федеральный этап", "Went on to the federal stage"), 214),
                c.Step(pick("Лауреаты", "Laureates"), 96),
            ],
            title=pick("Конкурс 2023 года", "Season 2023"),
            columns=(pick("шаг", "step"), pick("сколько", "number"), pick("доля", "share")),
            lang=lang,
        ),
        "map": c.tile_map(
            [
                c.Cell(
                    pick(LETTERS[code], code[3:]),
                    code,
                    *place,
                    None if n % 7 == 3 else n * 37 % 29 + (40 if code == "RU-KEM" else 0),
                    code == "RU-KEM",
                )
                for n, (code, place) in enumerate(PLACES.items())
            ],
            title=pick("Лауреаты по регионам", "Laureates by region"),
            columns=(pick("регион", "region"), pick("лауреатов", "laureates")),
            legend=pick("лауреатов", "laureates"),
            lang=lang,
        ),
        "histogram": c.histogram(
            [
                c.Bin(low, low + 50, count, low == 550)
                for low, count in zip(
                    range(250, 800, 50), (2, 5, 9, 17, 24, 31, 26, 14, 8, 3, 1), strict=True
                )
            ],
            title=pick("Баллы всех заявок", "Scores of all entries"),
            columns=(pick("баллы", "scores"), pick("заявок", "entries")),
            line=line,
            lang=lang,
        ),
    }


def page(request: HttpRequest) -> dict[str, Any]:
    """Everything the page shows."""
    deadline = datetime(2024, 4, 30, 15, 0, tzinfo=UTC)
    typed = {"wrong-organisation": "", "wrong-headcount": "-3", "wrong-summary": "…" * 9}
    wrong = Sample(typed, prefix="wrong")
    by_hand = Sample(
        {"hand-organisation": pick("Хлебозавод (демо)", "Bakery (demo)")}, prefix="hand"
    )
    pages = Paginator(range(1, 1213), 25).page(request.GET.get("page", "4"))
    sparks = [
        (
            pick(ru, en),
            values[-1],
            c.sparkline(values, title=pick(ru, en), lang=language()),
        )
        for ru, en, values in (
            ("Кузбасс", "Kuzbass", [12, 14, 13, 19, 22, 31]),
            ("Татарстан", "Tatarstan", [28, 27, None, 30, 26, 25]),
        )
    ]
    return {
        "colours": COLOURS,
        "stages": [
            {"label": pick(*label), "when": pick(*when), "state": state}
            for label, when, state in STAGES
        ],
        "steps": [
            pick("Организация", "Organisation"),
            pick("Отчёт", "Report"),
            pick("Документы", "Documents"),
            pick("Подача", "Submission"),
        ],
        "charts": drawings(),
        "sparks": sparks,
        "council": [
            {"name": pick(ru, en), "score": s, "low": low, "high": high, "tone": tone}
            for ru, en, s, low, high, tone in COUNCIL
        ],
        "goods": {
            "title_ru": "Хлеб «Шорский» на закваске (демо)",
            "title_en": "Shor sourdough bread (demo)",
            "note_ru": "46 из 50 баллов; эксперты отметили стабильность рецептуры.",
            "note_en": "",
            "praise_ru": "",
            "praise_en": "Praised for its steady recipe.",
        },
        "page_obj": pages,
        "icons": list(PATHS),
        "by_hand": by_hand,
        "tabs": [
            {"label": pick("Все", "All"), "url": "#forms", "count": 412, "current": True},
            {"label": pick("Не подписаны", "Not signed"), "url": "#charts", "count": 7},
        ],
        "deadline": deadline,
        "soon": clock.now() + timedelta(hours=30),
        "opened": date(2025, 11, 15),
        "day": date(2025, 12, 31),
        "form": Sample(prefix="right"),
        "wrong": wrong,
    }
