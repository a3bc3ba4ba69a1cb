"""Who is proposed for which honour."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laureat.science.selection import (
    Candidate,
    Proposal,
    Rule,
    capacity,
    group_of,
    nearest,
    ranked,
    select,
)

BASE = frozenset({"gold", "silver"})


def one(key: str, points: int | None, fair: int | None = None, **kwargs) -> Candidate:
    ties = {"fair": None if fair is None else Decimal(fair), "chair": None}
    value = None if points is None else Decimal(points)
    return Candidate(key, value, ties=ties, **({"fits": BASE} | kwargs))


def honours(proposals: list[Proposal]) -> dict[str, str]:
    return {each.candidate: each.honour for each in proposals}


def test_equals_are_listed_by_their_place_in_the_list_not_by_their_keys():
    equals = [one("b", 5, serial=1), one("a", 5, serial=2), one("d", None, serial=3)]
    everyone = [one("c", None, serial=4), *equals]
    assert [each.candidate for each in select(everyone, [], ())] == ["b", "a", "d", "c"]
    assert [each.key for each in ranked(everyone, ()).blocks[0]] == ["b", "a"]


@st.composite
def fields(draw):
    count = draw(st.integers(1, 14))
    candidates = [
        Candidate(
            f"e{n}",
            draw(st.one_of(st.none(), st.integers(1, 6).map(Decimal))),
            draw(st.sampled_from(["small", "large"])),
            draw(st.sampled_from(["42", "54"])),
            {"fair": draw(st.one_of(st.none(), st.integers(1, 3).map(Decimal)))},
            frozenset(draw(st.sets(st.sampled_from(["gold", "silver", "extra"])))),
        )
        for n in range(count)
    ]
    per = st.sampled_from(["edition", "category", "region"])
    rules = [
        Rule("gold", at_most=draw(st.one_of(st.integers(0, 5), st.just({"small": 1, "large": 2}))),
             per=draw(per)),
        Rule("silver", share=draw(st.one_of(st.none(), st.just(Fraction(36, 100)))),
             top=draw(st.one_of(st.none(), st.integers(1, 4))), per=draw(per)),
        Rule("extra", top=draw(st.one_of(st.none(), st.integers(1, 3))), overlay=True,
             rests_on=frozenset({"gold"}), per=draw(per)),
    ]  # fmt: skip
    return candidates, rules


@given(fields())
def test_caps_are_never_exceeded_and_conditions_never_passed_over(field):
    candidates, rules = field
    of = {each.key: each for each in candidates}
    given_ = Counter()
    for proposal in select(candidates, rules, ["fair"]):
        rule = next((r for r in rules if r.key == proposal.honour), None)
        if rule is None:
            continue
        candidate = of[proposal.candidate]
        assert rule.key in candidate.fits
        assert candidate.points is not None
        given_[rule.key, group_of(candidate, rule)] += 1
    for rule in rules:
        for group in {group_of(each, rule) for each in candidates}:
            size = sum(group_of(each, rule) == group for each in candidates)
            limit = capacity(rule, group, size)
            assert limit is None or given_[rule.key, group] <= limit


@given(fields())
def test_nobody_passes_a_higher_one_of_the_same_group(field):
    candidates, rules = field
    of = {each.key: each for each in candidates}
    base = honours(select(candidates, rules[:2], ["fair"]))
    gold = rules[0]
    for low, honour in base.items():
        if honour != "gold":
            continue
        for high, other in base.items():
            if other == "gold" or group_of(of[high], gold) != group_of(of[low], gold):
                continue
            if of[high].points is not None and "gold" in of[high].fits:
                assert of[high].points <= of[low].points


@given(fields(), st.integers(0, 99))
def test_the_order_of_the_candidates_does_not_matter(field, seed):
    candidates, rules = field
    shuffled = candidates[:]
    random.Random(seed).shuffle(shuffled)
    assert select(candidates, rules, ["fair"]) == select(shuffled, rules, ["fair"])


@given(fields())
def test_everybody_gets_one_base_proposal_and_overlays_rest_on_theirs(field):
    candidates, rules = field
    proposals = select(candidates, rules, ["fair"])
    base = [p for p in proposals if p.honour != "extra"]
    assert sorted(p.candidate for p in base) == sorted(each.key for each in candidates)
    gold = {p.candidate for p in base if p.honour == "gold"}
    assert {p.candidate for p in proposals if p.honour == "extra"} <= gold


@given(fields())
def test_equals_are_treated_equally(field):
    candidates, rules = field
    base = honours(select(candidates, rules[:2], ["fair"]))
    for block in ranked(candidates, ["fair"]).blocks:
        for a in block:
            for b in block:
                alike = (a.category, a.region, a.fits) == (b.category, b.region, b.fits)
                assert not alike or base[a.key] == base[b.key]


def test_a_rule_decides_only_where_every_equal_has_a_value():
    rule = Rule("gold", at_most=1)
    known = select([one("a", 5, 2), one("b", 5, 1)], [rule], ["fair", "chair"])
    assert known == [
        Proposal("a", "gold", True, "fair", "gold"),
        Proposal("b", "", True, "fair", "gold"),
    ]
    unknown = select([one("a", 5, 2), one("b", 5)], [rule], ["fair", "chair"])
    assert unknown == [
        Proposal("a", "", True, "chair", "gold"),
        Proposal("b", "", True, "chair", "gold"),
    ]


def test_the_chairs_order_decides_last():
    ordered = [
        Candidate(key, Decimal(5), ties={"chair": Decimal(-rank)}, fits=BASE)
        for key, rank in (("a", 2), ("b", 1))
    ]
    found = select(ordered, [Rule("gold", at_most=1), Rule("silver")], ["fair", "chair"])
    assert found == [
        Proposal("b", "gold", True, "chair", "gold"),
        Proposal("a", "silver", True, "chair", "gold"),
    ]


def test_missing_points_are_no_zero():
    found = select([one("a", None), one("b", 0)], [Rule("gold")], ["chair"])
    assert honours(found) == {"a": "", "b": "gold"}


def test_what_is_held_counts_and_is_not_proposed_again():
    field = [one("a", 5), one("b", 4), one("c", 3)]
    found = select(
        field, [Rule("gold", at_most=2), Rule("silver")], ["chair"], held={"b": ["gold"]}
    )
    assert honours(found) == {"a": "gold", "c": "silver"}


@pytest.mark.parametrize(
    ("share", "count", "expected"),
    [("38/100", 8, 3), ("36/100", 7, 3), ("1/2", 5, 3), ("1/10", 1, 1), ("1/3", 0, 0)],
)
def test_a_share_is_the_nearest_whole_number_and_at_least_one(share, count, expected):
    assert nearest(Fraction(share), count) == expected
