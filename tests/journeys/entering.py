"""The first half of a season by hand: people are called, letters leave, applications come in."""

from __future__ import annotations

from tests.journeys import steps
from tests.journeys.hands import Hands
from tests.journeys.steps import PASSWORD
from tests.worlds.registry import inn

CONTEST = "Лучшая практика улучшений 2026 (демо)"
KOLOS = "ООО «Колос» (демо)"
BREAD = "ООО «Сибирский хлеб» (демо)"
WINDOWS = "АО «Кузбасские окна» (демо)"
CLEAN = "ООО «Чистый город» (демо)"


class Season:
    """Who sits at which window, and what they have learnt on the way."""

    def __init__(self, somebody) -> None:
        self.somebody = somebody
        self.session = ""
        self.check = ""

    def sit(self, email: str = "", **window) -> Hands:
        """Somebody at a new window, signed in if they have an address."""
        hands = self.somebody(**window)
        return hands.sign_in(email, PASSWORD) if email else hands

    def contest(self, who: Hands) -> Hands:
        """To the page of the contest, by way of the desk."""
        return who.go("/account/").follow(CONTEST)

    def stage(self, who: Hands, title: str) -> Hands:
        """To the page of a stage."""
        return self.contest(who).follow(title)

    def open(self, who: Hands, title: str) -> Hands:
        """Open a stage."""
        self.contest(who).press("Открыть", within=who.row(title))
        return who.reads(f"Этап «{title}» открыт")


# ------------------------------------------------------------------ people and letters


def people_are_called(season: Season, organiser: Hands) -> Hands:
    organiser.see().follow("Премии и их правила").see()
    organiser.follow(CONTEST).reads("Модель практики", "Кворум").see()
    steps.invite(
        organiser, "/people/sandbox/2026/", "secretary@demo.invalid",
        "Секретарева Мария Демовна (демо)", "Секретарь",
    )  # fmt: skip
    organiser.reads("Приглашение отправлено", "приглашение не принято").see()
    secretary = season.sit()
    secretary.go(steps.link_in(steps.letter_to("secretary@demo.invalid"))).see()
    secretary.type("Пароль", PASSWORD).type("Пароль ещё раз", PASSWORD)
    secretary.page.check("[name=consent]")
    secretary.press("Сохранить пароль и войти").reads("Моя работа", CONTEST).see()
    return secretary


def letters_leave(season: Season, secretary: Hands) -> None:
    for number, name, head in (
        (1, BREAD, "Хлебников Иван Демович"),
        (2, WINDOWS, "Окнова Ольга Демовна"),
        (3, CLEAN, "Чистов Пётр Демович"),
    ):
        steps.register(secretary, name, inn(number), head=head)
        people = secretary.main.locator("#people")
        if number == 1:
            secretary.type("Эл. почта человека", "nobody@demo.invalid")
            secretary.press("Разрешить действовать от имени организации")
            secretary.reads("С этим адресом никто не зарегистрирован")
        secretary.type("Эл. почта человека", "boris@demo.invalid", within=people)
        secretary.press("Разрешить действовать от имени организации")
        secretary.reads("Заявителев Борис Демович (демо)")
    secretary.see().go("/registry/").reads(BREAD).see()

    secretary.go("/letters/").see().follow("Написать письма").tick("список ИНН")
    secretary.type("ИНН, по одному в строке", f"{inn(1)}\n4200000029")
    secretary.press("Посмотреть список и письма").see()
    secretary.reads("Строка 2: у ИНН 4200000029 не сходится контрольная цифра")
    secretary.type("ИНН, по одному в строке", f"{inn(1)}; {BREAD}\n{inn(2)}")
    secretary.press("Посмотреть список и письма")
    secretary.reads("Проверка и подтверждение", "Отмечено: 2 из 2", "Хлебникову И. Д.").see()
    secretary.press("Подготовить эти письма")
    secretary.reads("Подготовлено 2 черновика", "Директору", "Окновой О. Д.").see()
    secretary.press("Создать документы").page.wait_for_selector("a:has-text('PDF')")
    assert secretary.download("PDF № УС-1").startswith(b"%PDF")
    secretary.press("Отправить").reads("2 письма поставлены в очередь")
    assert "№ УС-2" in steps.letter_to(f"{inn(2)}@demo.invalid")
    secretary.go("/mail/").reads("О конкурсе лучших практик").see()

    season.open(secretary, "Приём заявок").see()


# ------------------------------------------------------------------ applications


def an_account_is_made(anna: Hands) -> str:
    anna.go("/").see().follow("Подать заявку").see()
    entrance = anna.page.url
    anna.follow("Участвовать").page.locator("main a[href*='signup']").click()
    anna.type("Фамилия, имя, отчество", "Заявителева Анна Демовна (демо)")
    anna.type("Адрес электронной почты", "anna@demo.invalid")
    for word, said in ((b"12345", "слишком короткий"), (PASSWORD.encode(), "")):
        for field in ("password1", "password2"):
            anna.page.fill(f"[name={field}]", word.decode())
        anna.page.check("[name=consent]")
        anna.press("Создать учётную запись").see()
        anna.reads(said or "Вам отправлено письмо со ссылкой")
    anna.go(steps.link_in(steps.letter_to("anna@demo.invalid"))).see()
    anna.press("Да, подтвердить").sign_in("anna@demo.invalid", PASSWORD)
    anna.go("/account/").reads("С чего начать?").see()
    return entrance


def an_entry_is_written(season: Season, anna: Hands, entrance: str) -> None:
    anna.go(entrance).follow("Участвовать").reads(
        "Вы пока не представляете ни одной организации"
    ).see()
    steps.register(anna, KOLOS, "4205000020", head="Колосов Игорь Демович", headcount=3)
    anna.reads("Не сходится контрольная цифра ИНН").see()
    anna.type("ИНН", inn(4)).press("Сохранить").reads("Карточка организации создана").see()

    anna.go(entrance).follow("Участвовать").tick("Производство").tick("Нет")
    anna.press("Проверить условия").see()
    anna.reads("Пока нет", "Практика должна применяться не менее полугода", "не менее пяти человек")
    anna.follow("Исправить карточку организации").see()
    anna.type("Численность", "45").press("Сохранить")
    steps.meet_conditions(anna, "Производство")

    page = anna.see().page
    saved = "[data-autosave][data-state=saved]"
    anna.type("Название практики", "Утренние пятиминутки качества")
    page.wait_for_selector(saved)
    anna.type("Экономический эффект за год, тыс. рублей", "много")
    page.wait_for_selector("#problems .notice")
    anna.reads("Нужно число", "Всё остальное сохранено").see()
    anna.type("Экономический эффект за год, тыс. рублей", "1250,5")
    page.wait_for_selector("#problems .notice", state="detached")
    anna.type("Что изменили и как это работает", "Каждое утро бригада обсуждает вчерашний брак.")
    anna.press("Сохранить и дальше").see()
    for wrong, said in (
        (steps.WRONG_FILE, "«отчёт.txt» приложить нельзя: ожидается PDF"),
        (steps.large_file(), "«отчёт.pdf» слишком велик: не более 10 МБ"),
    ):
        page.set_input_files("[name=f-report]", wrong)
        anna.reads(said)
    page.set_input_files("[name=f-report]", steps.GOOD_FILE)
    page.wait_for_selector(".attached")
    anna.press("Сохранить и проверить").reads("Всё на месте").see()
    anna.press("Подать заявку").reads("Заявка 2026-01 принята", "SHA-256").see()
    assert anna.download("Расписка в PDF").startswith(b"%PDF")
    anna.follow("К заявке").reads("подана").see()
    a_submitted_entry_is_changed(anna)
    anna.go("/entries/").see()


def a_submitted_entry_is_changed(anna: Hands) -> None:
    """What was submitted counts until the changes are submitted too."""
    anna.follow("Изменить").type("Экономический эффект за год, тыс. рублей", "1300")
    anna.page.wait_for_selector("[data-autosave][data-state=saved]")
    entry = anna.see().page.url.partition("form/")[0]
    anna.go(entry).reads("Есть неподанные изменения: действует версия 1").see()
    anna.follow("Просмотреть и подать изменения")
    anna.reads("Что меняется по сравнению с версией 1", "1250,5", "1300").see()
    anna.press("Подать изменения как версию 2")
    anna.reads("теперь действует версия 2 заявки 2026-01", "Все поданные версии").see()


def more_entries_come(boris: Hands, entrance: str) -> None:
    for organisation, category, practice in (
        (BREAD, "Производство", "Закваска без отходов"),
        (WINDOWS, "Производство", "Окно за день"),
        (CLEAN, "Услуги", "Чистый двор"),
    ):
        steps.start(boris, entrance, category, organisation)
        steps.hand_in(boris, practice)
        boris.reads("принята")
