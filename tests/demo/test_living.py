"""Every sign-in of the demo finds something to do in the editions under way."""

from collections import Counter

import pytest
from django.utils import translation

from laureat.assessment.models import Assignment, AssignmentState, Scorebook, ScorebookState
from laureat.assessment.queries.mine import desk_sections as judging
from laureat.demo import living
from laureat.demo.cast import sign_in
from laureat.demo.plan import load_plan
from laureat.intake.models import CheckResult, Entry
from laureat.intake.queries import lists
from laureat.ledger.models import Chain, Record
from laureat.ledger.queries import verdict
from laureat.outreach.models import Letter

pytestmark = pytest.mark.django_db


def test_the_lead_finds_a_team_whose_members_have_all_signed_and_the_assessor_half_a_scorebook():
    plan = load_plan("rf-quality-prize/2025", entries=8)
    living.prize_in_progress(plan.model_copy(update={"assessors": 10}))
    mine = Assignment.objects.filter(assessor__user=sign_in("lead"), stage__state="open")
    assert verdict(Chain.objects.get(key="rf-quality-prize/2025")).backwards == ()
    led = mine.filter(lead=True, state=AssignmentState.ACCEPTED)
    assert led.exists()
    for each in led:
        team = Assignment.objects.filter(entry=each.entry, stage=each.stage, state="accepted")
        books = Scorebook.objects.filter(entry=each.entry, stage=each.stage)
        said = books.values_list("assessor", "kind", "state")
        assert set(said) == {(one.assessor_id, "individual", "signed") for one in team}
    own = Scorebook.objects.filter(assessor__user=sign_in("assessor"), stage__state="open")
    assert own.filter(state=ScorebookState.DRAFT, filled=12).count() == 1
    with translation.override("en"):
        shown = [item for section in judging(sign_in("lead")) for item in section.items]
    assert any("team" in item.detail or "team" in item.state for item in shown), shown


def test_the_secretary_finds_entries_to_check_and_letters_to_send_and_the_applicant_a_draft():
    living.session_to_vote()
    living.open_intake()
    chain = Chain.objects.get(key="sandbox/2026")
    assert verdict(chain).sound
    for each in Chain.objects.filter(key__startswith="sandbox/"):
        first = Record.objects.filter(chain=each).order_by("seq").first()
        assert (each.key, first.action) == (each.key, "rulebook.loaded"), "the rules come first"
        assert verdict(each).backwards == ()
    waiting = {
        str(stage): count for stage, count in lists.check_stages_waiting(sign_in("secretary"))
    }
    assert waiting == {"admission": 4}
    assert CheckResult.objects.filter(stage__edition__key="2026").count() == 2
    entries = Entry.objects.filter(edition__key="2026")
    assert Counter(entries.values_list("state", flat=True)) == {"submitted": 6, "draft": 1}
    letters = Letter.objects.filter(campaign__edition__key="2026")
    assert (letters.count(), letters.filter(organisation__is_demo=True).count()) == (8, 8)
    assert not letters.exclude(message=None).exists()
