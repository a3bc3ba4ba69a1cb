"""A tasting on other scales than points: on a telephone, in both languages, wrong and right."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from laureat.assessment import actions
from laureat.assessment.models import Scorebook
from laureat.rulebook.schema.scales import BandedScale, CheckScale, Comments, Count, PercentScale
from tests.journeys.accounts import at_present, may_sign_in
from tests.journeys.steps import PASSWORD
from tests.worlds import assessment as world

FIRST, SECOND = "look-mark", "texture-mark"
RADAR = {
    "input": "percent",
    "attributes": [
        {"key": "approach", "title": {"ru": "Подход", "en": "Approach"}},
        {"key": "deployment", "title": {"ru": "Внедрение", "en": "Deployment"}},
    ],
    "overall": {"start": "mean", "at_most": "approach"},
    "bands": [
        {"to": 50, "ru": "Отдельные свидетельства", "en": "Some evidence"},
        {"to": 100, "ru": "Ясные свидетельства", "en": "Clear evidence"},
    ],
}
CLAIMS = {
    "input": "banded",
    "unit": {"ru": "на 1000 изделий", "en": "per 1000 goods"},
    "bands": [{"from": 0, "to": 1, "points": 2}, {"from": 1, "points": 0}],
}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_taster_marks_on_every_scale_and_steps_back_from_the_rest(
    somebody, monkeypatch, language
):
    russian = language == "ru"
    tasting = world.goods_at("tasting", entries=2, people=5)
    at_present(tasting.stage)
    rules = tasting.edition.rules
    parts = list(rules.models["tasting-7"].parts())
    written = Comments(strengths=Count(least=1), evidence=Count(most=3))
    typed = PercentScale(input="percent", step=Decimal(5), comments=written)
    tapped = PercentScale(input="percent", step=Decimal(10))
    monkeypatch.setitem(rules.scales, "typed", typed)
    monkeypatch.setitem(rules.scales, "radar", PercentScale.model_validate(RADAR))
    for part in parts:
        monkeypatch.setitem(rules.scales, part.scale, tapped)
    monkeypatch.setitem(parts[0].__dict__, "scale", "typed")  # rules are frozen
    monkeypatch.setitem(parts[1].__dict__, "scale", "radar")
    monkeypatch.setitem(rules.scales, "claims", BandedScale.model_validate(CLAIMS))
    monkeypatch.setitem(parts[2].__dict__, "scale", "claims")
    monkeypatch.setitem(rules.scales, "legal", CheckScale(input="check"))
    monkeypatch.setitem(parts[3].__dict__, "scale", "legal")
    actions.code_samples(tasting.stage, by=tasting.secretary)
    rows = world.team(tasting)
    taster = rows[0].assessor.user
    taster.language = language
    taster.time_zone = "Europe/Moscow"  # the browser of these journeys sits in Novokuznetsk
    address = may_sign_in(taster)

    hands = somebody(width=390)
    hands.sign_in(address, PASSWORD)
    hands.go("/assessment/" if russian else "/en/assessment/").see()
    hands.press("Начать" if russian else "Begin")
    sheet = hands.page
    hands.see()
    for part in parts:
        expect(
            sheet.get_by_role("heading", name=part.title.ru if russian else part.title.en)
        ).to_be_visible()
    box = sheet.locator(f"#part-{FIRST}")
    expect(box).to_contain_text("0–100\u00a0%, шаг 5" if russian else "0–100%, in steps of 5")
    expect(box.locator(f"[name='{FIRST}:strengths']")).to_be_visible()
    expect(box.locator(f"[name='{FIRST}:evidence']")).to_be_hidden()

    figure = box.locator(f"[name='{FIRST}:value']")
    figure.fill("37,5" if russian else "37.5")
    said = "Значения 37,5 нет на шкале" if russian else "37.5 is not on the scale"
    expect(box.locator("[data-errors]")).to_contain_text(said)
    expect(figure).to_have_attribute("aria-invalid", "true")
    expect(box.locator("[data-points]")).to_have_text("—")
    expect(sheet.locator("[data-total]")).to_have_text("—")
    hands.see()

    figure.fill("35")
    expect(box.locator("[data-errors]")).to_have_text("")
    expect(box.locator("[data-points]")).not_to_have_text("—")
    sheet.wait_for_selector("[data-autosave][data-state=saved]")
    clock = sheet.locator("[data-autosave]").inner_text()
    hour = sheet.evaluate(
        """() => new Date().toLocaleTimeString("ru", { timeZone: "Europe/Moscow" }).slice(0, 2)"""
    )
    assert f" {hour}:" in clock, clock
    second = sheet.locator(f"#part-{SECOND}")
    second.locator(f"[name='{SECOND}:attribute-approach']").fill("50")
    second.locator(f"[name='{SECOND}:attribute-deployment']").fill("30")
    expect(second.locator(f"[name='{SECOND}:value']")).to_have_value("40")
    expect(figure).to_have_value("35")
    hands.see()
    sheet.wait_for_selector("[data-autosave][data-state=saved]")
    book = Scorebook.objects.get()
    assert book.marks.get(part=FIRST).value == 35
    with sheet.expect_navigation():
        figure.press("Enter")  # saves, and neither signs nor complains of what is missing
    expect(sheet.locator(".notice.error")).to_have_count(0)
    expect(figure).to_have_value("35")
    if not russian:
        return

    box.locator("textarea").first.fill("Ровный цвет (демо).")
    expect(second).to_contain_text("«Отдельные свидетельства»")
    sheet.locator(f"[name='{parts[2].key}:value']").fill("0,5")
    sheet.locator(f"[name='{parts[3].key}:value'][value='1']").check()
    for part in parts[4:]:
        choice = sheet.locator(f"[name='{part.key}:value'][value='70']")
        choice.locator("xpath=..").click()
    hands.press("Подписать, следующий образец")
    hands.reads("подписан").go("/assessment/").follow("Не смогу дегустировать").see()
    hands.press("Отказаться").reads("Укажите, почему вы отказываетесь").see()
    hands.type("Причина", "Заболел (демо)").press("Отказаться")
    hands.reads("Отказ принят, секретарю сообщено").misses("Не смогу дегустировать")
    states = rows[0].assessor.assignments.values_list("state", flat=True)
    assert sorted(states) == ["accepted", "declined"]

    stage = tasting.stage.uid
    secretary = somebody(width=390)
    secretary.sign_in(may_sign_in(tasting.secretary), PASSWORD)
    secretary.go(reverse("assessment:results", args=[stage])).reads("ещё не готово").see()
    left = rows[0].assessor.assignments.get(state="declined").entry
    secretary.go(reverse("assessment:team", args=[stage, left.uid]))
    secretary.reads("В комиссии свободно 1 место", "Заболел (демо)").see()
