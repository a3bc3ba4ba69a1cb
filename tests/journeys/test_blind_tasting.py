"""A blind tasting of 100 Best Goods: codes instead of makers, until the stage is closed."""

from __future__ import annotations

from django.urls import reverse

from laureat.assessment.models import Assignment, AssignmentState, Sample
from laureat.ledger.models import Record
from tests.journeys.accounts import at_present, may_sign_in
from tests.journeys.steps import PASSWORD
from tests.worlds import assessment as world

MARKS = {"look": 10, "texture": 9, "taste": 10, "colour": 8, "smell": 9, "packaging": 7}
LAST = "labelling"


def test_tasters_never_learn_whose_sample_they_taste(somebody):
    tasting = world.goods_at("tasting", entries=2, people=5)
    at_present(tasting.stage)
    makers = [entry.organisation.name_ru for entry in tasting.entries]
    goods = [entry.good.name_ru for entry in tasting.entries]

    secretary = somebody().sign_in(may_sign_in(tasting.secretary), PASSWORD)
    secretary.go(reverse("assessment:stage", args=[tasting.stage.uid])).see()
    secretary.follow("Комиссии").press("Дополнить все комиссии сразу").reads(
        "Отправлено 10 приглашений"
    ).see()

    taster = somebody(width=390)
    taster.sign_in(may_sign_in(tasting.assessors[1].user), PASSWORD)
    taster.go("/assessment/").reads("продегустировать 2 образца под кодами").misses(
        *makers, *goods
    ).see()
    taster.follow("Ответить").reads(*makers).misses(*goods).see()
    taster.press("Буду участвовать")
    taster.go("/assessment/").reads("ждите кодов").misses(*makers, *goods).see()
    world.accept_all(tasting.stage)

    secretary.follow("Образцы").reads("Кодов пока нет").see()
    secretary.press("Присвоить коды").reads(*makers, *goods).see()
    first, second = Sample.objects.filter(stage=tasting.stage).order_by("code")
    assert sealed() == ["samples.coded"]

    taster.go("/assessment/").reads(first.code, second.code).misses(*makers, *goods)
    taster.press("Начать", within=taster.row(first.code)).misses(*makers, *goods).see()
    sheet = taster.page
    for part, mark in MARKS.items():
        choice = sheet.locator(f"[name='{part}-mark:value'][value='{mark}']")
        choice.locator("xpath=..").click()
    sheet.wait_for_selector("[data-autosave][data-state=saved]")
    taster.press("Подписать, следующий образец").see()
    taster.reads("Маркировка", "6 из 7")
    sheet.locator(f"[name='{LAST}-mark:value'][value='10']").locator("xpath=..").click()
    taster.press("Подписать, следующий образец").misses(*makers, *goods)
    taster.go("/assessment/").reads("подписана", "63").see()

    waiting = Assignment.objects.filter(stage=tasting.stage, state=AssignmentState.ACCEPTED)
    for row in waiting.exclude(assessor=tasting.assessors[1], entry=first.entry):
        world.signed(row, 80)
    secretary.follow("Результаты").see().press("Закрыть этап")
    secretary.reads("Этап закрыт").see()
    assert sealed() == ["samples.coded", "samples.opened"]
    secretary.follow("Образцы").reads(first.code, *makers).see()


def sealed() -> list[str]:
    """What the journal says about the key to the codes."""
    found = Record.objects.filter(action__startswith="samples.").order_by("seq")
    return list(found.values_list("action", flat=True))
