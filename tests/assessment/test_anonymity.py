"""What somebody who judges does not learn before the own signature, whatever else they may do."""

import pytest
from django.test import Client
from django.urls import reverse

from laureat.assessment import actions, permissions
from laureat.assessment.actions.writing import digest
from laureat.assessment.models import Sample, Scorebook
from laureat.assessment.queries.mine import work_of
from laureat.intake.actions import stop_many, withdraw_entry
from laureat.ledger.models import Record
from laureat.platform import words
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied
from laureat.rulebook.schema import Text
from tests.worlds import assessment as world_of
from tests.worlds import intake

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def get(client, name, *args):
    response = client.get(reverse(f"assessment:{name}", args=args))
    return response.status_code, response.content.decode()


def also_secretary(world, user):
    scope = {"award": world.edition.award.key, "edition": world.edition.key}
    give_role(user, Role.SECRETARY, by=None, region=world.stage.region, **scope)
    return user


def test_a_secretary_who_tastes_learns_nothing_before_signing_everything():
    world = world_of.goods_at("tasting", entries=2)
    with world.now():
        actions.code_samples(world.stage, by=None)
    rows = world_of.team(world)
    mine = [row for row in rows if row.assessor_id == rows[0].assessor_id]
    user = also_secretary(world, rows[0].assessor.user)
    colleague = next(row for row in rows if row.assessor_id != rows[0].assessor_id)
    codes = list(Sample.objects.values_list("code", flat=True))
    assert len(mine) == 2
    with world.now():
        theirs = world_of.signed(colleague)
        client = signed_in(user)
        assert get(client, "results", world.stage.uid)[0] == 403
        assert get(client, "export", world.stage.uid)[0] == 403
        assert get(client, "samples", world.stage.uid)[0] == 403
        assert get(client, "scorebook", theirs.uid)[0] == 403
        assert get(client, "team", world.stage.uid, colleague.entry.uid)[0] == 403
        status, text = get(client, "stage", world.stage.uid)
        assert status == 200
        assert not any(f"· {code}<" in text for code in codes)
        assert "Вы сами оцениваете" in text
        for row in mine:
            assert not permissions.see_results(user, world.stage)
            world_of.signed(row)
        assert permissions.see_results(user, world.stage)
        assert get(client, "scorebook", theirs.uid)[0] == 200
        assert get(client, "results", world.stage.uid)[0] == 200


def test_a_secretary_who_judges_sees_colleagues_marks_after_the_own_signature():
    world = world_of.prize_at_desk(entries=1)
    rows = world_of.team(world)
    user = also_secretary(world, rows[1].assessor.user)
    with world.now():
        theirs = world_of.signed(rows[0], 90)
        own = world_of.written(rows[1], 40)
        client = signed_in(user)
        status, text = get(client, "team", world.stage.uid, rows[0].entry.uid)
        assert status == 200
        assert "900" not in text
        assert get(client, "scorebook", theirs.uid)[0] == 403
        actions.sign_scorebook(own, by=user)
        assert "900" in get(client, "team", world.stage.uid, rows[0].entry.uid)[1]
        assert get(client, "scorebook", theirs.uid)[0] == 200


def test_the_teams_scorebook_opens_to_a_member_after_the_own_signature():
    world = world_of.prize_at_desk(entries=1)
    rows = world_of.team(world)
    late = rows[-1]
    with world.now():
        for row in rows[:-1]:
            world_of.signed(row, 90)
        book = actions.start_consensus(world.entries[0], world.stage, by=None, override=True)
        client = signed_in(late.assessor.user)
        assert get(client, "scorebook", book.uid)[0] == 403
        assert "900" not in get(client, "team", world.stage.uid, late.entry.uid)[1]
        world_of.signed(late, 40)
        assert get(client, "scorebook", book.uid)[0] == 200


def test_the_lead_reads_nothing_of_the_others_before_the_own_signature_either():
    """The secretary may start the team's scorebook without the lead's own: that stays alone."""
    world = world_of.prize_at_desk(entries=1)
    lead, *others = world_of.team(world)
    user = lead.assessor.user
    with world.now():
        for row in others:
            world_of.signed(row, 90)
        own = world_of.written(lead, 40)
        book = actions.start_consensus(
            world.entries[0], world.stage, by=world.secretary, override=True
        )
        client = signed_in(user)
        assert not permissions.write_scorebook(user, book)
        assert permissions.write_scorebook(user, own)
        assert get(client, "scorebook", book.uid)[0] == 403
        assert get(client, "part", book.uid, "1a")[0] == 403
        with pytest.raises(Denied):
            actions.save_marks(
                book, world_of.full_marks(world.stage, 10), version=book.version, by=user
            )
        status, text = get(client, "team", world.stage.uid, lead.entry.uid)
        assert status == 200
        assert "900" not in text
        assert reverse("assessment:scorebook", args=[book.uid]) not in text
        actions.sign_scorebook(own, by=user)
        assert permissions.write_scorebook(user, book)
        assert get(client, "scorebook", book.uid)[0] == 200
        assert get(client, "part", book.uid, "1a")[0] == 200


@pytest.mark.parametrize("leaves", ["withdrawn", "stopped"])
def test_who_judged_only_what_left_the_stage_judges_no_more(leaves):
    world = world_of.prize_at_desk(entries=2)
    row = next(each for each in world_of.team(world, world.entries[0]))
    for each in row.assessor.assignments.exclude(entry=row.entry):
        with world.now():
            world_of.signed(each)
    user = also_secretary(world, row.assessor.user)
    assert not permissions.see_results(user, world.stage)
    with world.now():
        if leaves == "withdrawn":
            withdraw_entry(row.entry, "Демо", by=None)
        else:
            stop_many(
                [row.entry], world.stage, reasons={row.entry.pk: Text(ru="Д", en="D")}, by=None
            )
    assert permissions.see_results(user, world.stage)
    assert permissions.see_results.of(user).filter(pk=world.stage.pk).exists()


def test_a_code_belongs_to_its_stage():
    """The same entry tasted at two blind stages has two codes; each sheet names its own."""
    world = world_of.goods_at("tasting", entries=1)
    with world.now():
        actions.code_samples(world.stage, by=None)
    row = world_of.team(world)[0]
    other = intake.stage_of(world.edition, "tasting", "54")
    Sample.objects.create(stage=other, entry=row.entry, code="999")
    ((item,),) = ([each for work in work_of(row.assessor.user) for each in work.items],)
    assert item.code == Sample.objects.get(stage=world.stage).code


def test_marks_cannot_be_guessed_from_the_journal():
    """Few marks and no words are quickly tried out: only the salt ties them to their record."""
    world = world_of.goods_at("tasting", entries=1)
    with world.now():
        actions.code_samples(world.stage, by=None)
    row = world_of.team(world)[0]
    with world.now():
        book = world_of.signed(row)
    record = Record.objects.get(action="scorebook.signed", subject=book.uid)
    marks = list(book.marks.all())
    book = Scorebook.objects.get(pk=book.pk)
    assert f'"sha256":"{digest(marks, book.salt)}"' in record.content
    assert book.salt not in record.content
    assert digest(marks, "") != digest(marks, book.salt)


def test_nothing_that_a_secretary_who_tastes_can_open_ties_codes_to_entries():
    """Codes stand on “my assessments” beside identifiers of assignments and scorebooks: these stand
    nowhere beside entries, and how far an entry is does not tell which sheet was just signed.
    """
    world = world_of.goods_at("tasting", entries=2)
    with world.now():
        actions.code_samples(world.stage, by=None)
        for entry in world.entries:
            for number in range(3):
                actions.assign(world.stage, entry, world.assessors[number], number == 0, by=None)
        world_of.accept_all(world.stage)
    user = world.assessors[0].user
    scope = {"award": world.edition.award.key, "edition": world.edition.key}
    give_role(user, Role.SECRETARY, by=None, **scope)
    mine = list(world.assessors[0].assignments.order_by("entry"))
    client = signed_in(user)
    with world.now():
        book = world_of.written(mine[0])
        secret = [each.uid for each in mine] + [book.uid]
        _status, before = get(client, "stage", world.stage.uid)
        assert before.count("эксперт") >= 1
        world_of.signed(mine[0])
        status, after = get(client, "stage", world.stage.uid)
        assert (status, told(after)) == (200, told(before))
        status, text = get(client, "teams", world.stage.uid)
        assert status == 200
        assert all(each.number in text for each in world.entries)
        changing = reverse("assessment:teams", args=[world.stage.uid]) + "?entry="
        text += client.get(changing + world.entries[0].uid).content.decode()
        assert [uid for uid in secret if uid in text] == []
    about = [("assignment.made", secret[0]), ("scorebook.signed", book.uid)]
    assert {each.name for each in words.named(user, about).values()} == {""}
    records = Record.objects.filter(subject__in=secret).values_list("content", flat=True)
    assert len(records) >= 3
    assert [row for row in records for each in world.entries if each.uid in row] == []
    other = intake.secretary(world.edition)
    assert {each.name for each in words.named(other, about).values()} == {mine[0].entry.number}


def told(text):
    """The table of entries, as plain as it gets."""
    return text[text.index("<tbody") : text.index("</tbody>")]


def test_who_tastes_changes_no_team_while_the_key_is_sealed():
    """Else an entry taken from oneself takes its code away, too, and both are known."""
    world, user, mine = tasting_secretary()
    other = next(each for each in world.assessors if each.pk != mine[0].assessor_id)
    with world.now():
        for change in (
            lambda: actions.release(mine[0], "Занят", by=user),
            lambda: actions.assign(world.stage, world.entries[0], other, by=user),
            lambda: actions.propose_teams(world.stage, by=user),
            lambda: actions.wish(world.stage, world.entries[0], other, "never", by=user),
        ):
            with pytest.raises(Denied, match="другой секретарь"):
                change()
        client = signed_in(user)
        address = reverse("assessment:teams", args=[world.stage.uid])
        sent = {"go": "release", "entry": mine[0].entry.uid, "assessor": mine[0].assessor.uid,
                "reason": "Занят"}  # fmt: skip
        assert client.post(address, sent).status_code == 403
        page = client.get(address + "?entry=" + mine[0].entry.uid)
        assert (page.status_code, "другой секретарь" in page.content.decode()) == (200, True)
        assert 'value="release"' not in page.content.decode()
    mine[0].refresh_from_db()
    assert mine[0].state == "accepted"
    with world.now():
        actions.release(mine[0], "Занят", by=intake.secretary(world.edition))


def test_how_far_an_entry_is_does_not_move_when_a_taster_answers():
    world, user, mine = tasting_secretary(accepted=False)
    client = signed_in(user)
    with world.now():
        _status, before = get(client, "stage", world.stage.uid)
        actions.answer_assignment(mine[0], "accept", by=None)
        status, after = get(client, "stage", world.stage.uid)
        assert (status, told(after)) == (200, told(before))
        other = intake.secretary(world.edition)
        actions.release(mine[1], "Занят", by=other)
        assert told(get(client, "stage", world.stage.uid)[1]) == told(before)
        assert "1/" in told(get(signed_in(other), "stage", world.stage.uid)[1])


def tasting_secretary(*, accepted=True):
    """A coded tasting of two entries, a secretary who tastes both, and what they were asked for."""
    world = world_of.goods_at("tasting", entries=2)
    with world.now():
        actions.code_samples(world.stage, by=None)
        for entry in world.entries:
            for number in range(4):
                actions.assign(world.stage, entry, world.assessors[number], number == 0, by=None)
        if accepted:
            world_of.accept_all(world.stage)
    taster = world.assessors[0]
    return (
        world,
        also_secretary(world, taster.user),
        list(taster.assignments.select_related("stage__edition", "entry").order_by("entry")),
    )
