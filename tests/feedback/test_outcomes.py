"""The page of an entry whose way has ended opens what came of it: decision, diploma, report."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from laureat.council import actions as council
from laureat.feedback.actions import make_reports, release_reports
from laureat.feedback.models import Report
from laureat.honours.actions import revoke
from laureat.honours.models import Honour
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from tests.worlds import council as deciding
from tests.worlds import intake as world
from tests.worlds.kept import kept
from tests.worlds.showcase import judged, played

pytestmark = pytest.mark.django_db


def page_of(user, entry):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(reverse("intake:entry", args=[entry.uid])).content.decode()


def head(user, entry):
    """The tags beside the heading."""
    return page_of(user, entry).partition('<p class="tags">')[2].partition("</p>")[0]


def links(user, entry):
    """Titles and addresses under «Итог»."""
    part = page_of(user, entry).partition("<h2>Итог</h2>")[2].partition("</section>")[0]
    return [(title, url) for url, title in re.findall(r'<a href="([^"]+)">([^<]+)</a>', part)]


@kept
def nothing_given():
    """A season whose Council voted against every title."""
    season = judged([62, 40])
    deciding.seated(season.edition)
    session = deciding.planned(season.edition)
    with deciding.sitting(session):
        for motion in session.motions.filter(honour=""):
            council.change_motion(motion, honour="diplomant", reason="на голосование", by=None)
        deciding.everybody_votes(session, "against")
        council.decide_all(session, by=None)
        council.close_session(session, by=None)
    deciding.published(session)
    season.edition = season.again()
    return season


def asking(entry):
    return ("Вопросы о результате", reverse("feedback:questions", args=[entry.uid]))


@pytest.mark.parametrize("diplomas", [True, False])
def test_who_was_honoured_finds_the_decision_the_diploma_and_the_report(diplomas):
    season = played([62, 40], stops=1, diplomas=diplomas)
    best, applicant = season.entries[0], season.applicants[0]
    edition = season.edition
    honour = Honour.objects.get(entry=best)
    results = reverse("showcase:edition", args=[edition.award.key, edition.key])
    where = "honours:diploma" if diplomas else "honours:mine"
    diploma = (
        "Диплом: Лауреат премии" if diplomas else "Лауреат премии",
        reverse(where, args=[honour.uid] if diplomas else []),
    )
    told = [("Решение", results), diploma]
    emblem = ("Право на эмблему", reverse("honours:mine"))
    ask = asking(best)
    assert links(applicant, best) == [*told, ask, emblem]
    with season.later():
        make_reports(edition, by=season.secretary)
    report = Report.objects.get(entry=best)
    address = ("Отчёт по результатам оценки", reverse("feedback:report", args=[report.uid]))
    assert links(applicant, best) == [*told, ask, emblem], "a draft is not read by applicants"
    kept = reverse("honours:edition", args=[edition.award.key, edition.key])
    office = told if diplomas else [told[0], (diploma[0], kept)]
    assert links(season.secretary, best) == [*office, address, ask]
    with season.later():
        release_reports(edition, by=season.secretary)
    assert links(applicant, best) == [*told, address, ask, emblem]
    auditor = world.person()
    scope = {"award": edition.award.key, "edition": edition.key}
    give_role(auditor, Role.AUDITOR, by=None, **scope)
    read = [("Решение", results), address, ask]
    assert links(auditor, best) == read, "diplomas are the applicant's"
    for reader in (applicant, auditor, season.secretary):
        assert "Лауреат премии" in head(reader, best)
    revoke(honour, ("ошибка", ""), by=season.secretary)
    assert "Лауреат премии" not in head(applicant, best)
    assert links(applicant, best) == [address, ask]
    assert told[0] not in links(applicant, best)


def test_who_got_nothing_reads_that_and_whom_to_ask():
    season = nothing_given()
    last, applicant = season.entries[1], season.applicants[1]
    assert not Honour.objects.filter(edition=season.edition).exists()
    results = reverse("showcase:edition", args=[season.edition.award.key, season.edition.key])
    assert links(applicant, last) == [("Решение", results), asking(last)]
    page = page_of(applicant, last)
    assert "звание не присуждено" in page
    assert f"mailto:{season.secretary.email}?subject={last.number}" in page
    assert "mailto:" not in page_of(season.secretary, last)


def test_what_is_offered_opens():
    season = played([62, 40], stops=1)
    best, applicant = season.entries[0], season.applicants[0]
    with season.later():
        make_reports(season.edition, by=season.secretary)
        release_reports(season.edition, by=season.secretary)
    assert len(links(applicant, best)) == 5
    for _title, url in links(applicant, best):
        client = Client()
        client.force_login(applicant)
        assert client.get(url).status_code == 200


def test_whose_way_ended_early_reads_of_no_decision(django_assert_max_num_queries):
    season = played([62, 40], stops=1)
    stopped = season.entries[2]
    assert links(season.applicants[2], stopped) == [asking(stopped)]
    assert links(world.secretary(season.edition), stopped) == [asking(stopped)]
    client = Client()
    client.force_login(season.applicants[0])
    sign_in = 2
    with django_assert_max_num_queries(8 + sign_in):
        client.get(reverse("intake:entry", args=[season.entries[0].uid]))
