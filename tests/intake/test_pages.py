"""Every page of the room, as the person it is for sees it."""

import re
from html import unescape

import pytest
from django.urls import reverse

from laureat.intake import actions
from laureat.intake.models import Colleague, Entry, EntryState, PassageState
from laureat.intake.queries import form_of, tracking
from laureat.intake.queries.desk import desk
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.actions import erase_person
from laureat.rulebook.actions import close_stage, open_stage
from tests.worlds import intake as world

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def prize():
    return world.prize()


def get(client, user, name, *args, query="", status=200):
    if user:
        client.force_login(user)
    response = client.get(reverse(f"intake:{name}", args=args) + query)
    assert response.status_code == status, (name, response.status_code)
    return response


def page(client, user, django_assert_max_num_queries, name, *args, query=""):
    client.force_login(user)
    client.get(reverse(f"intake:{name}", args=args) + query)
    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(reverse(f"intake:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_reads_what_the_contest_asks(client, prize, django_assert_max_num_queries):
    with world.at(prize, "2024-02-01"), django_assert_max_num_queries(MOST_QUERIES):
        text = get(client, None, "apply", prize.uid).content.decode()
    assert "Отчёт" in text
    assert reverse("intake:start", args=[prize.uid]) in text
    with world.at(prize, "2024-03-05"):
        text = get(client, None, "apply", prize.uid).content.decode()
    assert reverse("intake:start", args=[prize.uid]) not in text
    assert "Приём заявок закрыт" in text
    assert "Сроки следующего приёма пока не объявлены." in text


def test_where_nobody_can_apply_one_sentence_says_so_and_there_is_nothing_to_fill(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    with world.at(prize, "2024-03-05"):
        text = get(client, user, "start", prize.uid).content.decode()
        given = {"organisation": organisation.uid, "go": "start"}
        posted = client.post(reverse("intake:start", args=[prize.uid]), given)
    assert "Приём заявок закрыт" in text
    assert "Сроки следующего приёма пока не объявлены." in text
    assert organisation.name_ru not in text
    assert 'name="f-' not in text
    assert posted.status_code == 422
    assert not Entry.objects.exists()


def test_who_has_its_entry_is_led_to_it_before_any_question(client, prize):
    """The organisation was offered, all was asked, and then it had its one entry already."""
    owner = world.factory()
    me = world.acting_for(owner)
    with world.at(prize, "2024-02-15"):
        before = get(client, me, "start", prize.uid).content.decode()
        assert "Начать заявку" in before
        assert 'name="go"' in before
        entry = world.draft(prize, owner)
        after = get(client, me, "start", prize.uid).content.decode()
    assert "уже участвует в этом конкурсе" in after
    assert reverse("intake:entry", args=[entry.uid]) in after
    assert 'name="go"' not in after


def test_missing_files_are_counted_apart_from_missing_answers(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation, by=user)
        text = get(client, user, "review", entry.uid).content.decode()
    found = re.search(r"Не хватает: ответов — (\d+), файлов — (\d+)", text)
    assert found, text
    files = [each for each in form_of(prize).fields() if each.kind == "file" and each.required]
    assert int(found[1]) > 0
    assert int(found[2]) == sum(each.when is None for each in files)


def test_the_public_pages_say_that_applications_are_over(client, prize):
    here = [reverse("showcase:award", args=[prize.award.key])]
    here.append(reverse("showcase:edition", args=[prize.award.key, prize.key]))
    with world.at(prize, "2024-02-01"):
        assert all("Сроки следующего" not in client.get(url).content.decode() for url in here)
    with world.at(prize, "2024-03-05"):
        pages = [client.get(url + "?x=1").content.decode() for url in here]
    assert all("Сроки следующего приёма пока не объявлены." in page for page in pages)


def test_a_condition_nobody_answered_is_not_called_broken(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    client.force_login(user)
    with world.at(prize, "2024-02-01"):
        given = {"organisation": organisation.uid, "go": "check"}
        text = client.post(reverse("intake:start", args=[prize.uid]), given).content.decode()
    assert "нет ответа" in text
    assert "не выполнено" not in text
    assert "есть вопросы без ответа" in text


def test_verdicts_come_before_the_form(client, prize, django_assert_max_num_queries):
    organisation = world.factory()
    user = world.acting_for(organisation)
    url = reverse("intake:start", args=[prize.uid])
    with world.at(prize, "2024-02-01"):
        page(client, user, django_assert_max_num_queries, "start", prize.uid)
        given = {
            "organisation": organisation.uid,
            "go": "start",
            "f-in_russia": "true",
            "f-results_one_year": "true",
            "f-bankrupt": "true",
        }
        refused = client.post(url, given)
        assert refused.status_code == 422
        assert 'id="verdicts"' in refused.content.decode()
        assert "не может участвовать в конкурсе" in refused.content.decode()
        assert not Entry.objects.exists()
        done = client.post(url, given | {"f-bankrupt": "false"})
    entry = Entry.objects.get()
    assert done.url == reverse("intake:form", args=[entry.uid])
    assert entry.answers == world.PRIZE_ANSWERS


def test_a_newcomer_comes_back_to_the_contest_from_the_card(client, prize):
    user = world.person()
    start = reverse("intake:start", args=[prize.uid])
    with world.at(prize, "2024-02-01"):
        page = get(client, user, "start", prize.uid).content.decode()
        card = unescape(re.search(r'<form method="post" action="([^"]+)"', page)[1])
        given = {"name_ru": "ООО «Демо-новичок»", "inn": world.tax_number(999), "region": "42"}
        given |= {"headcount": "39", "founded_on": "2001-01-01"}
        assert client.post(card, given).url == start
        text = get(client, user, "start", prize.uid).content.decode()
        card = re.search(r'href="(/registry/[^"]+/edit/[^"]+)"', text)[1]
        card = card.replace("&amp;", "&")
        assert client.post(card, given | {"headcount": "40"}).url.startswith(
            f"{start}?organisation="
        )
        elsewhere = reverse("registry:new") + "?next=https://evil.invalid/"
        given = {"name_ru": "ООО «Демо-два»", "inn": world.tax_number(998), "region": "42"}
        assert client.post(elsewhere, given).url.startswith("/registry/")


def test_a_section_saves_itself_and_keeps_what_it_cannot_read(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    client.force_login(user)
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation, by=user)
        url = reverse("intake:section", args=[entry.uid, "organisation"])
        response = client.post(
            url,
            {
                "version": "0",
                "f-main_products": "Хлеб",
                "f-sites": "много",
                "shown": "management_systems",
            },
            HTTP_HX_REQUEST="true",
        )
        entry.refresh_from_db()
        assert (response.status_code, entry.answers["main_products"], entry.version) == (
            200,
            "Хлеб",
            1,
        )
        text = response.content.decode()
        assert 'id="version" value="1"' in text
        assert "целое число" in text or "whole number" in text
        plain = client.post(url, {"version": "1", "f-sites": "много", "go": "next"})
        assert plain.status_code == 422
        assert 'value="много"' in plain.content.decode()
        on = client.post(url, {"version": "1", "f-sites": "3", "go": "next"})
        assert on.url == reverse("intake:section", args=[entry.uid, "report"])


def test_a_question_that_follows_appears_at_once(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    client.force_login(user)
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation, by=user)
        url = reverse("intake:section", args=[entry.uid, "organisation"])
        yes = client.post(url, {"version": "0", "f-certified": "true"}, HTTP_HX_REQUEST="true")
        assert 'name="f-certificates"' in yes.content.decode()
        file = client.post(
            url, {"version": "1", "f-certificates": world.a_file("pdf", "сертификат.pdf")},
            HTTP_HX_REQUEST="true",
        )  # fmt: skip
        assert "сертификат.pdf" in file.content.decode()
        no = client.post(url, {"version": "1", "f-certified": "false"}, HTTP_HX_REQUEST="true")
        assert (
            '<div class="slot" id="slot-certificates" hx-swap-oob="true"></div>'
            in no.content.decode()
        )
        wrong = client.post(url, {"version": "2", "f-certified": "true"}, HTTP_HX_REQUEST="true")
        assert wrong.status_code == 200
        text = client.post(
            url, {"version": "3", "f-certificates": world.a_file("png", "скан.png")},
            HTTP_HX_REQUEST="true",
        ).content.decode()  # fmt: skip
        assert "PDF" in text
        assert "сертификат.pdf" in text


def test_writing_over_a_newer_state_is_refused_and_shows_both(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    client.force_login(user)
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation, by=user)
        url = reverse("intake:section", args=[entry.uid, "organisation"])
        client.post(url, {"version": "0", "f-main_products": "Хлеб"})
        stale = client.post(url, {"version": "0", "f-main_products": "Сыр", "go": "next"})
        assert stale.status_code == 409
        text = stale.content.decode()
        assert "Сыр" in text
        assert "<q>Хлеб</q>" in text
        fragment = client.post(
            url, {"version": "0", "f-main_products": "Сыр"}, HTTP_HX_REQUEST="true"
        )
        assert fragment.status_code == 409
        again = client.post(
            url, {"version": "0", "mine": "1", "f-main_products": "Сыр", "go": "save"}
        )
        assert again.status_code == 302
    entry.refresh_from_db()
    assert entry.answers["main_products"] == "Сыр"


@pytest.mark.parametrize("version", ["x", "²", "9" * 30])
def test_a_version_that_is_no_number_is_like_an_old_one(client, prize, version):
    with world.at(prize, "2024-02-01"):
        organisation = world.factory()
        entry = world.draft(prize, organisation)
        client.force_login(world.acting_for(organisation))
        url = reverse("intake:conditions", args=[entry.uid])
        stale = client.post(url, {"version": version, "f-bankrupt": "true"})
    assert stale.status_code == 409


def test_from_review_to_receipt(client, prize, django_assert_max_num_queries):
    organisation = world.factory()
    user = world.acting_for(organisation)
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation, by=user)
        text = page(
            client, user, django_assert_max_num_queries, "section", entry.uid, "organisation"
        )
        text = page(client, user, django_assert_max_num_queries, "review", entry.uid)
        assert "?check=1#slot-report" in text
        assert client.post(reverse("intake:review", args=[entry.uid])).status_code == 422
        world.filled(entry, by=user)
        page(client, user, django_assert_max_num_queries, "conditions", entry.uid)
        done = client.post(reverse("intake:review", args=[entry.uid]))
        assert done.url == reverse("intake:receipt", args=[entry.uid])
        text = page(client, user, django_assert_max_num_queries, "receipt", entry.uid)
        assert "28-0001" in text
        pdf = get(client, user, "receipt_pdf", entry.uid)
        assert b"".join(pdf.streaming_content).startswith(b"%PDF")
        for name in ("mine",):
            page(client, user, django_assert_max_num_queries, name)
        page(client, user, django_assert_max_num_queries, "entry", entry.uid)
        file = entry.attachments.get(field="report")
        assert (
            get(client, user, "file", entry.uid, file.uid)["Cache-Control"] == "private, no-store"
        )
        client.logout()
        assert "28-0001" in get(client, None, "verify", entry.uid).content.decode()
        assert organisation.name_ru not in get(client, None, "verify", entry.uid).content.decode()
        stranger = world.acting_for(world.factory())
        for name, args in {
            "entry": [entry.uid], "section": [entry.uid, "report"], "review": [entry.uid],
            "receipt": [entry.uid], "receipt_pdf": [entry.uid], "file": [entry.uid, file.uid],
            "withdraw": [entry.uid], "conditions": [entry.uid],
        }.items():  # fmt: skip
            get(client, stranger, name, *args, status=403)


def test_changes_to_a_submitted_entry_count_when_they_are_submitted(
    client, prize, django_assert_max_num_queries
):
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation, by=user)
    before = entry.answers["summary"]
    client.force_login(user)
    with world.at(prize, "2024-02-20"):
        url = reverse("intake:section", args=[entry.uid, "report"])
        review = reverse("intake:review", args=[entry.uid])
        client.post(url, {"version": entry.version, "f-summary": "Иначе", "go": "next"})
        file = {"f-report": world.a_file("pdf", "отчёт 2.pdf")}
        client.post(url, file | {"version": entry.version + 1}, HTTP_HX_REQUEST="true")
        for name, args in {"section": [entry.uid, "report"], "review": [entry.uid],
                           "entry": [entry.uid]}.items():  # fmt: skip
            text = page(client, user, django_assert_max_num_queries, name, *args)
            assert "версия 1" in text or "version 1" in text
        assert "отчёт 2.pdf" in client.get(review).content.decode()
        secretary = world.secretary(prize)
        seen = get(client, secretary, "section", entry.uid, "report").content.decode()
        assert "Иначе" not in seen
        assert "отчёт 2.pdf" not in seen
        client.force_login(user)
        assert entry.attachments.filter(field="_receipt").count() == 1
        entry.refresh_from_db()
        assert (entry.answers["summary"], entry.handed_in) == (before, 1)
        done = client.post(review, {"go": "changes"})
        assert done.url == reverse("intake:receipt", args=[entry.uid])
    entry.refresh_from_db()
    assert (entry.answers["summary"], entry.handed_in) == ("Иначе", 2)
    assert entry.attachments.get(field="report", replaced_at=None).file.name == "отчёт 2.pdf"
    assert entry.attachments.filter(field="_receipt").count() == 2
    text = get(client, user, "receipt", entry.uid).content.decode()
    versions = tracking.versions_of(entry)
    assert [(each.number, each.counts) for each in versions] == [(1, False), (2, True)]
    assert all(each.record_hash in text for each in versions)
    assert versions[1].hash in text


def test_changes_that_lack_something_or_are_dropped_change_nothing(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation, by=user)
    kept = dict(entry.answers)
    client.force_login(user)
    with world.at(prize, "2024-02-20"):
        url = reverse("intake:section", args=[entry.uid, "report"])
        review = reverse("intake:review", args=[entry.uid])
        client.post(url, {"version": entry.version, "f-summary": "", "go": "save"})
        assert client.post(review, {"go": "changes"}).status_code == 422
        assert client.post(review, {"go": "drop"}).status_code == 302
        assert "<del>" not in client.get(review).content.decode()
        assert client.post(review, {"go": "drop"}).status_code == 422
    entry.refresh_from_db()
    assert (entry.answers, entry.handed_in) == (kept, 1)


def test_what_was_typed_into_a_form_that_closed_meanwhile_stays_on_the_page(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    client.force_login(user)
    with world.at(prize, "2024-02-28"):
        entry = world.draft(prize, organisation, by=user)
    with world.at(prize, "2024-03-05"):
        url = reverse("intake:section", args=[entry.uid, "report"])
        given = {"version": "0", "f-summary": "Полночь\nминовала", "go": "next"}
        late = client.post(url, given)
        fragment = client.post(url, given, HTTP_HX_REQUEST="true")
    assert (late.status_code, fragment.status_code) == (422, 422)
    assert "Полночь<br>миновала" in late.content.decode()
    assert "Полночь<br>миновала" in fragment.content.decode()
    assert 'id="slot-summary"' not in fragment.content.decode()


def test_two_people_write_at_once_and_nobody_s_words_are_lost(client, prize):
    organisation = world.factory()
    one, two = world.acting_for(organisation), world.acting_for(organisation)
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation, by=one)
        url = reverse("intake:section", args=[entry.uid, "organisation"])

        def opened(user):
            client.force_login(user)
            form = {
                name: value
                for name, value in re.findall(
                    r'<input type="hidden" name="([\w-]+)"[^>]*value="([^"]*)"',
                    client.get(url).content.decode(),
                )
                if name.startswith("was-") or name == "version"
            }
            return form | {"f-main_products": "", "f-sites": ""}

        first, second = opened(one), opened(two)
        client.force_login(one)
        client.post(url, first | {"f-main_products": "Хлеб"}, HTTP_HX_REQUEST="true")
        own = client.post(url, first | {"f-sites": "3"}, HTTP_HX_REQUEST="true").content.decode()
        assert "Вы только что изменили это в другом окне" in own
        assert "коллега" not in own
        client.force_login(two)
        other = client.post(url, second | {"f-sites": "3"}, HTTP_HX_REQUEST="true")
        assert other.status_code == 200
        text = other.content.decode()
        assert "Это только что изменил коллега" in text
        assert 'value="Хлеб"' in text or ">Хлеб<" in text or ">\nХлеб<" in text
        entry.refresh_from_db()
        assert (entry.answers["main_products"], entry.answers["sites"]) == ("Хлеб", "3")
        clash = second | {"f-main_products": "Сыр", "f-sites": "4"}
        both = client.post(url, clash, HTTP_HX_REQUEST="true")
        assert both.status_code == 409
        assert one.name in both.content.decode() or "<q>Хлеб</q>" in both.content.decode()
        entry.refresh_from_db()
        assert entry.answers["main_products"] == "Хлеб"
        over = client.post(url, clash | {"mine": str(entry.version)}, HTTP_HX_REQUEST="true")
        assert over.status_code == 200
    entry.refresh_from_db()
    assert (entry.answers["main_products"], entry.answers["sites"]) == ("Сыр", "4")


def test_colleagues_are_invited_accept_and_work(client, prize, django_assert_max_num_queries):
    organisation = world.factory()
    user, helper = world.acting_for(organisation), world.person()
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation, by=user)
        client.force_login(user)
        url = reverse("intake:colleagues", args=[entry.uid])
        assert client.post(url, {"email": "нет", "may": "edit"}).status_code == 422
        assert client.post(url, {"email": helper.email, "may": "edit"}).status_code == 302
        assert client.post(url, {"email": helper.email, "may": "edit"}).status_code == 422
        page(client, user, django_assert_max_num_queries, "colleagues", entry.uid)
        asked = Colleague.objects.get()
        get(client, helper, "section", entry.uid, "report", status=403)
        invitation = reverse("intake:invitation", args=[asked.uid])
        assert invitation in client.get(reverse("accounts:desk")).content.decode()
        client.force_login(world.person())
        assert client.post(invitation).status_code == 403
        client.force_login(helper)
        page(client, helper, django_assert_max_num_queries, "invitation", asked.uid)
        assert client.post(invitation).status_code == 302
        client.post(
            reverse("intake:section", args=[entry.uid, "report"]),
            {"version": "0", "f-summary": "Помог", "go": "next"},
        )
        assert (
            reverse("intake:entry", args=[entry.uid])
            in get(client, helper, "mine").content.decode()
        )
        get(client, helper, "withdraw", entry.uid, status=403)
        get(client, helper, "colleagues", entry.uid, status=403)
        assert client.post(reverse("intake:review", args=[entry.uid])).status_code == 403
        client.force_login(user)
        client.post(url, {"colleague": asked.uid, "go": "submit"})
        client.force_login(helper)
        assert client.post(reverse("intake:review", args=[entry.uid])).status_code == 422
        client.force_login(user)
        client.post(url, {"colleague": asked.uid, "go": "end"})
        get(client, helper, "section", entry.uid, "report", status=403)
    entry.refresh_from_db()
    assert entry.answers["summary"] == "Помог"


@pytest.mark.parametrize("many", [1, 3, 20])
def test_the_secretary_s_pages_ask_the_same_few_questions(
    client, prize, many, django_assert_max_num_queries
):
    entries = [world.submitted(prize) for _n in range(many)]
    secretary = world.secretary(prize)
    stage = world.stage_of(prize, "admission")
    with world.at(prize, "2024-03-03"):
        open_stage(stage, by=secretary)
        text = page(client, secretary, django_assert_max_num_queries, "edition", prize.uid)
        assert reverse("intake:checks", args=[stage.uid]) in text
        text = page(client, secretary, django_assert_max_num_queries, "entries", prize.uid)
        assert all(entry.number in text for entry in entries)
        text = page(client, secretary, django_assert_max_num_queries, "checks", stage.uid)
        assert text.count("data-row") == many
        page(client, secretary, django_assert_max_num_queries, "check", stage.uid, entries[0].uid)
        page(client, secretary, django_assert_max_num_queries, "close", stage.uid)
        page(client, secretary, django_assert_max_num_queries, "entry", entries[0].uid)
        page(client, secretary, django_assert_max_num_queries, "dates", stage.uid)
        book = get(client, secretary, "export", prize.uid)
    assert book.content.startswith(b"PK")


def checks_waiting(user):
    return [item.state for section in desk(user) for item in section.items if item.todo]


def test_the_desk_counts_who_takes_part(prize):
    left = world.submitted(prize)
    world.submitted(prize)
    actions.withdraw_entry(left, "Передумали", by=None)
    close_stage(world.stage_of(prize, "intake"), by=None)
    contests, *_others = desk(world.secretary(prize))
    assert [item.detail for item in contests.items] == ["1 заявка"]


def test_one_click_passes_everything_and_closing_says_who_stops(client, prize):
    good, bad = world.submitted(prize), world.submitted(prize)
    secretary = world.secretary(prize)
    stage = world.stage_of(prize, "admission")
    client.force_login(secretary)
    with world.at(prize, "2024-03-03"):
        open_stage(stage, by=secretary)
        row = client.post(
            reverse("intake:pass_all", args=[stage.uid]), {"one": good.uid}, HTTP_HX_REQUEST="true"
        )
        assert row.status_code == 200
        assert good.checks.count() == 3
        assert checks_waiting(secretary) == ["проверить 1 заявку"]
        url = reverse("intake:close", args=[stage.uid])
        assert client.post(url).status_code == 422
        check = reverse("intake:check", args=[stage.uid, bad.uid])
        found = {
            "documents-outcome": "failed",
            "not-bankrupt-outcome": "passed",
            "report-format-outcome": "passed",
        }
        assert client.post(check, found).status_code == 422
        assert client.post(check, found | {"documents-note": "Нет подписи"}).status_code == 302
        assert "Нет подписи" in client.get(url).content.decode()
        assert checks_waiting(secretary) == ["все проверены: закройте этап"]
        assert client.post(url).status_code == 302
    bad.refresh_from_db()
    assert bad.state == EntryState.STOPPED
    assert good.passages.get(stage=stage).state == PassageState.PASSED
    client.post(
        reverse("intake:reinstate", args=[bad.uid]),
        {"reason_ru": "Подпись есть на обороте.", "reason_en": "The signature is overleaf."},
    )
    bad.refresh_from_db()
    assert bad.state == EntryState.SUBMITTED


def test_applications_are_closed_and_dates_moved_by_the_secretary(client, prize):
    secretary = world.secretary(prize)
    stage = world.stage_of(prize, "intake")
    client.force_login(secretary)
    url = reverse("intake:move_stage", args=[stage.uid])
    with world.at(prize, "2024-02-10"):
        client.post(url, {"go": "close"})
        stage.refresh_from_db()
        assert stage.state == "open"
        dates = {"opens_at": "2024-01-16T00:00", "closes_at": "2024-02-09T18:00", "grace": "0"}
        past = client.post(reverse("intake:dates", args=[stage.uid]), dates)
        assert past.status_code == 422
        assert "Это время уже прошло" in past.content.decode()
        dates["closes_at"] = "2024-02-10T18:00"
        assert client.post(reverse("intake:dates", args=[stage.uid]), dates).status_code == 302
    with world.at(prize, "2024-02-11"):
        client.post(url, {"go": "close"})
    stage.refresh_from_db()
    assert (stage.state, stage.closes_at.isoformat()) == ("closed", "2024-02-10T15:00:00+00:00")


def test_dates_of_no_year_of_ours_are_answered_beside_their_field(client, prize):
    stage = world.stage_of(prize, "intake")
    client.force_login(world.secretary(prize))
    for given in ("0001-01-01T00:00", "9999-12-31T23:59"):
        dates = {"opens_at": given, "closes_at": "2024-02-09T18:00", "grace": "0"}
        answer = client.post(reverse("intake:dates", args=[stage.uid]), dates)
        assert answer.status_code == 422
        assert "Проверьте год" in answer.content.decode()
        assert answer.context["form"].errors.keys() == {"opens_at"}


def test_an_applicant_withdraws_and_says_why(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation, by=user)
    client.force_login(user)
    url = reverse("intake:withdraw", args=[entry.uid])
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Меняем руководство"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.withdrawn_reason) == ("withdrawn", "Меняем руководство")


def test_a_decided_entry_is_not_asked_why_it_is_withdrawn(client, prize):
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation, by=user)
    actions.finish_entry(entry, by=None)
    client.force_login(user)
    for send in (client.get, client.post):
        answer = send(reverse("intake:withdraw", args=[entry.uid]), follow=True)
        assert answer.redirect_chain == [(reverse("intake:entry", args=[entry.uid]), 302)]
        assert "отозвать её нельзя" in answer.content.decode()


def test_goods_are_entered_by_region(client, django_assert_max_num_queries):
    edition = world.goods("42")
    organisation = world.factory()
    user = world.acting_for(organisation)
    good = world.bread(organisation)
    with world.at(edition, "2023-04-05"):
        client.force_login(user)
        page(client, user, django_assert_max_num_queries, "start", edition.uid)
        given = {
            "organisation": organisation.uid, "good": good.uid, "category": "food",
            "f-made_in_region": "true", "f-excluded_goods": "false", "go": "start",
        }  # fmt: skip
        assert client.post(reverse("intake:start", args=[edition.uid]), given).status_code == 302
        entry = Entry.objects.get()
        page(client, user, django_assert_max_num_queries, "section", entry.uid, "files")
        world.filled(entry, by=user)
        actions.submit_entry(entry, by=user)
    assert entry.number == "42-2023-001"
    secretary = world.secretary(edition, "42")
    text = page(client, secretary, django_assert_max_num_queries, "edition", edition.uid)
    assert "Кемеров" in text or "Кузбасс" in text
    elsewhere = world.secretary(edition, "54")
    get(client, elsewhere, "entry", entry.uid, status=403)
    assert entry.number not in get(client, elsewhere, "entries", edition.uid).content.decode()
    seen = get(client, elsewhere, "edition", edition.uid, query="?region=42")
    assert seen.context["region"] == "54"
    both = world.secretary(edition, "54")
    give_role(
        both, Role.SECRETARY, by=None, award=edition.award.key, edition=edition.key, region="42"
    )
    for asked, shown in (("54", "54"), ("42", "42"), ("77", "42"), ("", "42")):
        seen = get(client, both, "edition", edition.uid, query=f"?region={asked}")
        assert seen.context["region"] == shown
    assert "?region=54" in seen.content.decode()
    assert "?region=77" not in seen.content.decode()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_desk_shows_what_waits(client, prize, language):
    from laureat.platform.accounts.desk import sections

    organisation = world.factory()
    user = world.acting_for(organisation)
    with world.at(prize, "2024-02-28"):
        entry = world.draft(prize, organisation, by=user)
        own = next(each for each in sections(user) if each.more == reverse("intake:mine"))
    assert [(item.url, item.urgent) for item in own.items] == [
        (reverse("intake:review", args=[entry.uid]), True)
    ]


def test_the_secretary_publishes_the_results_and_archives_the_contest(client, prize):
    entry = world.submitted(prize)
    user = world.secretary(prize)
    client.force_login(user)
    url = reverse("intake:move_edition", args=[prize.uid])
    actions.close_intake(world.stage_of(prize, "intake"), by=None)
    assert url in get(client, user, "edition", prize.uid).content.decode()
    refused = client.post(url, {"go": "publish"}, follow=True).content.decode()
    assert ("under way" in refused) or ("ещё в пути" in refused)
    actions.withdraw_entry(entry, "Передумали", by=None)
    for go, state in (("publish", "published"), ("archive", "archived")):
        assert f'value="{go}"' in get(client, user, "edition", prize.uid).content.decode()
        client.post(url, {"go": go})
        prize.refresh_from_db()
        assert prize.state == state
    assert url not in get(client, user, "edition", prize.uid).content.decode()


def test_an_erased_colleague_keeps_no_address_and_no_right(client, prize):
    organisation = world.factory()
    user, helper = world.acting_for(organisation), world.person()
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation, by=user)
        asked = actions.invite_colleague(entry, helper.email, may_submit=True, by=user)
        actions.accept_invitation(asked, by=helper)
        unanswered = actions.invite_colleague(
            entry, "later@demo.invalid", may_submit=False, by=user
        )
    erase_person(helper, by=None)
    rows = [(each.email, each.ended_at is None) for each in Colleague.objects.order_by("pk")]
    assert rows == [("", False), (unanswered.email, True)]
    assert not helper.grants.filter(ended_at=None).exists()
