"""Many letters are made one after another by the worker: stopped, killed and gone on with."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from laureat.ledger.models import Record
from laureat.outreach import actions
from laureat.outreach.actions import making
from laureat.outreach.models import LetterState, Making
from laureat.outreach.queries import desk_sections
from laureat.platform.access.models import Role
from laureat.platform.clock import at, now, wall
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.actions import note_worker
from laureat.platform.mail.jobs import registered
from laureat.platform.mail.models import Worker
from laureat.registry.actions import change_organisation
from tests.worlds import outreach as world
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db
MANY = making.HANDFUL + 2


def states(campaign):
    return [each.state for each in campaign.letters.all()]


def told():
    """What the journal says of letters that were made: how many, time after time."""
    rows = Record.objects.filter(action="letters.rendered").order_by("seq")
    return [json.loads(row.content)["data"]["count"] for row in rows]


def test_a_handful_is_made_at_once():
    campaign = world.letters(world.prize(), making.HANDFUL)
    assert actions.make_letters(campaign, by=None) is True
    assert set(states(campaign)) == {"rendered"}
    assert not Making.objects.exists()
    with pytest.raises(Refused):
        actions.make_letters(campaign, by=None)


def test_more_are_ordered_and_made_by_the_worker_under_the_name_of_who_ordered():
    secretary = register.person(Role.SECRETARY)
    campaign = world.letters(world.prize(), MANY)
    assert actions.make_letters(campaign, by=secretary) is False
    assert set(states(campaign)) == {"draft"}
    assert any(job.work is actions.make_waiting for job in registered())
    assert actions.make_waiting(0) == 1
    assert states(campaign) == ["rendered"] + ["draft"] * (MANY - 1)
    assert told() == []
    for _round in range(MANY - 1):
        actions.make_waiting(0)
    assert set(states(campaign)) == {"rendered"}
    assert [each.number for each in campaign.letters.all()] == [
        f"МПТ-7/{121 + n}" for n in range(MANY)
    ]
    order = Making.objects.get()
    assert (order.made, order.ended_at is not None, order.stuck_at) == (MANY, True, None)
    assert told() == [MANY]
    assert actions.make_waiting() == 0


def test_while_one_is_at_it_no_other_is_and_a_killed_one_lets_go_by_itself(monkeypatch):
    campaign = world.letters(world.prize(), MANY)
    actions.make_letters(campaign, by=None)

    def killed(*_given):
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        # The process is gone: nothing of what it would have tidied up happens.
        patched.setattr(making, "_one", killed)
        patched.setattr(making, "_let_go", lambda order: None)
        with pytest.raises(SystemExit):
            actions.make_waiting()
    assert actions.make_waiting() == 0
    with at(now() + making.HELD + timedelta(seconds=1)):
        assert actions.make_waiting() == MANY
    assert set(states(campaign)) == {"rendered"}


def test_what_is_ordered_can_be_stopped_and_gone_on_with():
    campaign = world.letters(world.prize(), 2 * MANY)
    stranger = register.person(Role.SECRETARY, region="54")
    with pytest.raises(Refused):
        actions.stop_making(campaign, by=None)
    actions.make_letters(campaign, by=None)
    actions.make_waiting(0)
    for action in (actions.make_letters, actions.stop_making):
        with pytest.raises(Denied):
            action(campaign, by=stranger)
    assert actions.stop_making(campaign, by=None) == 1
    assert actions.make_waiting() == 0
    assert actions.make_letters(campaign, by=None) is False
    actions.make_waiting()
    assert set(states(campaign)) == {"rendered"}
    assert told() == [1, 2 * MANY - 1]


def test_a_letter_corrected_or_withdrawn_meanwhile_is_made_as_it_is_then(monkeypatch):
    campaign = world.letters(world.prize(), MANY)
    first, second = campaign.letters.all()[:2]
    actions.make_letters(campaign, by=None)
    make, meanwhile = making.make, [
        lambda: actions.correct_addressee(first, "Директору", "Демову Д. Д.", by=None),
        lambda: None,
        lambda: actions.withdraw_letter(second, by=None),
    ]  # fmt: skip

    def interrupted(letter, calendar):
        documents = make(letter, calendar)
        if meanwhile:
            meanwhile.pop(0)()
        return documents

    monkeypatch.setattr(making, "make", interrupted)
    actions.make_waiting()
    first.refresh_from_db()
    assert states(campaign) == ["rendered", "withdrawn"] + ["rendered"] * (MANY - 2)
    assert first.addressee_post == "Директору"
    assert told() == [MANY - 1]


def test_a_letter_that_cannot_be_made_ends_the_order_and_is_named(client):
    campaign = world.letters(world.goods(), MANY, region="")
    bad = campaign.letters.all()[1]
    actions.make_letters(campaign, by=None)
    change_organisation(bad.organisation, {"region": ""}, by=None)
    actions.make_waiting()
    order = Making.objects.get()
    assert (order.made, order.stuck_at) == (1, bad)
    client.force_login(register.person(Role.SECRETARY))
    here = reverse("outreach:campaign", args=[campaign.uid])
    assert f"Письмо № {bad.number} создать не удалось" in client.get(here).content.decode()
    answer = client.post(reverse("outreach:make", args=[campaign.uid]), follow=True)
    assert "{region}" in answer.content.decode()
    actions.withdraw_letter(bad, by=None)
    assert actions.make_letters(campaign, by=None) is True
    assert states(campaign) == ["rendered", "withdrawn"] + ["rendered"] * (MANY - 2)


def test_discarding_a_campaign_ends_what_was_ordered():
    campaign = world.letters(world.prize(), MANY)
    actions.make_letters(campaign, by=None)
    actions.make_waiting(0)
    actions.discard_campaign(campaign, by=None)
    assert set(states(campaign)) == {LetterState.WITHDRAWN}
    assert Making.objects.get().ended_at is not None
    assert told() == [1]


def test_the_page_shows_how_far_it_is_and_goes_on_itself_where_no_worker_does(
    client, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(making, "PORTION", 0)
    campaign = world.letters(world.prize(), 3 * MANY)
    client.force_login(register.person(Role.SECRETARY))
    here, make, part, stop = (
        reverse(f"outreach:{name}", args=[campaign.uid])
        for name in ("campaign", "make", "making", "stop")
    )
    page = client.post(make, follow=True).content.decode()
    assert "0 из 21" in page
    assert f'hx-get="{part}"' in page
    assert f'hx-post="{make}"' not in page
    asked = {"HTTP_HX_REQUEST": "true"}
    actions.make_waiting(0)
    for url, asking in ((part, asked), (here, {})):
        with django_assert_max_num_queries(8):
            assert "1 из 21" in client.get(url, **asking).content.decode()
    with at(now() + timedelta(minutes=1)):
        idle = client.get(here).content.decode()
        assert f'hx-post="{make}"' in idle
        more = client.post(make, **asked).content.decode()
        assert f'hx-post="{make}"' in more
        assert states(campaign)[1] == "rendered"
    assert client.post(stop).url == here
    assert "Создать документы" in client.get(here).content.decode()
    assert client.get(part, **asked).headers["HX-Redirect"] == here
    answer = client.post(stop, follow=True).content.decode()
    assert "сейчас не создаются" in answer


def test_the_page_that_made_the_last_portion_says_so(client, monkeypatch):
    monkeypatch.setattr(making, "PORTION", 60)
    campaign = world.letters(world.prize(), MANY)
    client.force_login(register.person(Role.SECRETARY))
    make = reverse("outreach:make", args=[campaign.uid])
    client.post(make)
    done = client.post(make, headers={"HX-Request": "true"})
    page = client.get(done.headers["HX-Redirect"]).content.decode()
    assert "Все письма созданы" in page
    assert Making.objects.get().ended_at is not None


def test_an_order_that_nobody_works_on_is_told_with_what_to_do(client, monkeypatch):
    """On a machine without a worker it would wait unseen while no page is open."""
    monkeypatch.setattr(making, "PORTION", 0)
    secretary = register.person(Role.SECRETARY)
    campaign = world.letters(world.prize(), MANY)
    actions.make_letters(campaign, by=secretary)
    client.force_login(secretary)
    page = reverse("outreach:campaign", args=[campaign.uid])
    assert "Фоновая служба не работает" not in client.get(page).content.decode(), "not at once"
    with at(now() + timedelta(minutes=3)):
        told = client.get(page).content.decode()
        assert "Фоновая служба здесь ещё ни разу не работала" in told
        assert '<code translate="no">laureat mail work</code>' in told
        assert f"laureat letters render {campaign.edition.chain} invitation" in told
        (item,) = next(each for each in desk_sections(secretary) if each.items).items
        assert "их никто не создаёт" in item.detail
        assert item.urgent
        part = reverse("outreach:make", args=[campaign.uid])
        driven = client.post(part, headers={"HX-Request": "true"}).content.decode()
        assert "Фоновая служба здесь ещё ни разу не работала" in driven, "the open page goes on"
        note_worker()
        assert "Фоновая служба" not in client.get(page).content.decode()
        Worker.objects.update(seen_at=wall() - timedelta(minutes=6))
        assert "Фоновая служба в последний раз работала" in client.get(page).content.decode()
