"""One legal entity, one INN: its head office is entered once, its branches by their own KPP."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import activate
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform.errors import Refused
from laureat.registry import actions, queries
from laureat.registry.identifiers import check_together, is_head_office, is_of_a_branch
from laureat.registry.models import Organisation
from tests.worlds import registry as world

pytestmark = pytest.mark.django_db
HEAD, BRANCH, OTHER = "420501001", "540143001", "220343001"


@pytest.fixture(autouse=True)
def _russian():
    activate("ru")


@pytest.mark.parametrize(("first", "second"), [("", HEAD), (HEAD, ""), (HEAD, "540501001")])
def test_the_same_inn_with_and_without_a_kpp_is_one_organisation(first, second):
    world.organisation(1, kpp=first)
    with pytest.raises(Refused, match="один раз") as refused:
        world.organisation(1, kpp=second, name_ru="Другое")
    assert refused.value.field == "inn"
    assert Organisation.objects.count() == 1


def test_branches_stand_beside_their_head_office_each_once():
    branch = world.organisation(1, kpp=BRANCH, is_branch=True)
    head = world.organisation(1, kpp=HEAD)
    other = world.organisation(1, kpp=OTHER, is_branch=True)
    with pytest.raises(Refused):
        world.organisation(1, kpp=OTHER, is_branch=True)
    told = queries.known(world.inn(1), world.person()).organisations
    assert [each.uid for each in told] == [head.uid, other.uid, branch.uid]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"is_branch": True}, "kpp"),
        ({"is_branch": True, "kpp": HEAD}, "kpp"),
        ({"is_branch": True, "kpp": BRANCH, "inn": ""}, "inn"),
        ({"is_branch": True, "inn": world.individual_inn(1)}, "is_branch"),
        ({"kpp": BRANCH}, "kpp"),
    ],
)
def test_a_kpp_that_says_another_thing_is_refused_with_words(facts: dict[str, Any], field: str):
    with pytest.raises(Refused) as refused:
        world.organisation(1, **facts)
    assert refused.value.field == field


@given(st.from_regex(r"\A\d{4}[0-9A-Z]{2}\d{3}\Z"))
def test_every_kpp_fits_a_head_office_or_a_branch(kpp: str):
    assert not (is_head_office(kpp) and is_of_a_branch(kpp))
    fits = []
    for is_branch in (False, True):
        try:
            check_together("4200000016", "", kpp, is_branch=is_branch)
        except Refused:
            continue
        fits.append(is_branch)
    assert fits == [
        *([] if is_of_a_branch(kpp) else [False]),
        *([] if is_head_office(kpp) else [True]),
    ]


def test_numbers_that_stood_there_before_do_not_stop_other_corrections():
    head = world.organisation(1)
    double = world.organisation(1, kpp=BRANCH, is_branch=True)
    Organisation.objects.filter(pk=double.pk).update(kpp=HEAD)  # as the migration left it
    actions.change_organisation(double, {"phone": "8 384 2"}, by=None)
    with pytest.raises(Refused):
        actions.change_organisation(double, {"kpp": "420601001"}, by=None)
    with pytest.raises(Refused, match="один раз"):
        actions.change_organisation(double, {"is_branch": False}, by=None)
    assert head.kpp == ""


def test_the_database_holds_to_one_head_office_too():
    world.organisation(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name_ru="x", inn=world.inn(1), kpp=HEAD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name_ru="x", inn=world.inn(1), is_branch=True)


def test_whoever_types_a_known_inn_without_a_kpp_is_offered_all_of_it(client):
    head = world.organisation(1)
    branch = world.organisation(1, kpp=BRANCH, is_branch=True, name_ru="ООО «Демо», филиал")
    client.force_login(world.person())
    page = client.post(reverse("registry:known"), {"inn": world.inn(1)}).content.decode()
    assert page.index("головная организация") < page.index(f"филиал, КПП {BRANCH}")
    for each in (head, branch):
        assert reverse("registry:ask", args=[each.uid]) in page
    typed = {"inn": world.inn(1), "name_ru": "ООО «Демо»", "region": "42"}
    page = client.post(reverse("registry:new"), typed).content.decode()
    assert "вносится один раз" in page
    assert reverse("registry:ask", args=[head.uid]) in page
    mine = typed | {"is_branch": "on", "kpp": OTHER}
    assert client.post(reverse("registry:new"), mine).status_code == 302
    assert Organisation.objects.get(kpp=OTHER).is_branch


def test_a_card_can_be_corrected_while_its_numbers_are_odd(client):
    owner = world.person()
    found = world.organisation(1, by=owner, is_demo=False)
    Organisation.objects.filter(pk=found.pk).update(kpp=HEAD, is_branch=True)
    client.force_login(owner)
    facts = {"inn": found.inn, "kpp": HEAD, "is_branch": "on", "name_ru": "ООО «Демо-новое»"}
    answer = client.post(
        reverse("registry:edit", args=[found.uid]), facts | {"region": "42", "headcount": "120"}
    )
    assert answer.status_code == 302


def test_a_line_of_a_list_means_the_legal_entity_unless_it_names_a_branch():
    head = world.organisation(1)
    branch = world.organisation(1, kpp=BRANCH, is_branch=True)
    both = [head, branch]
    meant = queries.meant
    assert [meant(both, kpp) for kpp in ("", HEAD, BRANCH, OTHER)] == [head, head, branch, None]
    assert meant(both, "420550001") == head, "a large taxpayer's second KPP is the head office's"
    assert (meant([branch]), meant([branch], HEAD)) == (branch, None)
    assert meant([branch, world.organisation(2, kpp=OTHER, is_branch=True)]) is None
