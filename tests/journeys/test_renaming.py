"""An honoured organisation gets another name: proposed, read, accepted, and told beside the old one."""

from __future__ import annotations

from laureat.platform.access.models import Role
from laureat.platform.accounts.models import User
from laureat.registry.actions import record_distinction
from tests.journeys.accounts import may_sign_in
from tests.journeys.steps import PASSWORD
from tests.worlds import registry as world

OLD, NEW = "ООО «Демо-завод 1»", "АО «Демо-завод»"


def test_an_applicant_proposes_a_name_and_the_secretary_decides(somebody):
    acting, secretary = world.person(), world.person(Role.SECRETARY, region="42")
    card = world.organisation(1, by=acting, is_demo=False)
    record_distinction(
        card,
        award_key="demo",
        year=2023,
        honour_key="laureate",
        title_ru="Лауреат",
        title_en="Laureate",
        by=None,
    )
    applicant = somebody(width=390).sign_in(may_sign_in(acting), PASSWORD)
    applicant.follow(OLD).follow("Изменить").reads("По решению секретаря").see()
    applicant.type("Наименование по-русски", NEW).type("Телефон", "8 384 200")
    applicant.press("Сохранить").reads("Укажите основание").see()
    applicant.type("Основание изменения", "Лист записи ЕГРЮЛ от 12.03.2026").press("Сохранить")
    applicant.reads("Изменения сохранены", "Изменение ждёт решения секретаря", "8 384 200").see()

    keeper = somebody().sign_in(may_sign_in(secretary), PASSWORD)
    keeper.reads("Изменения сведений, ждущие решения").see().follow(OLD)
    keeper.reads(NEW, "Лист записи ЕГРЮЛ").see()
    keeper.press("Отклонить изменение").reads("Укажите причину").see()
    keeper.press("Принять изменение").reads("Изменение внесено", "принято").see()

    applicant.go("/account/").misses("ждёт решения секретаря").reads(NEW)
    public = somebody(width=390).go("/register/").reads(OLD, f"сегодня: {NEW}").see()
    public.follow(OLD).reads(NEW, f"звание присвоено под названием {OLD}").see()


def test_an_old_account_agrees_at_the_door_and_goes_on(somebody):
    acting = world.person()
    address = may_sign_in(acting)
    User.objects.filter(pk=acting.pk).update(consent_to="", consent_at=None)
    window = somebody(width=390).sign_in(address, PASSWORD)
    window.reads("Один вопрос, прежде чем продолжить").see()
    window.go("/account/profile/").reads("Один вопрос, прежде чем продолжить")
    window.press("Согласиться и продолжить").reads("Чтобы продолжить, отметьте это").see()
    window.page.check("[name=consent]")
    window.press("Согласиться и продолжить").reads("Спасибо", "Фамилия, имя, отчество")
