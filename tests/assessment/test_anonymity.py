"""What somebody who judges does not learn before the own signature, whatever else they may do."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from laureat.assessment import actions, permissions
from laureat.assessment.actions.writing import digest
from laureat.assessment.models import Assessor, KeyReader, Sample, Scorebook
from laureat.assessment.queries.mine import work_of
from laureat.assessment.queries.office import teams_to_complete
from laureat.assessment.queries.teams import could_join, team_row
from laureat.intake.actions import stop_many, withdraw_entry
from laureat.ledger.models import Record
from laureat.platform import words
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
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


def also_secretary(world, user, region=None):
    scope = {"award": world.edition.award.key, "edition": world.edition.key}
    region = world.stage.region if region is None else region
    give_role(user, Role.SECRETARY, by=None, region=region, **scope)
    return user


def test_a_secretary_who_tastes_learns_nothing_before_the_key_is_opened():
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
        assert "Вы эксперт этой дегустации" in text
        for row in mine:
            world_of.signed(row)
        assert not permissions.see_results(user, world.stage)
        assert get(client, "results", world.stage.uid)[0] == 403
        assert get(client, "team", world.stage.uid, colleague.entry.uid)[0] == 403
        actions.close_assessment(world.stage, with_missing=True, by=None)
        world.stage.refresh_from_db()
        assert get(client, "scorebook", theirs.uid)[0] == 200
        for name in ("results", "teams", "samples"):
            assert get(client, name, world.stage.uid)[0] == 200


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
        assert get(client, "teams", world.stage.uid)[0] == 403
        assert get(client, "proposal", world.stage.uid)[0] == 403
        assert [uid for uid in secret if uid in after] == []
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


def test_who_tastes_reads_of_no_team_that_another_secretary_changes():
    """A code that vanishes from one's own list beside the entry that somebody left is known."""
    world, user, mine = tasting_secretary()
    client, other = signed_in(user), intake.secretary(world.edition)
    with world.now():
        actions.release(mine[0], "Занят", by=other)
        actions.declare_conflict(
            mine[1].assessor, mine[1].entry.organisation, "Родственник", by=other
        )
        for address in ("teams", "proposal"):
            for query in ("", f"?entry={mine[0].entry.uid}"):
                page = client.get(reverse(f"assessment:{address}", args=[world.stage.uid]) + query)
                assert page.status_code == 403
                assert "другой секретарь" in page.content.decode()
        assert get(client, "team", world.stage.uid, mine[0].entry.uid)[0] == 403
        page = get(client, "stage", world.stage.uid)[1]
        for name in ("teams", "samples", "results"):
            assert reverse(f"assessment:{name}", args=[world.stage.uid]) not in page
        assert mine[0].entry.uid not in page
    letters = Message.objects.filter(kind="assessment.answered")
    assert {each.user_id for each in letters} & {user.pk} == set()
    assert {each.user_id for each in letters} == {world.secretary.pk}
    about = [("assignment.removed", mine[0].uid), ("assignment.conflicted", mine[1].uid)]
    assert {each.name for each in words.named(user, about).values()} == {""}
    assert [each for each in teams_to_complete(user) for _item in each.items] == []


def test_a_secretary_who_steps_back_from_a_sample_reads_nowhere_whose_it_was():
    world, user, mine = tasting_secretary()
    client = signed_in(user)
    with world.now():
        before = told(get(client, "stage", world.stage.uid)[1])
        actions.leave_tasting(world.stage, mine[0].assessor, "Болен", samples=mine[:1], by=user)
        assert told(get(client, "stage", world.stage.uid)[1]) == before
        assert get(client, "teams", world.stage.uid)[0] == 403
        assert get(client, "team", world.stage.uid, mine[0].entry.uid)[0] == 403
    letters = Message.objects.filter(kind="assessment.answered")
    assert {each.user_id for each in letters} == {world.secretary.pk}
    about = [("assignment.declined", mine[0].uid)]
    assert {each.name for each in words.named(user, about).values()} == {""}
    record = Record.objects.get(action="assignment.declined")
    assert mine[0].entry.uid not in record.content


def test_letters_about_a_sealed_tasting_are_kept_from_its_tasters_in_the_outbox():
    """A letter to others says which entry somebody left: so it must not be read there either."""
    world, user, mine = tasting_secretary()
    also_secretary(world, user, region="")
    client, page = signed_in(user), reverse("mail:outbox")
    other = intake.secretary(world.edition)
    with world.now():
        before = [row.message for row in client.get(page).context["rows"]]
        actions.leave_tasting(world.stage, mine[0].assessor, "Болен", samples=mine[:1], by=user)
        letter = Message.objects.filter(kind="assessment.answered").first()
        one = reverse("mail:message", args=[letter.uid])
        assert mine[0].entry.number in letter.body
        shown = client.get(page)
        assert [row.message for row in shown.context["rows"]] == before
        assert letter.kind not in shown.content.decode()
        assert letter in [row.message for row in signed_in(other).get(page).context["rows"]]
        shut = client.get(one)
        assert shut.status_code == 403
        assert "сами участвуете" in shut.content.decode()
        assert client.post(reverse("mail:resend", args=[letter.uid])).status_code == 403
        assert client.post(reverse("mail:cancel", args=[letter.uid])).status_code == 403
        assert mine[0].entry.number in signed_in(other).get(one).content.decode()
        world_of.judged(world)
        actions.close_assessment(world.stage, by=None, with_missing=True)
        assert mine[0].entry.number in client.get(one).content.decode()


def test_a_wish_for_a_pair_at_a_sealed_tasting_names_no_entry_in_the_journal():
    world, _user, mine = tasting_secretary()
    apart = world.assessors[-1]
    assert not apart.assignments.exists()
    with world.now():
        actions.wish(world.stage, mine[0].entry, apart, "never", by=intake.secretary(world.edition))
    record = Record.objects.get(action="pairing.wished")
    assert json.loads(record.content)["data"] == {"assessor": apart.uid, "wish": "never"}


def test_only_who_has_opened_the_list_sees_codes_beside_entries():
    world = world_of.goods_at("tasting", entries=1)
    with world.now():
        actions.code_samples(world.stage, by=None)
        row = world_of.team(world)[0]
        book = world_of.signed(row)
    code = Sample.objects.get(stage=world.stage).code
    auditor = intake.person()
    give_role(auditor, Role.AUDITOR, by=None, award=world.edition.award.key)
    secretary, other = signed_in(world.secretary), signed_in(auditor)

    def with_code(client):
        pages = [
            get(client, "stage", world.stage.uid),
            get(client, "team", world.stage.uid, row.entry.uid),
            get(client, "scorebook", book.uid),
        ]
        assert [status for status, _text in pages] == [200, 200, 200]
        assert all(row.entry.number in text for _status, text in pages)
        return [f"· {code}" in text for _status, text in pages]

    with world.now():
        assert with_code(secretary) == with_code(other) == [False, False, False]
        assert code not in get(secretary, "samples", world.stage.uid)[1]
        address = reverse("assessment:samples", args=[world.stage.uid])
        for _again in range(2):
            assert secretary.post(address, {"go": "read"}).status_code == 302
        text = get(secretary, "samples", world.stage.uid)[1]
        assert f"<strong>{code}</strong>" in text
        assert world.secretary.name in text
        assert with_code(secretary) == [True, True, True]
        assert with_code(other) == [False, False, False]
        assert other.post(address, {"go": "read"}).status_code == 403
        actions.close_assessment(world.stage, with_missing=True, by=None)
        assert with_code(other) == [True, True, True]
    read = Record.objects.filter(action="samples.read", subject=world.stage.uid)
    assert read.count() == 1
    assert list(KeyReader.objects.values_list("stage", "user")) == [
        (world.stage.pk, world.secretary.pk)
    ]


def test_a_list_without_codes_and_one_that_is_no_secret_are_not_opened():
    world = world_of.goods_at("tasting", entries=1)
    with world.now():
        with pytest.raises(Refused, match="кода"):
            actions.read_key(world.stage, by=world.secretary)
        world_of.team(world)
        actions.code_samples(world.stage, by=None)
        world_of.judged(world)
        actions.close_assessment(world.stage, by=None)
        world.stage.refresh_from_db()
        with pytest.raises(Refused, match="закрыт"):
            actions.read_key(world.stage, by=world.secretary)
    assert not KeyReader.objects.exists()


@pytest.mark.parametrize("knows", ["coded", "read"])
def test_who_has_seen_the_key_is_neither_enrolled_nor_asked_to_taste(knows):
    world = world_of.goods_at("tasting", entries=1)
    user, other = world.secretary, intake.secretary(world.edition, "42")
    with world.now():
        if knows == "coded":
            actions.code_samples(world.stage, by=user)
        else:
            actions.code_samples(world.stage, by=None)
            actions.read_key(world.stage, by=user)
        reason = f"{user.name}: .*«Дегустация»"
        for stages in ([], ["tasting"]):
            with pytest.raises(Refused, match=reason) as refused:
                actions.enrol_assessor(world.edition, user, region="42", stages=stages, by=other)
            assert refused.value.field == "stages"
        elsewhere = actions.enrol_assessor(
            world.edition, user, region="42", stages=["matrix"], by=other
        )
        with pytest.raises(Refused, match=reason):
            actions.change_assessor(elsewhere, stages=[], by=other)
        actions.change_assessor(elsewhere, active=False, stages=["tasting"], by=other)
        with pytest.raises(Refused, match=reason):
            actions.change_assessor(elsewhere, active=True, by=other)
        Assessor.objects.filter(pk=elsewhere.pk).update(active=True)  # from before there were keys
        elsewhere.refresh_from_db()
        with pytest.raises(Refused, match=reason):
            actions.assign(world.stage, world.entries[0], elsewhere, by=other)
        with pytest.raises(Refused, match=reason):
            actions.wish(world.stage, world.entries[0], elsewhere, "must", by=other)
        plan = actions.plan_teams(world.stage)
        assert elsewhere.pk not in plan.people
        row = team_row(world.stage, world.entries[0].uid)
        assert elsewhere.uid not in dict(could_join(row))
        actions.change_assessor(elsewhere, stages=["matrix"], by=other)
        world_of.team(world)
        world_of.judged(world)
        actions.close_assessment(world.stage, by=None)
        actions.change_assessor(elsewhere, stages=[], by=other)


def test_the_page_refuses_to_enrol_who_has_seen_the_key_by_name():
    world = world_of.goods_at("tasting", entries=1)
    with world.now():
        actions.code_samples(world.stage, by=world.secretary)
        client = signed_in(intake.secretary(world.edition, "42"))
        sent = {"email": world.secretary.email, "name": "Н", "region": "42", "max_load": 10}
        page = client.post(reverse("assessment:enrol", args=[world.edition.uid]), sent)
    assert page.status_code == 422
    assert f"{world.secretary.name}: этот человек видел" in page.content.decode()
    assert 'id="id_stages_error"' in page.content.decode()


def test_an_assessor_of_the_tasting_opens_no_list():
    world, user, mine = tasting_secretary()
    with world.now():
        with pytest.raises(Denied, match="эксперт этой дегустации"):
            actions.read_key(world.stage, by=user)
        other = intake.secretary(world.edition)
        actions.change_assessor(mine[0].assessor, stages=["matrix"], by=other)
        with pytest.raises(Denied):  # still in its teams
            actions.read_key(world.stage, by=user)
        for row in mine:
            actions.release(row, "Занят", by=other)
        actions.read_key(world.stage, by=user)
        with pytest.raises(Refused, match=user.name):
            actions.assign(world.stage, mine[0].entry, mine[0].assessor, by=other)


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
