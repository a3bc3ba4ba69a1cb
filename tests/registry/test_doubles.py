"""Two cards of one organisation: found, compared, merged, and every address leads to the one."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import activate

from laureat.assessment import actions as judging
from laureat.assessment.models import AssignmentState, Conflict
from laureat.intake.actions.colleagues import invite_colleague
from laureat.intake.models import Colleague, EntryState
from laureat.ledger.models import Record
from laureat.outreach.models import Letter, LetterState
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.signals import role_changed
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.registry import actions, queries
from laureat.registry.models import Distinction, Good, Organisation
from tests.worlds import assessment as desk
from tests.worlds import intake as entering
from tests.worlds import outreach as writing
from tests.worlds import registry as world
from tests.worlds.locks import locks_taken

pytestmark = pytest.mark.django_db
HONOUR: dict[str, Any] = {"award_key": "prize", "honour_key": "laureate"}


@pytest.fixture(autouse=True)
def _russian():
    activate("ru")


def honour(organisation: Organisation, year: int, good: Good | None = None) -> Distinction:
    return actions.record_distinction(
        organisation, year=year, good=good, title_ru="Лауреат", title_en="L", by=None, **HONOUR
    )


def pair(**facts: Any) -> tuple[Organisation, Organisation]:
    """A card with an INN, and one that came from the history of an award."""
    kept = world.organisation(1, name_ru="ПАО «Демо-завод»", name_en="", head_name="", city_ru="")
    values = {"name_ru": "ООО «Демо-завод»", "inn": "", "city_ru": "Кемерово", "email": ""}
    return kept, world.organisation(2, **(values | {"head_name": "Белая О. П."} | facts))


def test_the_card_that_stays_takes_over_what_it_lacks_and_all_that_points_at_the_other():
    kept, gone = pair(ogrn=world.ogrn(1))
    same, other = world.good(gone, "Сыр"), world.good(gone, "Хлеб")
    here = world.good(kept, "Сыр")
    honour(kept, 2020)
    first, twice = honour(gone, 2019, same), honour(gone, 2020)
    owner, helper = world.person(), world.person()
    for person, scope in ((owner, {}), (helper, {"edition": "2024"})):
        world.give_role(person, Role.APPLICANT, by=None, organisation=gone.uid, **scope)
    secretary = world.person(Role.SECRETARY, region="42")
    actions.merge_organisations(kept, gone, by=secretary)
    assert (kept.city_ru, kept.ogrn, kept.inn) == ("Кемерово", world.ogrn(1), world.inn(1))
    assert (kept.name_ru, kept.email) == ("ПАО «Демо-завод»", "office1@demo.example")
    assert gone.merged_into == kept
    assert list(Organisation.objects.all()) == [kept]
    assert [good.name_ru for good in queries.goods_of(kept)] == ["Сыр", "Хлеб"]
    other.refresh_from_db()
    first.refresh_from_db()
    assert (other.organisation, first.organisation, first.good) == (kept, kept, here)
    assert not Distinction.objects.filter(pk=twice.pk).exists(), "one honour counts once"
    twice = Distinction.every.get(pk=twice.pk)
    assert twice.merged_into == kept.distinctions.get(year=2020), "nothing that was told is deleted"
    assert kept.distinctions.count() == 2
    assert queries.same_good(same.uid) == here.uid
    held = Grant.objects.filter(ended_at=None, role=Role.APPLICANT).order_by("pk")
    assert [(each.user, each.organisation, each.edition) for each in held] == [
        (owner, kept.uid, ""),
        (helper, kept.uid, "2024"),
    ]
    (told,) = Message.objects.filter(kind="registry.merged")
    assert told.user == owner
    record = Record.objects.get(action="organisation.merged")
    assert record.subject == kept.uid
    for named in (gone.uid, first.uid, twice.uid, owner.commitment):
        assert named in record.content
    assert kept.inn not in record.content


@pytest.mark.parametrize("turned", [False, True])
def test_an_honour_in_force_is_never_given_up_for_a_revoked_one(turned):
    cards = pair()
    one, other = cards[::-1] if turned else cards
    revoked, valid = honour(one, 2020), honour(other, 2020)
    Distinction.objects.filter(pk=revoked.pk).update(revoked_at=now())
    Distinction.objects.filter(pk=valid.pk).update(note_ru="С газетой")
    actions.merge_organisations(*cards, by=None)
    (held,) = cards[0].distinctions.all()
    assert (held, held.revoked_at, held.note_ru) == (valid, None, "С газетой")
    assert queries.compared([cards[0]])[0].honour_count == 1
    double = Distinction.every.get(pk=revoked.pk)
    assert (double.merged_into, double.organisation) == (valid, cards[0])


def test_the_note_and_the_source_of_a_double_are_told_by_the_honour_that_stays():
    kept, gone = pair()
    stays, double = honour(kept, 2020), honour(gone, 2020)
    Distinction.objects.filter(pk=double.pk).update(source_title_ru="Газета", note_ru="Неточно")
    actions.merge_organisations(kept, gone, by=None)
    stays.refresh_from_db()
    assert (stays.source_title_ru, stays.note_ru) == ("Газета", "Неточно")


@pytest.mark.parametrize(
    ("kept_has", "gone_has", "third"),
    [
        (
            {"inn": "", "kpp": "540143001"},
            {"inn": world.inn(1)},
            {"inn": world.inn(1), "kpp": "540143001", "is_branch": True},
        ),
        ({"inn": "", "kpp": "420501001"}, {"inn": "500100732259"}, {}),
    ],
)
def test_numbers_that_do_not_go_together_are_refused(kept_has, gone_has, third):
    kept, gone = (world.organisation(n, inn="") for n in (2, 3))
    for card, has in ((kept, kept_has), (gone, gone_has)):
        Organisation.objects.filter(pk=card.pk).update(**has)
        card.refresh_from_db()
    if third:
        world.organisation(1, **third)
    with pytest.raises(Refused, match="не складываются"):
        actions.merge_organisations(kept, gone, by=None)
    assert Organisation.objects.filter(pk=gone.pk).exists()


def test_entries_are_locked_before_organisations_as_publishing_does_it():
    _edition, (one, two) = entering.entered(2)
    gone = one.organisation
    Organisation.objects.filter(pk=gone.pk).update(inn="")
    type(one).objects.filter(pk=one.pk).update(state=EntryState.WITHDRAWN)
    with locks_taken() as taken:
        actions.merge_organisations(two.organisation, gone, by=None)
    assert taken[:4] == ["Edition", "Stage", "Entry", "Organisation"]


def test_a_card_without_numbers_may_be_the_one_that_stays_and_takes_them_over():
    numbered, told = pair()
    actions.merge_organisations(told, numbered, by=None)
    assert (told.inn, told.name_ru) == (world.inn(1), "ООО «Демо-завод»")
    third = world.organisation(3, name_ru="Ещё одна", inn="")
    actions.merge_organisations(third, told, by=None)
    for each in (numbered, told):
        each.refresh_from_db()
        assert each.merged_into == third
    with pytest.raises(Refused, match="только что"):
        actions.merge_organisations(numbered, third, by=None)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({}, {"inn": world.inn(2)}, "разные ИНН"),
        ({"ogrn": world.ogrn(1)}, {"ogrn": world.ogrn(2)}, "разные ОГРН"),
        ({}, {"inn": world.inn(1), "kpp": "540143001", "is_branch": True}, "филиал"),
        ({}, {"is_demo": False}, "вымышленная"),
    ],
)
def test_what_is_two_cannot_be_merged(one, other, said):
    kept = world.organisation(1, **one)
    gone = world.organisation(2, **({"inn": ""} | other))
    for pair_ in ((kept, gone), (gone, kept)):
        with pytest.raises(Refused, match=said):
            actions.merge_organisations(*pair_, by=None)
    with pytest.raises(Refused, match="одна и та же"):
        actions.merge_organisations(kept, kept, by=None)
    assert Organisation.objects.count() == 2
    assert not Record.objects.filter(action="organisation.merged").exists()


def test_roles_that_follow_from_a_merge_are_told_under_the_name_of_who_merged():
    kept, gone = pair()
    secretary, acting = world.person(Role.SECRETARY), world.person()
    actions.add_representative(gone, acting.email, by=secretary)
    heard = []

    def listen(sender, grant, by, change, **kwargs):
        heard.append((change, grant.organisation, grant.user, by))

    role_changed.connect(listen)
    try:
        actions.merge_organisations(kept, gone, by=secretary)
    finally:
        role_changed.disconnect(listen)
    assert heard == [
        ("ended", gone.uid, acting, secretary),
        ("given", kept.uid, acting, secretary),
    ]


def test_only_who_keeps_both_merges_and_nobody_appoints_themselves_so():
    kept, gone = pair(region="54")
    for by in (world.person(), world.person(Role.SECRETARY, region="42")):
        with pytest.raises(Denied):
            actions.merge_organisations(kept, gone, by=by)
    secretary = world.person(Role.SECRETARY)
    world.give_role(secretary, Role.APPLICANT, by=None, organisation=gone.uid)
    with pytest.raises(Refused, match="другому секретарю"):
        actions.merge_organisations(kept, gone, by=secretary)


def test_two_entries_of_one_running_contest_are_named_and_nothing_is_merged():
    edition, (one, two) = entering.entered(2)
    gone = one.organisation
    Organisation.objects.filter(pk=gone.pk).update(inn="")
    with pytest.raises(Refused, match=f"{one.number}, {two.number}"):
        actions.merge_organisations(two.organisation, gone, by=None)
    one.refresh_from_db()
    assert one.organisation == gone
    type(one).objects.filter(pk=one.pk).update(state=EntryState.WITHDRAWN)
    actions.merge_organisations(two.organisation, gone, by=None)
    one.refresh_from_db()
    assert one.organisation == two.organisation
    record = Record.objects.get(action="entry.organisation_merged")
    assert (record.subject, record.chain.key) == (one.uid, edition.chain)


def test_helpers_who_were_asked_on_both_sides_stay_asked_once():
    edition, (one, two) = entering.entered(2)
    kept, gone = two.organisation, one.organisation
    with entering.at(edition, "2024-02-02"):
        for entry, emails in ((one, "ab"), (two, "bc")):
            owner = entering.acting_for(entry.organisation)
            for name in emails:
                invite_colleague(entry, f"{name}@demo.example", may_submit=False, by=owner)
    Organisation.objects.filter(pk=gone.pk).update(inn="")
    type(one).objects.filter(pk=one.pk).update(state=EntryState.WITHDRAWN)
    actions.merge_organisations(kept, gone, by=None)
    assert {each.organisation for each in Colleague.objects.all()} == {kept}
    asked = Colleague.objects.filter(ended_at__isnull=True).order_by("email")
    assert [each.email[0] for each in asked] == ["a", "b", "c"]


def test_nobody_is_invited_for_a_card_that_was_merged_meanwhile():
    edition, (one, two) = entering.entered(2)
    before = type(one).objects.get(pk=one.pk)
    owner = entering.acting_for(one.organisation)
    Organisation.objects.filter(pk=one.organisation_id).update(inn="")
    type(one).objects.filter(pk=two.pk).update(state=EntryState.WITHDRAWN)
    gone = Organisation.objects.get(pk=one.organisation_id)
    actions.merge_organisations(two.organisation, gone, by=None)
    with entering.at(edition, "2024-02-02"), pytest.raises(Refused, match="только что"):
        invite_colleague(before, "a@demo.example", may_submit=False, by=owner)
    assert not Colleague.objects.exists()


def test_letters_come_along_and_nobody_is_written_to_twice():
    edition = writing.prize()
    kept, gone = pair(email="two@demo.example")
    both = writing.letters(edition, organisations=[kept, gone])
    alone = writing.letters(edition, organisations=[gone], first_number=200)
    actions.merge_organisations(kept, gone, by=None)
    assert [
        (each.campaign, each.organisation, each.state) for each in Letter.objects.order_by("pk")
    ] == [
        (both, kept, LetterState.DRAFT),
        (both, gone, LetterState.WITHDRAWN),
        (alone, kept, LetterState.DRAFT),
    ]


def test_who_must_not_judge_one_judges_neither():
    there = desk.prize_at_desk(entries=1)
    with there.now():
        (entry,) = there.entries
        desk.team(there, entry)
        gone = entry.organisation
        Organisation.objects.filter(pk=gone.pk).update(inn="")
        kept = entering.factory()
        member = entry.assignments.filter(state=AssignmentState.ACCEPTED).first()
        judging.declare_conflict(member.assessor, kept, "Работал там", by=None)
        worker = there.assessors[-1]
        worker.works_for.add(gone)
        actions.merge_organisations(kept, gone, by=None)
    member.refresh_from_db()
    assert member.state == AssignmentState.CONFLICTED
    assert list(worker.works_for.all()) == [kept]
    assert Conflict.objects.get(assessor=member.assessor, lifted_at=None).organisation == kept


def test_who_keeps_cards_ends_nobodys_work_in_a_contest_of_others():
    there = desk.prize_at_desk(entries=1)
    with there.now():
        (entry,) = there.entries
        desk.team(there, entry)
        gone = entry.organisation
        Organisation.objects.filter(pk=gone.pk).update(inn="")
        kept = entering.factory()
        member = entry.assignments.filter(state=AssignmentState.ACCEPTED).first()
        judging.declare_conflict(member.assessor, kept, "Работал там", by=None)
        stranger = world.person(Role.SECRETARY, award="other")
        with pytest.raises(Refused, match="секретарь того конкурса"):
            actions.merge_organisations(kept, gone, by=stranger)
        member.refresh_from_db()
        assert member.state == AssignmentState.ACCEPTED
        Message.objects.all().delete()
        actions.merge_organisations(kept, gone, by=there.secretary)
    record = Record.objects.filter(action="assignment.conflicted").latest("pk")
    assert there.secretary.commitment in record.content
    told = Message.objects.filter(kind="assessment.answered").values_list("to", flat=True)
    assert there.secretary.email in told, "a page of the register shows no team"


def test_likely_doubles_are_told_with_what_speaks_for_it():
    kept, gone = pair(name_ru="АО «Демо-завод»")
    world.organisation(3, name_ru="ООО «Демо-завод»", inn="", region="54")
    world.organisation(4, name_ru="ООО «Демо-завод»")
    placeless = world.organisation(5, name_ru="«Демо-завод»", inn="", region="")
    branch = world.organisation(1, kpp="540143001", is_branch=True, name_ru="Филиал")
    old = world.organisation(1, kpp="220343001", is_branch=True, name_ru="Прежняя")
    Organisation.objects.filter(pk=old.pk).update(kpp="220301001")
    registered = world.organisation(6, ogrn=world.ogrn(6), name_ru="Шестая")
    by_ogrn = world.organisation(7, inn="", name_ru="Седьмая")
    Organisation.objects.filter(pk=by_ogrn.pk).update(
        ogrn=world.ogrn(6)
    )  # of before it was checked
    secretary = world.person(Role.SECRETARY)
    found = list(queries.suspects(secretary))
    assert branch not in found
    told = [(each.gone, each.kept, each.why) for each in queries.doubles(found, secretary)]
    assert (gone, kept, "то же наименование, ИНН не указан") in told
    assert (old, kept, "тот же ИНН") in told
    assert (by_ogrn, registered, "тот же ОГРН") in told
    assert {each for each, _kept, _why in told} == {gone, old, by_ogrn, placeless}
    part = world.person(Role.SECRETARY, region="42")
    assert placeless not in queries.suspects(part), "nothing of which no pair is shown"
    near = world.person(Role.SECRETARY, region="54")
    assert list(queries.suspects(near)) == [], "of another region none is kept"


def test_a_secretary_compares_two_cards_and_merges_them(client):
    kept, gone = pair()
    honour(gone, 2019)
    client.force_login(world.person(Role.SECRETARY, region="42"))
    register = client.get(reverse("registry:organisations")).content.decode()
    assert reverse("registry:doubles") in register
    page = client.get(reverse("registry:doubles")).content.decode()
    to = reverse("registry:merge", args=[gone.uid, kept.uid])
    assert to in page
    page = client.get(to).content.decode()
    assert page.index(kept.name_ru) < page.index(gone.name_ru), "the one that says more comes first"
    answer = client.post(to, {"keep": "nobody"})
    assert (answer.status_code, "Выберите карточку" in answer.content.decode()) == (422, True)
    answer = client.post(to, {"keep": kept.uid})
    assert answer.url == reverse("registry:organisation", args=[kept.uid])
    old = client.get(reverse("registry:organisation", args=[gone.uid]))
    assert (old.status_code, old.url) == (301, answer.url)
    public = client.get(reverse("showcase:organisation", args=[gone.uid]))
    assert (public.status_code, public.url) == (
        301,
        reverse("showcase:organisation", args=[kept.uid]),
    )
    assert client.get(public.url).status_code == 200
    assert "Вероятных дублей нет" in client.get(reverse("registry:doubles")).content.decode()
    assert client.get(to).status_code == 404


def test_any_two_cards_are_found_by_words_that_stand_in_no_address(client):
    kept, gone = pair(name_ru="Совсем иначе")
    client.force_login(world.person(Role.SECRETARY, region="42"))
    to = reverse("registry:find_double", args=[gone.uid])
    assert to in client.get(reverse("registry:organisation", args=[gone.uid])).content.decode()
    page = client.post(to, {"search": kept.inn}).content.decode()
    assert reverse("registry:merge", args=[gone.uid, kept.uid]) in page
    assert "другой такой нет" in client.post(to, {"search": "нет такой"}).content.decode()
    assert client.post(to, {"search": ""}).status_code == 422
    two = world.organisation(8)
    page = client.get(reverse("registry:merge", args=[kept.uid, two.uid])).content.decode()
    assert "разные ИНН" in page
    assert 'name="keep"' not in page
    client.force_login(world.person())
    assert client.get(to).status_code == 403


def test_the_history_told_again_finds_the_card_that_stayed():
    path = Path(__file__).parents[2] / "awards" / "best-goods" / "history.yaml"
    before = actions.import_history(path, by=None)
    gone = Organisation.objects.filter(distinctions__isnull=False).order_by("pk")[0]
    kept = world.organisation(1, is_demo=False, region="54")
    actions.merge_organisations(kept, gone, by=None)
    again = actions.import_history(path, by=None)
    assert (again.recorded, again.organisations) == (0, 0)
    assert again.known == before.recorded + before.known
    assert kept.distinctions.exists()
