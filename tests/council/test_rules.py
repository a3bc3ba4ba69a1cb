"""The rules with numbers: quorum, majorities and ties, caps."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from laureat.council.models import MOTION_TRANSITIONS, SESSION_TRANSITIONS, MotionState
from laureat.council.queries.counting import Quorum, Tally, electorate, outcome, quorum_of
from laureat.science.selection import Rule, capacity

SHARES = st.fractions(0, 1, max_denominator=12)
COUNTS = st.integers(0, 30)
TALLIES = st.builds(Tally, COUNTS, COUNTS, COUNTS)
MAJORITIES = st.sampled_from(["simple", "absolute", "two-thirds"])


def rules(share: Fraction) -> SimpleNamespace:
    return SimpleNamespace(stage=SimpleNamespace(rules=SimpleNamespace(quorum=share)))


def seats(count: int) -> list[SimpleNamespace]:
    return [SimpleNamespace(pk=pk) for pk in range(count)]


def counted(share: Fraction, members: int, present: int) -> Quorum:
    return quorum_of(rules(share), seats(members), range(present))


@given(share=SHARES, members=st.integers(0, 40), present=st.integers(0, 40))
def test_a_quorum_is_the_smallest_number_that_is_the_share_and_never_nobody(
    share, members, present
):
    found = counted(share, members, present)
    assert found.needed >= 1
    assert found.needed >= share * members
    assert found.needed == 1 or found.needed - 1 < share * members
    assert found.present == min(present, members)  # whoever does not vote here does not count
    assert found.met == (members > 0 and found.present >= found.needed)


@given(share=SHARES, members=st.integers(1, 40))
def test_all_members_together_are_always_a_quorum(share, members):
    assert counted(share, members, members).met


@given(share=SHARES, members=st.integers(1, 40), present=st.integers(0, 39))
def test_one_more_who_comes_never_breaks_a_quorum(share, members, present):
    before, after = counted(share, members, present), counted(share, members, present + 1)
    assert after.met or not before.met


def voters(share, members: int, recused: int, may_vote: int, *, secret: bool = False, own=None):
    ballot = "secret" if secret else "open"
    stage = SimpleNamespace(quorum=share, ballot_quorum=own, ballot=ballot)
    session = SimpleNamespace(stage=SimpleNamespace(rules=stage))
    return electorate(session, members=members, recused=recused, may_vote=may_vote)


@given(share=SHARES, members=st.integers(1, 40), recused=st.integers(0, 40), cast=COUNTS)
def test_a_vote_is_counted_from_the_smallest_number_that_is_the_share_of_those_not_recused(
    share, members, recused, cast
):
    recused = min(recused, members)
    found = voters(share, members, recused, members - recused)
    assert found.least >= max(1, share * (members - recused))
    assert found.least == 1 or found.least - 1 < share * (members - recused)
    assert (found.obstacle(cast) == "") == (cast >= found.least)


@given(share=SHARES, own=SHARES, members=st.integers(1, 40), secret=st.booleans())
def test_where_nobody_is_recused_all_who_make_a_quorum_can_decide(share, own, members, secret):
    present = counted(share, members, members).needed
    assert voters(share, members, 0, present, secret=secret).obstacle(present) == ""
    all_there = voters(share, members, 0, members, secret=secret, own=own)
    assert all_there.obstacle(members) == ""


@given(share=SHARES, members=st.integers(1, 40), cast=st.integers(1, 40))
def test_a_secret_vote_is_counted_no_earlier_than_an_open_one(share, members, cast):
    openly, secretly = (voters(share, members, 0, members, secret=each) for each in (False, True))
    if secretly.obstacle(cast) == "":
        assert openly.obstacle(cast) == ""
        assert cast >= min(3, members)


@given(majority=MAJORITIES, tally=TALLIES, absent=COUNTS)
def test_a_motion_is_carried_lost_or_tied_and_a_vote_more_for_it_never_harms(
    majority, tally, absent
):
    present = tally.cast
    members = present + absent
    now = outcome(majority, tally, members=members, present=present)
    assert now in {MotionState.CARRIED, MotionState.LOST, MotionState.TIED}
    order = [MotionState.LOST, MotionState.TIED, MotionState.CARRIED]
    if tally.votes_against:
        changed = Tally(tally.votes_for + 1, tally.votes_against - 1, tally.abstentions)
        then = outcome(majority, changed, members=members, present=present)
        assert order.index(then) >= order.index(now)
    if tally.abstentions:
        changed = Tally(tally.votes_for + 1, tally.votes_against, tally.abstentions - 1)
        then = outcome(majority, changed, members=members, present=present)
        assert order.index(then) >= order.index(now)


@given(majority=MAJORITIES, tally=TALLIES, absent=COUNTS)
def test_only_equal_votes_are_a_tie(majority, tally, absent):
    members = tally.cast + absent
    state = outcome(majority, tally, members=members, present=tally.cast)
    if state == MotionState.TIED:
        assert tally.votes_for == tally.votes_against
    if state == MotionState.CARRIED and tally.cast:
        assert tally.votes_for >= tally.votes_against


@given(tally=TALLIES, absent=COUNTS)
def test_a_stricter_majority_carries_no_more(tally, absent):
    members = tally.cast + absent

    def carried(majority: str) -> bool:
        return outcome(majority, tally, members=members, present=tally.cast) == MotionState.CARRIED

    if tally.cast and carried("absolute"):
        assert carried("simple")
    if tally.cast and carried("two-thirds"):
        assert carried("simple")


@given(
    at_most=st.none() | st.integers(0, 20),
    share=st.none() | SHARES,
    top=st.none() | st.integers(0, 20),
    total=st.integers(0, 200),
)
def test_a_cap_is_the_tightest_of_its_rules(at_most, share, top, total):
    rule = Rule(key="laureate", at_most=at_most, share=share, top=top, per="edition")
    most = capacity(rule, "", total)
    if at_most is None and share is None and top is None:
        assert most is None
        return
    assert most is not None
    assert most >= 0
    for limit in (at_most, top):
        assert limit is None or most <= limit
    if share is not None:
        assert most <= max(1, share * total + Fraction(1, 2))


def test_what_is_published_or_cancelled_moves_no_more():
    assert [state for state, after in SESSION_TRANSITIONS.items() if not after] == [
        "published",
        "cancelled",
    ]
    assert all(MOTION_TRANSITIONS[state] for state in MotionState.values)
