"""What people do more than once in a journey, click by click."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core import mail

from laureat.platform.accounts import actions as accounts
from laureat.platform.clock import now
from laureat.platform.mail.actions import deliver_due
from laureat.registry.actions import load_regions, load_sectors
from tests.database import TOGETHER
from tests.journeys.hands import Hands
from tests.worlds.intake import a_file

PASSWORD = "lauriers-et-papier-7"
REGION = "Кемеровская область – Кузбасс"
GOOD_FILE = {"name": "отчёт.pdf", "mimeType": "application/pdf", "buffer": a_file().read()}
WRONG_FILE = {"name": "отчёт.txt", "mimeType": "text/plain", "buffer": "Отчёт".encode()}


def large_file() -> Path:
    """More than an entry takes; from the disk, because a browser takes long to be told so much."""
    path = TOGETHER / "отчёт.pdf"
    path.write_bytes(b"%PDF-1.4\n" + b"0" * (11 * 1024 * 1024))
    return path


def furnish() -> None:
    """What every installation has: regions and lines of business."""
    load_regions()
    load_sectors()


def account(key: str, name: str) -> str:
    """An account of somebody who has agreed to the processing of their data; its address."""
    email = f"{key}@demo.invalid"
    user = accounts.register_person(email, f"{name} (демо)", password=PASSWORD, by=None)
    accounts.agree(user, consent=True)
    return email


def letter_to(address: str) -> str:
    """The newest letter to `address`, once the outbox has been emptied."""
    deliver_due()
    return next(each.body for each in reversed(mail.outbox) if each.to == [address])


def link_in(letter: str) -> str:
    """The first address in a letter."""
    found = re.search(r"https?://\S+", letter)
    assert found, letter
    return found[0]


def moscow(minutes: int) -> str:
    """So many minutes from now, as a field for dates takes it."""
    moment = now() + timedelta(minutes=minutes)
    return moment.astimezone(ZoneInfo("Europe/Moscow")).strftime("%Y-%m-%dT%H:%M")


# ------------------------------------------------------------------ secretary


def invite(organiser: Hands, page: str, email: str, name: str, role: str) -> None:
    """Give a role to somebody by e-mail."""
    organiser.go(page)
    organiser.main.locator("summary").first.click()
    organiser.type("Адрес электронной почты", email).type("Фамилия, имя, отчество", name)
    organiser.choose("Роль", role).press("Назначить роль")


def register(
    who: Hands, name: str, inn: str, *, head: str, post: str = "Директор", headcount: int = 120
) -> None:
    """Enter an organisation."""
    who.go("/registry/new/")
    who.type("Наименование по-русски", name).type("ИНН", inn).choose("Регион", f"{REGION} (42)")
    who.type("Город по-русски", "Кемерово").type("Численность", str(headcount))
    who.type("Работает с", "2010-05-01").type("Эл. почта", f"{inn}@demo.invalid")
    who.type("Руководитель: фамилия, имя, отчество", head).type("Должность руководителя", post)
    who.press("Сохранить")


# ------------------------------------------------------------------ applicant


def start(who: Hands, entrance: str, category: str, organisation: str = "") -> None:
    """From the entrance of a contest to the first section of the form."""
    who.go(entrance).follow("Участвовать")
    if organisation:
        who.choose("Организация", organisation).press("Выбрать")
    meet_conditions(who, category)


def meet_conditions(who: Hands, category: str) -> None:
    """Answer what a contest asks before the form; to the first section."""
    who.tick(category).tick("Да").press("Проверить условия")
    who.reads("Да: все условия выполнены").press("Начать заявку")


def hand_in(who: Hands, practice: str) -> None:
    """Fill in the form of the training contest and submit it."""
    who.type("Название практики", practice)
    who.type("Что изменили и как это работает", f"{practice}: как было и как стало.")
    who.press("Сохранить и дальше")
    who.page.set_input_files("[name=f-report]", GOOD_FILE)
    who.page.wait_for_selector(".attached")
    who.press("Сохранить и проверить").press("Подать заявку")


# ------------------------------------------------------------------ assessor


def accept_all(who: Hands, count: int) -> None:
    """Say of `count` entries that there is no conflict of interest."""
    for _ in range(count):
        who.go("/assessment/").follow("Ответить")
        who.tick("Конфликта интересов нет, беру эту заявку").press("Отправить ответ")


def fill_part(who: Hands, mark: str) -> None:
    """Mark the part on the page, and comment on it where comments are asked for."""
    page = who.page
    if page.locator("[name=strengths]").count():
        page.fill("[name=strengths]", "Практика описана ясно и работает каждый день.")
        page.fill("[name=improvements]", "Показать, как измеряют эффект.")
    if page.locator("[name=value][type=radio]").count():
        page.locator(f"[name=value][value='{mark}']").check()
    else:
        page.fill("[name=value]", mark)
    with page.expect_navigation():
        page.locator("[data-next]").click()


def score(who: Hands, entry: str, *marks: str) -> None:
    """Fill in the scorebook of an entry from the first part to the signature."""
    who.go("/assessment/").press("Начать", within=who.row(entry))
    who.follow("Продолжить: Замысел")
    for mark in marks:
        fill_part(who, mark)
    who.press("Подписать").reads("Тетрадь подписана")


def agree(lead: Hands, entry: str) -> None:
    """Begin the team's scorebook from the means and sign it."""
    lead.go("/assessment/").follow("Комиссия", within=lead.row(entry))
    lead.press("Начать согласованную тетрадь")
    lead.follow("Подписать").press("Подписать").reads("Тетрадь подписана")


# ------------------------------------------------------------------ commission


def attendance(secretary: Hands, session: str, *names: str) -> None:
    """Write down who is present."""
    secretary.go(f"{session}lead/")
    folded = secretary.main.locator("details:not([open]):has(ul.roll) > summary").first
    if folded.count():
        folded.click()
    for each in secretary.main.locator("ul.roll li").all():
        here = any(name in each.inner_text() for name in names)
        each.locator("[name=present]").set_checked(here)
    secretary.press("Записать присутствие").reads("Присутствие записано")
