"""Public pages: what they say, how they are kept, how little they ask."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse

from laureat.honours.actions import issue_diplomas, revoke, withdraw_licence
from laureat.honours.models import Diploma, Honour
from laureat.honours.queries import bases, diploma_data, find
from laureat.registry.actions import record_distinction
from laureat.registry.models import Distinction, Good, Organisation, Region
from laureat.rulebook.models import EditionState
from laureat.showcase.queries.register import loosened
from laureat.showcase.views.drawings import region_map
from tests.worlds import council as deciding
from tests.worlds import intake as entering
from tests.worlds import registry as register
from tests.worlds import showcase as world

pytestmark = pytest.mark.django_db


def get(client, name, *args, **data):
    caches["pages"].clear()
    return client.get(reverse(f"showcase:{name}", args=args), data)


def told(client, name, *args, **data):
    return get(client, name, *args, **data).content.decode()


@pytest.fixture
def past():
    world.history()


def test_an_empty_installation_is_not_an_error(client):
    for name in ("home", "awards", "register", "goods", "statistics", "about", "check", "sitemap"):
        assert get(client, name).status_code == 200, name
    assert "Реестр пуст" in told(client, "register")
    assert "Премий пока нет" in told(client, "awards")


def test_home_tells_what_runs_who_won_and_where(client):
    world.history("best-goods")
    season = world.played([62])
    page = told(client, "home")
    assert season.entries[0].organisation.name_ru in page
    assert "Проверить диплом" in page
    assert "Звания по регионам" in page
    assert "Идут сейчас" not in page
    entering.goods("42")
    assert "Идут сейчас" in told(client, "home")


def test_an_edition_in_preparation_is_nobodys_business_yet(client):
    edition = entering.prize(opened=False)
    assert edition.state == EditionState.PREPARED
    assert get(client, "edition", "rf-quality-prize", "2024").status_code == 404
    assert get(client, "award", "rf-quality-prize").status_code == 404
    assert "Премий пока нет" in told(client, "awards")
    assert "rf-quality-prize" not in told(client, "sitemap")
    entering.prize()
    assert get(client, "edition", "rf-quality-prize", "2024").status_code == 200
    assert "Премия Правительства РФ" in told(client, "awards")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"42": 1}, "1 звание"),
        ({"42": 1, "54": 3}, "3 звания"),
        ({"42": 11}, "11 званий"),
        ({"42": 21, "54": 4}, "21 звание"),
    ],
)
def test_the_legend_of_the_map_agrees_with_its_figure(counts, said):
    chart = region_map(counts, Region.objects.all(), "Карта")
    assert f">{said}</text>" in chart.svg
    assert region_map({}, Region.objects.all(), "Карта") is None
    entries = region_map(counts, Region.objects.all(), "Карта", entries=True)
    assert "отмеченн" in entries.svg


def test_a_single_organisation_is_counted_as_one(client):
    world.played([62])
    page = " ".join(re.sub(r"<[^>]+>", " ", told(client, "home")).split())
    assert "звание в реестре 1 " in page
    assert "организация 1 " in page
    assert "регион России 1 " in page


def test_an_edition_shows_its_results(client):
    season = world.played([62, 40, 18], stops=1)
    Organisation.objects.filter(pk=season.entries[0].organisation_id).update(sector="food")
    answer = get(client, "edition", "rf-quality-prize", "2024")
    assert [(step.label, step.count) for step in _funnel(season)] == [
        ("Приём заявок", 4),
        ("Допуск", 3),
        ("Заочная оценка", 2),
        ("Очная оценка", 2),
        ("", 2),
    ]
    assert [row.count for row in answer.context["by_category"]] == [2]
    assert [(row.label, row.count) for row in answer.context["by_sector"]] == [
        ("Пищевая промышленность", 1)
    ]
    assert [(key, count) for key, _t, _tone, count in answer.context["given"]] == [("laureate", 2)]
    assert [line.number for line in answer.context["page"]] == ["28-0001", "28-0002"]
    page = answer.content.decode()
    assert "№&nbsp;2024-001" in page
    # A title is not declined by its figure, so it stands before it: «Лауреат премии: 2».
    assert '<div class="stat"><dt>Участвовало заявок</dt><dd>4</dd>' in page
    assert '<div class="stat gold"><dt>Лауреат премии</dt><dd>2</dd>' in page


def _funnel(season):
    from laureat.showcase.queries.editions import funnel

    return funnel(season.edition, 2)


def test_results_are_filtered_and_an_empty_answer_says_so(client):
    season = world.played([62, 40])
    one = season.entries[1].organisation
    found = get(client, "edition", "rf-quality-prize", "2024", search=one.name_ru.upper())
    assert [line.organisation for line in found.context["page"]] == [one.uid]
    none = told(client, "edition", "rf-quality-prize", "2024", category="large")
    assert "Под ваш выбор не подходит ни одна отмеченная заявка" in none


def test_the_register_names_the_source_of_every_past_line(client, past):
    answer = get(client, "register")
    page = answer.content.decode()
    first = list(answer.context["page"])[:10]
    assert len(first) == 10
    for line in first:
        told = Distinction.objects.get(pk=line.pk)
        assert (told.source_title_ru or told.source_title_en) in page
        assert (
            told.source_title_en in {"", told.source_title_ru} or told.source_title_en not in page
        )
    assert "выведено, а не прочитано в источнике" in page


def test_the_register_is_filtered(client, past):
    def count(**asked):
        return get(client, "register", **asked).context["page"].paginator.count

    everything = count()
    assert everything == Distinction.objects.count()
    assert count(award="best-goods") + count(award="rf-quality-prize") == everything
    assert count(year="2016") == Distinction.objects.filter(year=2016).count()
    assert count(region="42", honour="regional-laureate") == 4
    assert count(q="СИБАГРО окорок") == 1
    assert count(kind="demo") == 0
    assert count(kind="real") == everything


def test_an_inn_is_found_whole_and_never_that_of_a_person(client):
    company, person = entering.factory(), entering.factory()
    # Without a number, which might be part of a good's code.
    Organisation.objects.filter(pk=person.pk).update(
        inn=register.individual_inn(1), kpp="", name_ru="ИП Проверкина (демо)"
    )
    person.refresh_from_db()
    for organisation in (company, person):
        again = Organisation.objects.get(pk=organisation.pk)
        again.derive()
        again.save()
        record_distinction(
            again,
            award_key="x",
            year=2020,
            honour_key="y",
            title_ru="Z",
            title_en="Z",
            good=entering.bread(again),
            by=None,
        )

    def found(search):
        """In the register and in the catalogue alike."""
        page = get(client, "register", q=search).context["page"]
        goods = get(client, "goods", q=search).context["page"]
        organisations = [line.organisation for line in page]
        assert organisations == [good.organisation for good in goods]
        return organisations

    assert found(company.inn) == [company]
    assert found(company.inn[:9]) == []
    assert found(register.individual_inn(1)) == found(register.individual_inn(1)[:7]) == []
    assert found(person.name_ru) == [person]


def test_what_is_asked_is_shown_and_can_be_taken_off_one_by_one(client, past):
    answer = get(client, "register", region="42", award="best-goods", q="свиная", page="1")
    assert [(each.label, each.value, each.without) for each in answer.context["chosen"]] == [
        ("Организация, товар или ИНН", "свиная", "region=42&award=best-goods"),
        (
            "Премия",
            "100 лучших товаров России",
            "region=42&q=%D1%81%D0%B2%D0%B8%D0%BD%D0%B0%D1%8F",
        ),
        (
            "Регион",
            "Кемеровская область – Кузбасс",
            "award=best-goods&q=%D1%81%D0%B2%D0%B8%D0%BD%D0%B0%D1%8F",
        ),
    ]
    assert 'href="?region=42&amp;award=best-goods"' in answer.content.decode()


def test_where_nothing_fits_the_page_says_what_would(client, past):
    answer = get(client, "register", region="42", q="свиной шейки")
    ways = answer.context["ways"]
    assert [(label, count) for label, _query, count in ways] == [
        ("Слова с таким же началом: свин… шейк…", 1),
        ("Без условия «Организация, товар или ИНН: свиной шейки»", 4),
    ]
    for _label, query, count in ways:
        there = client.get(f"{reverse('showcase:register')}?{query}")
        assert there.context["page"].paginator.count == count > 0
    nobody = told(client, "register", q="нетникого")
    assert "никто с таким названием не отмечен" in nobody


def test_words_are_loosened_by_their_endings():
    assert loosened("Хлеба РОМАШКИ 2024") == "хлеб ромаш 2024"
    assert loosened("сыр") == ""
    assert loosened("") == ""


def test_a_filter_value_that_is_not_offered_is_said_to_be_wrong(client, past):
    answer = get(client, "register", year="1066")
    assert answer.status_code == 200
    assert answer.context["form"].errors["year"]
    assert answer.context["page"].paginator.count == Distinction.objects.count()


def test_invented_lines_are_marked_and_revoked_ones_stay(client):
    season = world.played([62, 58])
    with season.later():
        revoke(Honour.objects.get(entry=season.entries[0]), ("нарушение", "breach"), by=None)
    page = told(client, "register")
    assert page.count("демо</span>") >= 2
    assert "статус отозван" in page
    gone = season.entries[0].organisation
    assert "статус отозван" in told(client, "organisation", gone.uid)
    assert "статус отозван" in told(client, "edition", "rf-quality-prize", "2024")
    assert get(client, "edition", "rf-quality-prize", "2024").context["honoured"] == 1


def test_downloads_hold_the_filtered_register(client, past):
    body = b"".join(get(client, "register_csv", award="rf-quality-prize").streaming_content)
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == Distinction.objects.filter(award_key="rf-quality-prize").count()
    assert rows[0]["award_title"] == "Премия Правительства РФ в области качества"
    data = json.loads(b"".join(get(client, "register_json", year="2016").streaming_content))
    assert {each["year"] for each in data["honours"]} == {2016}
    assert data["format"] == "laureat-register/1"


def test_a_cell_that_begins_like_a_formula_is_text(client):
    organisation = entering.factory()
    Organisation.objects.filter(pk=organisation.pk).update(name_ru="=HYPERLINK(1)", name_en="")
    record_distinction(
        organisation, award_key="x", year=2020, honour_key="y", title_ru="+1", title_en="", by=None
    )
    body = b"".join(get(client, "register_csv").streaming_content).decode()
    assert "'=HYPERLINK(1)" in body
    assert ";'+1;" in body


def test_goods_are_found_by_nomination_region_and_name(client, past):
    def names(**asked):
        return {good.name_ru for good in get(client, "goods", **asked).context["page"]}

    assert names(region="42") == {
        *("Охлаждённая свиная шейка", "Охлаждённый окорок"),
        *("Охлаждённый карбонат", "Охлаждённая лопатка"),
    }
    assert names(q="мультизлак") == {"Хлеб «Мультизлак»"}
    assert names(category="food", q="шейка") == {"Охлаждённая свиная шейка"}
    assert names(category="craft", q="шейка") == set()


def test_a_good_whose_only_honour_was_revoked_leaves_the_catalogue_but_keeps_its_page(client):
    world.regional(1)
    good = Good.objects.get()
    assert good.name_ru in told(client, "goods")
    revoke(Honour.objects.get(), ("нарушение", "breach"), by=None)
    assert good.name_ru not in told(client, "goods")
    assert "статус отозван" in told(client, "good", good.uid)


def test_a_diploma_is_valid_until_it_is_revoked(client):
    season = world.played([62, 58])
    diploma = Diploma.objects.order_by("number").first()
    with season.later():
        page = told(client, "check", diploma.check_code)
        assert "Действует" in page
        assert "Право на эмблему действует до" in page
        assert "13 ноября 2027" in page.replace("\xa0", " ")
    with season.later("2027-11-14T12:00"):
        assert "Срок права на эмблему истёк" in told(client, "check", diploma.check_code)
    with season.later("2025-03-01T12:00"):
        revoke(diploma.honour, ("нарушение порядка", "breach"), by=None)
        page = told(client, "check", diploma.check_code)
    assert "Отозван" in page
    assert "1 марта 2025" in page.replace("\xa0", " ")
    assert "нарушение порядка" in page
    assert "Право на эмблему прекратилось вместе со званием." in page


@pytest.mark.parametrize("order", [("распоряжение № 103-р", "order No. 103-r"), None])
def test_a_check_names_the_decision_as_the_diploma_cites_it(client, order):
    season = world.judged([62, 58])
    deciding.seated(season.edition)
    session = deciding.planned(season.edition)
    late = timedelta(days=3)
    session.held_at += late  # it was opened later than planned
    deciding.published(deciding.decided(session), order)
    issue_diplomas(season.again(), by=None)
    diploma = Diploma.objects.select_related("honour").order_by("number").first()
    honour = find(diploma.honour.uid)
    cited = diploma_data(honour, bases([honour])[honour.pk])["basis"]
    day = (session.held_at).astimezone(season.edition.time_zone)
    assert cited == (order[0] if order else f"протокол № 1 от {day:%d.%m.%Y}")
    page = " ".join(re.sub(r"<[^>]+>", " ", told(client, "check", diploma.check_code)).split())
    assert "Подписал Председатель Совета, Членов Демо 1 " in page
    assert f"Кем присуждено Правительство Российской Федерации Решение {cited} " in page


def test_a_withdrawn_right_to_the_sign_is_told_apart_from_a_revoked_honour(client):
    season = world.played([62])
    diploma = Diploma.objects.get()
    organisation = diploma.honour.entry.organisation
    with season.later("2025-03-01T12:00"):
        withdraw_licence(
            diploma.honour.emblem_licence, ("знак на чужом товаре", "misuse"), by=season.secretary
        )
        page = told(client, "check", diploma.check_code).replace("\xa0", " ")
        held = told(client, "organisation", organisation.uid).replace("\xa0", " ")
    assert "Действует" in page  # the diploma
    assert "Право на эмблему прекращено <time" in " ".join(page.split())
    assert "1 марта 2025" in page
    assert "Само звание остаётся." in page
    assert "вместе со званием" not in page
    assert "чужом" not in page  # the reason is between the organiser and the holder
    assert "эмблема: право прекращено" in held


def test_a_number_leads_to_its_diploma(client):
    world.played([62])
    diploma = Diploma.objects.get()
    typed = diploma.number.replace("-", "–")  # as an office writes it
    assert typed != diploma.number
    for number in (f" № {diploma.number} ", typed):
        answer = get(client, "check", number=number)
        assert answer.headers["Location"] == reverse("showcase:check", args=[diploma.check_code])


@pytest.mark.parametrize("number", ["2024-999", "нет такого", "' or 1=1 --"])
def test_an_unknown_number_is_said_to_be_unknown(client, number):
    answer = get(client, "check", number=number)
    assert answer.status_code == 404
    assert "Неизвестен" in answer.content.decode()


def test_an_empty_or_endless_number_is_explained(client):
    assert "Введите номер" in told(client, "check", number="")
    assert "не больше 40 знаков" in told(client, "check", number="1" * 41)
    assert get(client, "check", "no-such-code").status_code == 404


def test_the_check_is_never_kept_by_others(client):
    world.played([62])
    answer = get(client, "check", Diploma.objects.get().check_code)
    assert answer.headers["Cache-Control"] == "no-store"


def test_statistics_count_honours_in_force(client, past):
    found = get(client, "statistics").context
    assert found["total"] == Distinction.objects.count()
    years = {row.year: row.gold + row.others for row in found["figures"].years}
    assert years[2016] == Distinction.objects.filter(year=2016).count()
    assert found["figures"].unknown_year == Distinction.objects.filter(year=None).count()


@pytest.mark.parametrize("name", ["award", "organisation", "good"])
def test_what_is_not_there_is_not_found(client, name):
    assert get(client, name, "nobody").status_code == 404


def test_pages_are_kept_until_something_happens(client):
    world.history("best-goods")
    address = reverse("showcase:home")
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    world.played([62])
    after = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != first.headers["ETag"]
    assert not first.cookies


def test_an_invented_cookie_makes_no_page_of_its_own(client, settings):
    world.history("best-goods")
    address = reverse("showcase:home")
    first = client.get(address)
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    again = client.get(address)
    assert (again.headers["Cache-Control"], again.content) == ("public, max-age=60", first.content)


def test_who_is_signed_in_gets_a_page_of_their_own(client):
    world.history("best-goods")
    address = reverse("showcase:home")
    shared = client.get(address).content.decode()
    client.force_login(entering.person("Иванова Демо"))
    own = client.get(address)
    assert "Иванова Демо" in own.content.decode()
    assert "private" in own.headers["Cache-Control"]
    client.logout()
    assert client.get(address).content.decode() == shared


@pytest.mark.parametrize("name", ["home", "awards", "register", "goods", "statistics", "about"])
def test_english_pages_hold_no_russian_interface(client, name):
    page = client.get("/en" + reverse(f"showcase:{name}")).content.decode()
    body = page[page.index("<main") : page.index("</main>")]
    assert not [letter for letter in body if "а" <= letter.lower() <= "я"]


def test_sitemap_and_robots_name_public_pages_only(client, past):
    lines = told(client, "sitemap")
    # Both editions are in preparation: neither they nor their awards are named.
    assert lines.count("<loc>") == 7 + Organisation.objects.count() + Good.objects.count()
    robots = told(client, "robots")
    assert "Disallow: /entries/" in robots
    assert "Disallow: /register/" not in robots
    assert "Contact: mailto:" in told(client, "security")


@pytest.mark.parametrize("goods", [1, 3, 12])
def test_pages_ask_little_at_any_length(client, goods, django_assert_max_num_queries):
    edition = world.regional(goods)
    good = Good.objects.first()
    client.get("/")  # parses the rulebook
    addresses = [
        *("/", "/awards/", "/awards/best-goods/", "/register/", "/register/?q=хлеб&region=42"),
        *("/goods/", "/statistics/", "/about/", "/check/", "/check/?number=7", "/sitemap.xml"),
        reverse("showcase:edition", args=["best-goods", edition.key]),
        reverse("showcase:good", args=[good.uid]),
        reverse("showcase:organisation", args=[good.organisation.uid]),
    ]
    for address in addresses:
        caches["pages"].clear()
        with django_assert_max_num_queries(8):
            answer = client.get(address)
        assert answer.status_code in {200, 404}, address
    for name in ("register_csv", "register_json"):
        with django_assert_max_num_queries(8):
            b"".join(client.get(reverse(f"showcase:{name}")).streaming_content)


def test_a_kept_page_asks_one_question(client, django_assert_num_queries):
    world.history("best-goods")
    client.get("/register/")
    with django_assert_num_queries(1):
        assert client.get("/register/").status_code == 200
