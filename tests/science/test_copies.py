"""Who copies is found in teams of every size; who has the same taste is left alone."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.agreement.copies import FEWEST, copies
from laureat.science.fair import Ratings
from laureat.science.judging import Book, Mark, panel

PEOPLE, ENTRIES, PARTS = 24, 60, 10


def season(seed, size, common=0, share=0.0, step=5, alone=False):
    """Percent marks of teams of `size`. Assessors 0 and 1 judge `common` entries together, and 1 takes
    over so large a share of 0's marks. alone: they judge nothing else.
    """
    g = np.random.default_rng(seed)
    quality, strict = g.normal(60, 12, ENTRIES), g.normal(0, 6, PEOPLE)
    profile, taste = g.normal(0, 5, (ENTRIES, PARTS)), g.normal(0, 3, (PEOPLE, PARTS))
    marks, books = [], []
    for entry in range(ENTRIES):
        team = [0, 1] if entry < common else []
        others = g.permutation(np.arange(2, PEOPLE) if alone or entry < common else PEOPLE)
        for who in others.tolist():
            if len(team) < size and not {0, 1} <= {*team, who}:
                team.append(who)
        if entry < common:
            team = [0, 1, *[w for w in others.tolist() if w > 1][: size - 2]]
        given_marks = {}
        for who in team:
            own = quality[entry] + profile[entry] - strict[who] + taste[who] + g.normal(0, 5)
            raw = own + g.normal(0, 9, PARTS)
            given_marks[who] = np.clip(np.round(raw / step) * step, 0, 100)
        if entry < common:
            taken = g.random(PARTS) < share
            given_marks[1] = np.where(taken, given_marks[0], given_marks[1])
        for who, row in given_marks.items():
            marks += [Mark(entry, who, f"p{n}", Fraction(int(x), 100)) for n, x in enumerate(row)]
            books.append(Book(entry, who, Decimal(str(round(float(row.mean()), 2))), float(entry)))
    return marks, books


def alike(marks, books):
    return {(h.assessor, h.other) for h in panel(marks, books).habits if h.code == "alike"}


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
@pytest.mark.parametrize(("common", "share"), [(8, 1.0), (8, 0.7), (14, 0.6)])
def test_a_copyist_is_found_in_teams_of_every_size(size, common, share):
    assert alike(*season(size * 10 + common, size, common, share)) == {(0, 1)}


def test_two_who_judge_with_nobody_else_are_compared_as_well():
    marks, books = season(1, 2, 8, 0.8, alone=True)
    assert alike(marks, books) == {(0, 1)}


@pytest.mark.parametrize("size", [2, 3, 4, 6])
def test_honest_assessors_are_not_named(size):
    named = [alike(*season(seed, size, 8, 0.0)) for seed in range(8)]
    assert named == [set()] * 8


def test_below_the_least_number_of_common_entries_nobody_is_named():
    marks, books = season(3, 3, FEWEST - 1, 1.0)
    assert alike(marks, books) == set()
    assert panel(marks, books).alike.pairs < 30


def test_who_writes_the_same_at_the_ends_of_the_scale_only_is_not_named():
    """Everybody gives the best 100 %: that is no copying."""
    marks, books = season(4, 3, 8, 0.0)
    full = [
        Mark(m.entry, m.assessor, m.part, Fraction(1) if m.entry < 8 else m.share) for m in marks
    ]
    assert alike(full, books) == set()


def test_what_can_be_told_is_said_and_grows_with_the_entries():
    told = panel(*season(5, 4, 12, 0.0)).alike
    assert told.needs is not None
    assert FEWEST <= told.needs <= 12
    assert told.pairs >= 1
    marks, books = season(5, 4, 12, 0.0, step=50)  # three steps: equal marks are nothing special
    coarse = panel(marks, books).alike
    assert coarse.needs is None or coarse.needs > told.needs


def test_too_few_pairs_to_compare_with_are_said_to_tell_nothing():
    marks, books = season(6, 2, 60, 1.0)
    found = panel(marks, books)
    assert found.alike.needs is None
    assert {h.code for h in found.habits} <= {"smooth", "erratic", "halo", "narrow"}


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_table_is_answered_and_the_order_of_names_changes_nothing(data):
    size = data.draw(st.integers(2, 6))
    cell = st.one_of(st.none(), st.integers(0, 4))
    rows = [
        (entry, who, part, score)
        for entry in range(data.draw(st.integers(1, 8)))
        for who in range(size)
        for part in range(5)
        if (score := data.draw(cell)) is not None
    ]
    if not rows:
        return
    entry, who, part, score = (list(column) for column in zip(*rows, strict=True))
    found, reach = copies(Ratings.from_columns(entry, who, score, part))
    turned, same = copies(Ratings.from_columns(entry, [size - each for each in who], score, part))
    assert reach == same
    names = {(f.assessor, f.other) for f in found}
    assert names == {(size - f.other, size - f.assessor) for f in turned}
    assert all(0 <= f.p_value <= 1 and f.value <= 1 for f in found)
