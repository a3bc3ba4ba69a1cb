"""What is not published, not submitted or nobody's business is on no public page, in no count, in
no order, in no download.
"""

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import translation

from laureat.honours.actions import grant
from laureat.honours.models import Diploma, Honour, HonourState
from laureat.intake.models import Entry
from laureat.registry.models import Organisation
from laureat.rulebook.actions import open_stage
from laureat.showcase.queries import pages
from tests.worlds import council as deciding
from tests.worlds import intake as entering
from tests.worlds import showcase as world

pytestmark = pytest.mark.django_db
ADDRESSES = (
    *("home", "awards", "register", "goods", "statistics", "about", "check", "sitemap"),
    *("register_csv", "register_json", "robots", "security"),
)


def public_pages(client, edition, extra=()):
    """Everything that anybody can read about an edition, as text by address."""
    caches["pages"].clear()
    addresses = [reverse(f"showcase:{name}") for name in ADDRESSES]
    addresses += [
        reverse("showcase:award", args=[edition.award.key]),
        reverse("showcase:edition", args=[edition.award.key, edition.key]),
        reverse("showcase:register") + "?kind=demo",
        reverse("showcase:goods") + "?kind=demo",
        *extra,
    ]
    found = {}
    for address in addresses:
        for prefix in ("", "/en"):
            answer = client.get(prefix + address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found[prefix + address] = (answer.status_code, body.decode())
    translation.activate("ru")
    return found


def secrets_of(entries):
    for entry in entries:
        yield entry.uid
        yield entry.organisation.uid
        yield entry.organisation.name_ru
        yield entry.organisation.name_en
        if entry.number:
            yield entry.number


def holds(page, secret):
    """Whether the secret stands on the page; a number of an entry is not part of a longer one."""
    return secret in page.replace(f"{secret}0", "").replace(f"{secret}1", "")


def test_entries_that_are_judged_or_decided_but_not_published_are_nowhere(client):
    season = world.judged([62, 58, 18], stops=1)
    draft = world.a_draft(season.edition)
    deciding.seated(season.edition)
    deciding.decided(deciding.planned(season.edition))
    grant(season.entries[0], deciding.decision_stage(season.edition), "laureate", by=None)
    assert Honour.objects.get().state == HonourState.PENDING
    secrets = set(secrets_of([*season.entries, draft]))
    for address, (_status, told) in public_pages(client, season.edition).items():
        assert [secret for secret in secrets if secret in told] == [], address
    for organisation in Organisation.objects.filter(is_demo=True):
        assert (
            client.get(reverse("showcase:organisation", args=[organisation.uid])).status_code == 404
        )


def test_counts_and_order_do_not_change_before_publication(client):
    season = world.judged([62, 58])
    deciding.seated(season.edition)
    session = deciding.planned(season.edition)
    open_stage(deciding.decision_stage(season.edition), by=None)
    before = _without_noise(public_pages(client, season.edition))
    deciding.decided(session)
    grant(season.entries[1], deciding.decision_stage(season.edition), "laureate", by=None)
    during = _without_noise(public_pages(client, season.edition))
    assert {a for a in before if before[a] != during[a]} == set()
    deciding.published(session)
    after = _without_noise(public_pages(client, season.edition))
    assert before[reverse("showcase:register")] != after[reverse("showcase:register")]


def _without_noise(found):
    """Without the security page, which holds a date."""
    return {
        address: told for address, (_status, told) in found.items() if "security" not in address
    }


def test_the_number_of_entries_is_told_only_when_no_more_can_come(client):
    edition = entering.prize()
    entering.submitted(edition)
    entering.submitted(edition)
    world.a_draft(edition)
    address = reverse("showcase:edition", args=[edition.award.key, edition.key])
    with entering.at(edition, "2024-02-20"):
        assert "Участву" not in client.get(address).content.decode()
    with entering.at(edition, "2024-03-05"):
        assert "Участвуют 2 заявки." in client.get(address).content.decode()


def test_those_who_were_not_honoured_are_named_nowhere_after_publication(client):
    season = world.played([62, 18], stops=1)
    losers = [Entry.objects.select_related("organisation").get(pk=e.pk) for e in season.entries[1:]]
    secrets = set(secrets_of(losers))
    for address, (_status, told) in public_pages(client, season.edition).items():
        assert [secret for secret in secrets if holds(told, secret)] == [], address


def test_people_scores_and_addresses_are_on_no_public_page(client):
    season = world.played([62, 58])
    winner = season.entries[0].organisation
    Organisation.objects.filter(pk=winner.pk).update(
        head_name="Секретов Тайный Демо", phone="+7 384 299-99-99", address="ул. Скрытая, 7"
    )
    secrets = {
        *("Секретов Тайный Демо", "+7 384 299-99-99", "ул. Скрытая, 7", winner.email),
        *(user.email for user in [*season.applicants, *season.assessors, season.secretary]),
        *(user.name for user in season.assessors),
        *(user.uid for user in season.assessors),
        *("600,0", "600.0", "600 ", ">600<"),
    }
    codes = Diploma.objects.values_list("check_code", flat=True)
    extra = [
        reverse("showcase:organisation", args=[winner.uid]),
        *(reverse("showcase:check", args=[code]) for code in codes),
    ]
    for address, (status, told) in public_pages(client, season.edition, extra).items():
        assert status == 200, address
        assert [secret for secret in secrets if secret in told] == [], address


def test_a_published_region_shows_only_what_it_published(client):
    edition = world.regional(3)
    other = entering.submitted(edition, category="food")
    for address, (_status, told) in public_pages(client, edition).items():
        assert other.organisation.name_ru not in told, address
    page = client.get(reverse("showcase:edition", args=["best-goods", "2023"])).content.decode()
    assert "Пока опубликованы решения регионального этапа." in page
    assert "От заявок к званиям" not in page


def test_a_pending_honour_that_was_taken_back_was_never_public(client):
    season = world.judged([62])
    honour = grant(season.entries[0], deciding.decision_stage(season.edition), "laureate", by=None)
    Honour.objects.filter(pk=honour.pk).update(state=HonourState.REVOKED)
    diploma = Diploma.objects.create(
        honour=honour,
        edition=season.edition,
        number="2024-001",
        issued_on="2024-11-20",
        signed_by_ru="x",
        signed_by_en="x",
    )
    assert pages.verify(diploma.check_code) is None
    assert pages.with_number("2024-001") == []
    page = client.get(reverse("showcase:edition", args=["rf-quality-prize", "2024"]))
    assert season.entries[0].organisation.name_ru not in page.content.decode()


def test_an_honour_that_is_not_public_is_not_found_by_its_number(monkeypatch):
    season = world.played([62])
    number = Diploma.objects.get().number
    assert len(pages.with_number(number)) == 1
    for rule in season.edition.rules.honours:
        monkeypatch.setitem(rule.__dict__, "public", False)
    assert pages.with_number(number) == []
