"""A whole season played by hand: every click that people make, and nothing behind their backs.

The training contest of 2026, four entries. Only its rulebook is loaded and some accounts are made
beforehand; roles, letters, applications, scorebooks, votes, diplomas and reports come from clicks.
Every page is looked at closely (`see`): nothing bars anybody, nothing is wider than a telephone.
Some like it dark; `test_english.py` reads in English.
"""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.conf import settings

from laureat.cli import laureat
from laureat.intake.models import Entry
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.models import User
from laureat.rulebook.actions import load
from tests.journeys import steps
from tests.journeys.entering import (
    BREAD,
    CONTEST,
    KOLOS,
    WINDOWS,
    Season,
    an_account_is_made,
    an_entry_is_written,
    letters_leave,
    more_entries_come,
    people_are_called,
)
from tests.journeys.hands import Hands

SIGN = "Подписать протокол как секретарь"


@pytest.fixture
def season(somebody):
    """The contest as its organiser finds it: loaded, with nobody in it."""
    steps.furnish()
    load(settings.AWARDS / "sandbox" / "2026.yaml", by=None)
    organiser = steps.account("organiser", "Устроителев Глеб Демович")
    give_role(User.objects.get(email=organiser), Role.ORGANISER, by=None)
    for key, name in (
        ("boris", "Заявителев Борис Демович"),
        ("assessor", "Экспертов Павел Демович"),
        ("lead", "Ведущева Ирина Демовна"),
        ("chair", "Председателев Олег Демович"),
        ("member", "Советов Борис Демович"),
        ("absent", "Голосова Вера Демовна"),
        ("auditor", "Ревизорова Нина Демовна"),
    ):
        steps.account(key, name)
    return Season(somebody)


def test_a_whole_season_by_hand(season):
    organiser = season.sit("organiser@demo.invalid")
    secretary = people_are_called(season, organiser)
    letters_leave(season, secretary)
    anna, boris = season.sit(), season.sit("boris@demo.invalid")
    entrance = an_account_is_made(anna)
    an_entry_is_written(season, anna, entrance)
    more_entries_come(boris, entrance)
    entries_are_checked(season, secretary)
    teams_are_asked(season, secretary)
    lead = season.sit("lead@demo.invalid", color_scheme="dark")
    an_assessor_writes_on_a_phone(season)
    the_team_agrees(lead)
    the_gate_closes(season, secretary, boris)
    a_session_is_planned(season, secretary)
    chair = the_commission_votes(season, secretary)
    the_minutes_are_signed(season, secretary, chair)
    decisions_are_published(season, secretary)
    the_applicant_reads(season, anna)
    the_public_checks(season, secretary)
    the_auditor_verifies(season, organiser)
    everything_adds_up()


# ------------------------------------------------------------------ checks


def entries_are_checked(season: Season, secretary: Hands) -> None:
    season.contest(secretary).follow("Заявки").reads(KOLOS, "2026-04").see()
    season.contest(secretary).press("Закрыть", within=secretary.row("Приём заявок"))
    secretary.reads("Чтобы закрыть приём раньше, сначала перенесите срок")
    secretary.follow("Сроки", within=secretary.row("Приём заявок")).see()
    secretary.type("Закрывается", "2025-01-01T10:00").press("Перенести сроки")
    secretary.reads("Этап закрывается после того, как открылся")
    secretary.type("Закрывается", steps.moscow(-1))
    secretary.type("Дополнительное время после закрытия, минут", "0").press("Перенести сроки")
    secretary.press("Закрыть", within=secretary.row("Приём заявок")).reads("Приём заявок закрыт")
    season.open(secretary, "Допуск").follow("Допуск").see()

    secretary.follow("2026-04").see().tick("не пройдено").press("Сохранить")
    secretary.reads("Напишите в примечании, что не так")
    secretary.type("Примечание", "Отчёт не подписан руководителем.").press("Сохранить")
    secretary.press("Всё пройдено", within=secretary.row("2026-01"), moves=False)
    secretary.row("2026-01", "на этапе").wait_for()
    for number in ("2026-02", "2026-03"):
        secretary.row(number).get_by_role("checkbox").check()
    secretary.press("Выбранные прошли всё").reads("2 заявки: пройдено")
    secretary.follow("Закрыть этап").reads("Отчёт не подписан руководителем").see()
    secretary.press("Закрыть этап").reads("дальше идут 3, останавливаются 1").see()
    assert "Отчёт не подписан руководителем." in steps.letter_to("boris@demo.invalid")


# ------------------------------------------------------------------ assessment


def teams_are_asked(season: Season, secretary: Hands) -> None:
    season.stage(secretary, "Экспертная оценка").follow("Эксперты")
    for key in ("lead", "assessor"):
        secretary.follow("Включить эксперта").type("Эл. почта", f"{key}@demo.invalid")
        if key == "lead":
            secretary.see().tick("Может быть ведущим экспертом")
        secretary.press("Включить в состав")
    secretary.reads("эксперт № 2").see()
    season.open(secretary, "Экспертная оценка").follow("Экспертная оценка").see()
    secretary.follow("Комиссии").press("Дополнить все комиссии сразу").reads(
        "Отправлено 6 приглашений"
    ).see()
    assert "оценить 3 заявки" in steps.letter_to("assessor@demo.invalid")


def an_assessor_writes_on_a_phone(season: Season) -> None:
    assessor = season.sit("assessor@demo.invalid", width=390)
    assessor.see().go("/assessment/").see().follow("Ответить").see()
    assessor.tick("У меня конфликт интересов с этой организацией").press("Отправить ответ")
    assessor.reads("Укажите, в чём состоит конфликт интересов")
    steps.accept_all(assessor, 3)
    assessor.see().go("/assessment/").press("Начать", within=assessor.row("2026-01")).see()
    assessor.follow("Продолжить: Замысел").see()
    for wrong in ("55", "120"):
        assessor.page.fill("[name=value]", wrong)
        assessor.reads(f"Значения {wrong} нет на шкале: ожидается 0, 10, … 100")
    assessor.see()
    steps.fill_part(assessor, "80")
    for mark in ("70", "80", "2"):
        steps.fill_part(assessor, mark)
    assessor.reads("82 из 100").see()
    assessor.press("Подписать").reads("Тетрадь подписана", "скрыто").see()
    steps.score(assessor, "2026-02", "60", "50", "60", "1")
    steps.score(assessor, "2026-03", "20", "20", "30", "0")


def the_team_agrees(lead: Hands) -> None:
    steps.accept_all(lead, 3)
    steps.score(lead, "2026-01", "90", "70", "30", "2")
    lead.reads("обсудить 1 составляющую").see()
    lead.press("Начать согласованную тетрадь").reads("74").see()
    lead.follow("Эффект").reads("Оценки расходятся на 50 % шкалы", "обсудите").see()
    lead.page.fill("[name=value]", "70")
    lead.page.wait_for_selector("[data-autosave][data-state=saved]")
    lead.go("/assessment/").follow("Комиссия", within=lead.row("2026-01"))
    lead.follow("Продолжить заполнение").follow("Подписать").see().press("Подписать")
    lead.reads("баллов: 78")
    for entry, marks in (
        ("2026-02", ("60", "60", "50", "1")),
        ("2026-03", ("30", "20", "20", "0")),
    ):
        steps.score(lead, entry, *marks)
        steps.agree(lead, entry)
    lead.go("/assessment/").see()


def the_gate_closes(season: Season, secretary: Hands, boris: Hands) -> None:
    season.stage(secretary, "Экспертная оценка").follow("Результаты").see()
    secretary.reads("баллов: 78, порог 40", "баллов: 16, ниже порога 40")
    secretary.press("Закрыть этап").reads("Этап закрыт; соискателям сообщено").see()
    assert "Оценка ниже порога этапа" in steps.letter_to("boris@demo.invalid")
    boris.go("/account/").follow(f"2026-03 · {WINDOWS}").reads("Оценка ниже порога этапа").see()


# ------------------------------------------------------------------ commission


def a_session_is_planned(season: Season, secretary: Hands) -> None:
    season.open(secretary, "Решение комиссии").follow("Решение комиссии").see()
    secretary.follow("Советы и комиссии").see().press("Создать советы и комиссии")
    for key, role in (
        ("chair", "председатель"),
        ("member", "член"),
        ("absent", "член"),
        ("secretary", "секретарь"),
    ):
        secretary.type("Эл. почта", f"{key}@demo.invalid").choose("Роль", role)
        secretary.press("Включить в состав")
    secretary.reads("Голосова Вера Демовна").see()
    season.stage(secretary, "Решение комиссии").follow("Запланировать заседание").see()
    secretary.type("Дата и время", steps.moscow(5))
    secretary.type("Место, на русском", "Зал заседаний (демо)")
    secretary.press("Запланировать и известить").see().follow("Заседание № 1").see()
    assert "Зал заседаний (демо)" in steps.letter_to("member@demo.invalid")
    season.session = secretary.page.url.removeprefix(secretary.url)
    secretary.follow("Вести заседание").press("Составить повестку").reads(KOLOS, BREAD).see()
    secretary.press("Открыть заседание").reads("Кворума нет: присутствуют 0 из 3")
    steps.attendance(secretary, season.session, "Председателев", "Советов")
    secretary.press("Открыть заседание").reads("Заседание открыто")


def the_commission_votes(season: Season, secretary: Hands) -> Hands:
    """Two vote, the votes are equal, the chair decides; the chair's window."""
    member = season.sit("member@demo.invalid", width=390, color_scheme="dark")
    member.see().go(season.session).see()
    member.tick("за", within=member.row("2026-01")).tick("против", within=member.row("2026-02"))
    steps.attendance(secretary, season.session, "Председателев")
    member.press("Подать отмеченные голоса").see()
    member.reads("Голоса не поданы", "Кворума нет: присутствует 1 из 3")
    steps.attendance(secretary, season.session, "Председателев", "Советов")
    member.go(season.session).follow("Голосовать по одному: осталось 2")
    member.reads("Вопрос 1 из 2", KOLOS).see().tick("за").press("Проголосовать")
    member.reads("Вопрос 2 из 2", BREAD).tick("против").press("Проголосовать")
    member.reads("Вы проголосовали по всем вопросам").see()

    chair = season.sit("chair@demo.invalid")
    chair.go(season.session).follow(KOLOS).reads("Практика описана ясно").see()
    chair.tick("за").press("Проголосовать").reads("Подан 1 голос")
    chair.go(season.session).tick("за", within=chair.row("2026-02"))
    chair.press("Подать отмеченные голоса").follow("Председательствовать")
    chair.press("Подсчитать все голоса").reads("Голоса поровну").see()
    secretary.go(f"{season.session}lead/")
    secretary.reads("голоса разделились поровну: сначала решает председатель")
    chair.follow(f"2026-02 · {BREAD}").see()
    tie = chair.main.locator("form", has=chair.page.locator("[value=tie]"))
    chair.tick("принять", within=tie).type("Причина", "Переняли три соседа.", within=tie)
    chair.press("Решить").reads("2 из 2")
    return chair


def the_minutes_are_signed(season: Season, secretary: Hands, chair: Hands) -> None:
    secretary.go(f"{season.session}lead/").press("Закрыть заседание").reads("Заседание закрыто")
    secretary.see().follow("Протокол").see().misses(SIGN).reads(
        "председательствующий, Председателев Олег Демович (демо), решил: принято",
        "председательствующий ещё не утвердил",
    )
    written = secretary.download("PDF на русском")
    secretary.go(f"{season.session}lead/").follow("Что сделает публикация")
    secretary.reads("Протокол ещё не подписан").misses("Опубликовать всё сразу").see()

    chair.go(f"{season.session}lead/").follow("Прочитать и утвердить протокол").see()
    chair.press("Утвердить и подписать протокол").reads("утверждён вашей подписью").see()
    secretary.follow("Протокол").see().press(SIGN).reads("Протокол подписан и окончателен").see()
    signed = secretary.download("PDF на русском")
    assert signed.startswith(b"%PDF")
    assert signed != written


def decisions_are_published(season: Season, secretary: Hands) -> None:
    secretary.go(f"{season.session}lead/").follow("Опубликовать решения")
    secretary.misses("Протокол ещё не подписан").see()
    secretary.type("Документ об утверждении, на русском языке", "Решение комиссии № 1 (демо)")
    secretary.press("Опубликовать всё сразу").reads("Решения опубликованы")
    assert "Присуждено: Лауреат." in steps.letter_to("anna@demo.invalid")
    secretary.go("/honours/sandbox/2026/").press("Оформить недостающие дипломы")
    secretary.reads("Оформлено 2 диплома", "№ 2026-001").see()
    secretary.go("/account/").follow(CONTEST, within=secretary.row("Обратная связь соискателям"))
    secretary.see().press("Составить отчёты").reads("Составлено: 4").see().follow("2026-01").see()
    secretary.main.get_by_role("link", name="Написать главное").first.click()
    secretary.see().go("/account/")
    secretary.follow(CONTEST, within=secretary.row("Обратная связь соискателям"))
    secretary.follow("Выдать…").see().press("Выдать и сообщить соискателям")
    secretary.reads("Выданы 4 отчёта")
    assert "Отчёт по результатам оценки готов" in steps.letter_to("anna@demo.invalid")


# ------------------------------------------------------------------ after the season


def the_applicant_reads(season: Season, anna: Hands) -> None:
    anna.go("/account/").reads("Лауреат").see().follow(f"2026-01 · {KOLOS}")
    anna.reads("рассмотрена").misses("идёт сейчас").see()
    anna.go("/account/").follow("Отчёт по результатам оценки, заявка 2026-01")
    anna.reads("78", "1.1 Замысел", "Показать, как измеряют эффект", "Как получены числа").see()
    assert anna.fetch(f"{anna.page.url}report.pdf").startswith(b"%PDF")
    anna.go("/honours/mine/").reads("№ 2026-001", "Право на эмблему").see()
    assert anna.download("Диплом (PDF)").startswith(b"%PDF")
    check = anna.main.get_by_role("link", name="Страница проверки для всех")
    season.check = check.get_attribute("href") or ""


def the_public_checks(season: Season, secretary: Hands) -> None:
    public = season.sit(color_scheme="dark")
    public.go("/").see().go("/results/sandbox/2026/").reads(KOLOS, BREAD).misses(WINDOWS).see()
    public.go("/register/").reads(KOLOS, "Лауреат").see()
    public.follow(KOLOS).see()
    public.go(season.check).reads("Диплом № 2026-001 выдан здесь и действует", KOLOS).see()
    public.go("/check/?number=2026-999").reads("Подлинность не подтверждена").see()
    for page in ("/awards/", "/awards/sandbox/", "/statistics/", "/about/"):
        public.go(page).see()
    secretary.go("/honours/sandbox/2026/").row("2026-02").locator("a", has_text="Отозвать").click()
    secretary.reads("Отозвать звание").see()
    secretary.type("Причина, на русском", "Сведения не подтвердились.").press("Отозвать")
    secretary.reads("Звание отозвано")
    public.go("/check/?number=2026-002").reads("недействителен", "Сведения не подтвердились").see()


def the_auditor_verifies(season: Season, organiser: Hands) -> None:
    steps.invite(
        organiser, "/people/sandbox/2026/", "auditor@demo.invalid",
        "Ревизорова Нина Демовна (демо)", "Аудитор",
    )  # fmt: skip
    auditor = season.sit("auditor@demo.invalid")
    auditor.see().go("/ledger/").see().go("/ledger/sandbox/2026/").see().reads("Звание отозвано")
    auditor.follow("Проверить сейчас").reads("Журнал в порядке").see()
    auditor.go("/ledger/sandbox/2026/?action=motion.tie_broken").reads(
        "Равенство голосов разрешено"
    ).see()
    auditor.go("/entries/").see()


def everything_adds_up() -> None:
    """What is stored can be recomputed, and the journal holds."""
    states = list(Entry.objects.order_by("serial").values_list("number", "state"))
    assert states == [
        ("2026-01", "finished"),
        ("2026-02", "finished"),
        ("2026-03", "stopped"),
        ("2026-04", "stopped"),
    ]
    for command in (["ledger", "verify"], ["assessment", "check-totals", "sandbox/2026"]):
        done = CliRunner().invoke(laureat, command)
        assert done.exit_code == 0, done.output
