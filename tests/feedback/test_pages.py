"""The report as a page and a PDF, the secretary's list, correction and release."""

import pytest
from django.urls import reverse

from laureat.feedback import actions
from laureat.feedback.models import Report, ReportState
from laureat.feedback.permissions import correct_report, read_report
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts import desk
from laureat.platform.accounts.models import User
from tests.worlds import intake as entering
from tests.worlds import showcase as world
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return reported()


@kept
def reported():
    season = world.played([62, 58], stops=1)
    with season.later():
        actions.make_reports(season.edition, by=None)
    return season


def report_of(season, place=0):
    return Report.objects.get(entry=season.entries[place])


def released(season):
    with season.later():
        actions.release_reports(season.edition, by=None)


def page(client, name, *args, user=None, **data):
    if user:
        client.force_login(user)
    return client.get(reverse(name, args=args), data)


def test_an_applicant_reads_the_report_after_release_and_only_the_own_one(client, season):
    me, other = season.applicants[:2]
    uid = report_of(season).uid
    assert page(client, "feedback:report", uid).status_code == 302
    refused = page(client, "feedback:report", uid, user=me)
    assert refused.status_code == 403
    assert "ещё не выдан" in refused.content.decode()
    released(season)
    told = page(client, "feedback:report", uid, user=me).content.decode()
    assert "Лауреат премии" in told
    assert "Как получены числа" in told
    assert "Исправить" not in told
    assert page(client, "feedback:report", uid, user=other).status_code == 403


def test_criteria_are_folded_for_readers_and_open_for_who_corrects(client, season):
    report = report_of(season)
    told = page(client, "feedback:report", report.uid, user=season.secretary).content.decode()
    criteria = len(report.content["blocks"][0]["criteria"])
    assert told.count('<details class="sheet criterion" open>') == criteria
    released(season)
    me = season.applicants[0]
    told = page(client, "feedback:report", report.uid, user=me).content.decode()
    assert told.count('<details class="sheet criterion">') == criteria
    assert told.index('id="summary"') < told.index('class="sheet criterion"')
    assert "?unfolded=yes#block-1" in told
    told = page(client, "feedback:report", report.uid, user=me, unfolded="yes").content.decode()
    assert told.count('<details class="sheet criterion" open>') == criteria
    assert 'href="?unfolded' not in told


def test_the_page_speaks_english_too(client, season):
    client.force_login(season.secretary)
    told = client.get(f"/en/feedback/{report_of(season).uid}/").content.decode()
    assert "How the numbers were made" in told
    assert "the result is what the team agreed on" in told


def test_no_page_of_a_report_names_an_assessor(client, season):
    client.force_login(season.secretary)
    for report in Report.objects.all():
        told = client.get(reverse("feedback:report", args=[report.uid])).content.decode()
        for user in season.assessors:
            assert user.name not in told


@pytest.mark.parametrize("place", [0, 2])
def test_the_pdf_is_the_same_twice(client, season, place):
    released(season)
    uid = report_of(season, place).uid
    first = page(client, "feedback:pdf", uid, user=season.applicants[place])
    second = page(client, "feedback:pdf", uid)
    assert first.content == second.content
    assert first.content.startswith(b"%PDF-")
    assert first.headers["Cache-Control"] == "private, no-store"


def test_the_entry_leads_to_its_report(client, season):
    answer = page(client, "feedback:entry", season.entries[0].uid, user=season.secretary)
    assert answer.headers["Location"] == reverse("feedback:report", args=[report_of(season).uid])
    assert page(client, "feedback:entry", "nobody").status_code == 404


def test_the_secretary_corrects_a_comment_and_the_report_says_so(client, season):
    client.force_login(season.secretary)
    report = report_of(season)
    address = reverse("feedback:edit", args=[report.uid]) + "?place=efqm-2013:1a"
    form = client.get(address).context["form"]
    data = {**form.initial, "strengths": "Одно замечание.", "reason": "назван человек"}
    answer = client.post(address, data)
    assert answer.status_code == 302
    told = client.get(reverse("feedback:report", args=[report.uid])).content.decode()
    assert "Одно замечание." in told
    assert "секретариат исправил 1 замечание" in told


def test_what_was_typed_stays_when_a_correction_is_refused(client, season):
    client.force_login(season.secretary)
    report = report_of(season)
    address = reverse("feedback:edit", args=[report.uid]) + "?place=efqm-2013:1a"
    form = client.get(address).context["form"]
    without_reason = client.post(address, {**form.initial, "strengths": "Мои слова."})
    assert without_reason.status_code == 422
    assert "Мои слова." in without_reason.content.decode()
    actions.edit_report(report, {"summary": "Тем временем."}, by=season.secretary)
    late = client.post(address, {**form.initial, "strengths": "Мои слова.", "reason": "имя"})
    assert late.status_code == 422
    assert "Мои слова." in late.content.decode()
    assert "изменил кто-то другой" in late.content.decode()


def test_an_unknown_part_is_not_found(client, season):
    client.force_login(season.secretary)
    address = reverse("feedback:edit", args=[report_of(season).uid])
    assert client.get(f"{address}?place=efqm-2013:99").status_code == 404


def test_the_secretary_makes_looks_and_releases(client):
    season = world.played([62, 58], stops=1)
    client.force_login(season.secretary)
    listing = reverse("feedback:list", args=[season.edition.uid])
    assert "Отчётов пока нет" in client.get(listing).content.decode()
    client.post(reverse("feedback:make", args=[season.edition.uid]))
    assert "28-0003" in client.get(listing).content.decode()
    release = reverse("feedback:release", args=[season.edition.uid])
    assert "Отчёты получат 3 соискателя" in client.get(release).content.decode()
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.DRAFT}
    assert client.post(release).status_code == 302
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.RELEASED}
    again = client.post(release)
    assert again.status_code == 409
    assert "Черновиков для выдачи нет" in again.content.decode()


def test_releasing_before_publication_says_why(client):
    season = world.judged([62])
    client.force_login(season.secretary)
    answer = client.post(reverse("feedback:release", args=[season.edition.uid]))
    assert answer.status_code == 409
    assert "после публикации итогов" in answer.content.decode()


def test_the_list_is_searched_and_filtered(client, season):
    client.force_login(season.secretary)
    listing = reverse("feedback:list", args=[season.edition.uid])

    def numbers(**asked):
        return [line.report.entry.number for line in client.get(listing, asked).context["lines"]]

    assert numbers() == ["28-0001", "28-0002", "28-0003"]
    assert numbers(search="8-0002") == ["28-0002"]
    assert numbers(state="released") == []
    assert numbers(search=season.entries[0].organisation.name_ru) == ["28-0001"]


def test_applicants_and_assessors_do_not_see_the_list(client, season):
    for user in (season.applicants[0], season.assessors[0]):
        answer = page(client, "feedback:list", season.edition.uid, user=user)
        assert answer.status_code == 403


def test_the_desk_tells_what_waits(season):
    def titles(user):
        found = desk.sections(User.objects.get(pk=user.pk))
        return [
            s.title
            for s in found
            if s.title in {"Отчёты соискателям", "Обратная связь соискателям"}
        ]

    assert titles(season.secretary) == ["Обратная связь соискателям"]
    assert titles(season.applicants[0]) == []
    released(season)
    assert titles(season.secretary) == []
    assert titles(season.applicants[0]) == ["Отчёты соискателям"]


def test_permissions_answer_and_list_alike(season):
    auditor, organiser, regional = (entering.person() for _ in range(3))
    scope = {"award": "rf-quality-prize", "edition": "2024", "by": None}
    give_role(auditor, Role.AUDITOR, **scope)
    give_role(organiser, Role.ORGANISER, by=None, award="rf-quality-prize")
    give_role(regional, Role.SECRETARY, region="54", **scope)
    people = [auditor, organiser, regional, season.secretary, *season.applicants, *season.assessors]
    for state in ("draft", "released"):
        for right in (read_report, correct_report):
            for user in people:
                listed = set(right.of(user).values_list("pk", flat=True))
                asked = {each.pk for each in Report.objects.all() if right(user, each)}
                assert listed == asked, (state, right.name, user)
        assert (len(read_report.of(auditor)), len(correct_report.of(auditor))) == (3, 0)
        assert len(read_report.of(season.applicants[0])) == (1 if state == "released" else 0)
        if state == "draft":
            released(season)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_pages_ask_little_at_any_length(client, count, django_assert_max_num_queries):
    season = world.played([60] * count)
    with season.later():
        actions.make_reports(season.edition, by=None)
    client.force_login(season.secretary)
    uid = report_of(season).uid
    client.get(reverse("feedback:report", args=[uid]))
    for address in (
        reverse("feedback:list", args=[season.edition.uid]),
        reverse("feedback:release", args=[season.edition.uid]),
        reverse("feedback:report", args=[uid]),
        reverse("feedback:edit", args=[uid]),
    ):
        with django_assert_max_num_queries(8):
            assert client.get(address).status_code == 200
