"""Fair scores of a stage, lines with zones, and how assessors judge."""

import itertools
from decimal import Decimal
from fractions import Fraction
from random import Random
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.agreement import alpha
from laureat.science.fair import LinearScores, Ratings
from laureat.science.judging import Book, Line, Mark, fair_scores, panel, standings

WEIGHTS = {f"p{n}": Decimal(10) for n in range(10)}
MOST = Decimal(100)


def season(
    seed,
    entries=24,
    assessors=8,
    each=4,
    severity=6.0,
    noise=3.0,
    careless=(),
    halo=0.0,
    copies=None,
):
    """True points, severities, scorebooks and marks of ten parts in steps of 5 %.

    halo: deviation of one impression; copies: by assessor, whose marks are copied, nine of ten.
    """
    random = Random(seed)
    strict = {100 + n: random.gauss(0, severity) for n in range(assessors)}
    true = {n: random.uniform(25, 80) for n in range(entries)}
    profile = {(n, part): random.gauss(0, 6) for n in true for part in WEIGHTS}
    books, marks = [], []
    for entry, value in true.items():
        given = {}
        for who in sorted(random.sample(sorted(strict), each)):
            total = Fraction(0)
            impression = random.gauss(0, halo)
            model = given.get((copies or {}).get(who))
            given[who] = {}
            for part in WEIGHTS:
                share = value + profile[entry, part] - strict[who] + random.gauss(0, noise * 3)
                share += impression
                if who in careless:
                    share = random.uniform(0, 100)
                step = Fraction(min(20, max(0, round(share / 5))), 20)
                if model and random.random() < 0.9:
                    step = model[part]
                given[who][part] = step
                marks.append(Mark(entry, who, part, step))
                total += step * 10
            points = Decimal(total.numerator) / Decimal(total.denominator)
            books.append(Book(entry, who, points))
    return true, strict, books, marks


def rmse(found, true):
    middle = fmean(found.values()) - fmean(true.values())
    return fmean((found[key] - true[key] - middle) ** 2 for key in true) ** 0.5


@pytest.mark.parametrize("model", ["linear", "rsm", "pcm"])
def test_fair_scores_are_nearer_to_the_truth_than_raw_means(model):
    true, strict, books, marks = season(1)
    fair = fair_scores(books, model, WEIGHTS, lambda: marks)
    raw = {e: fmean(float(b.points) for b in books if b.entry == e) for e in true}
    found = {e: float(s.points) for e, s in fair.scores.items()}
    assert [part.why for part in fair.parts] == [""]
    assert rmse(found, true) < 0.75 * rmse(raw, true)
    assert all(s.low <= s.points <= s.high for s in fair.scores.values())
    shift = fmean(strict.values())
    assert all(abs(float(s.points) - (strict[a] - shift)) < 5 for a, s in fair.severities.items())


def test_intervals_of_the_linear_model_cover_about_ninety_percent():
    inside = total = 0
    for seed in range(12):
        true, strict, books, _marks = season(seed)
        for entry, score in fair_scores(books, "linear", WEIGHTS).scores.items():
            aim = true[entry] - fmean(strict.values())
            inside += float(score.low) - 2 <= aim <= float(score.high) + 2  # the profile's mean
            total += 1
    assert 0.85 <= inside / total <= 0.995


def test_the_linear_scores_are_those_of_the_engine_and_its_command():
    _true, _strict, books, _marks = season(3)
    engine = LinearScores().fit(
        Ratings.from_columns(
            [b.entry for b in books], [b.assessor for b in books], [float(b.points) for b in books]
        )
    )
    fair = fair_scores(books, "linear", WEIGHTS)
    rows = {row["id"]: row["unshrunk"] for row in engine.to_dict()["entries"]}
    assert {e: s.points for e, s in fair.scores.items()} == {
        e: Decimal(str(round(value, 2))).quantize(Decimal("0.01")) for e, value in rows.items()
    }


def test_equally_strict_assessors_change_nothing():
    books = [Book(e, a, Decimal(v)) for e, v in ((1, 10), (2, 20), (3, 30)) for a in (7, 8, 9)]
    fair = fair_scores(books, "linear", WEIGHTS)
    assert {entry: score.points for entry, score in fair.scores.items()} == {
        1: Decimal("10.00"), 2: Decimal("20.00"), 3: Decimal("30.00"),
    }  # fmt: skip
    assert {each.points for each in fair.severities.values()} == {Decimal(0)}


def ceiling(seed, mean, top=8):
    """A percent stage: scorebooks of 60 entries, marks around `mean` that end at 100, and the best."""
    g = np.random.default_rng(seed)
    quality, severity = g.normal(0, 10, 60), g.normal(0, 4, 24)
    order, books = np.resize(np.arange(24), 180), []
    teams = g.permutation(order).reshape(60, 3)
    for entry, team in enumerate(teams):
        for who in sorted(set(team.tolist())):
            marks = mean + quality[entry] - severity[who] + g.normal(0, 8, 8) + g.normal(0, 4)
            total = float(np.clip(np.round(marks / 5) * 5, 0, 100).mean())
            books.append(Book(entry, who, Decimal(str(round(total, 3)))))
    return books, set(np.argsort(-quality)[:top].tolist())


@pytest.mark.parametrize(("mean", "corrected"), [(70, True), (99, False)])
def test_near_the_end_of_the_scale_raw_means_count_because_they_choose_better(mean, corrected):
    """The engine itself, near 100 %, finds fewer of the best than raw means; elsewhere more."""
    right = {"raw": 0, "engine": 0}
    for seed in range(25):
        books, best = ceiling(seed, mean)
        points = np.array([float(book.points) for book in books])
        entry = np.array([book.entry for book in books])
        engine = LinearScores().fit(
            Ratings.from_columns(entry, np.array([book.assessor for book in books]), points)
        )
        raw = np.bincount(entry, points) / np.bincount(entry)
        for name, value in (("raw", raw), ("engine", engine.unshrunk)):
            right[name] += len(best & set(np.argsort(-value, kind="stable")[:8].tolist()))
        fair = fair_scores(books, "linear", {"part": Decimal(100)})
        assert {part.why for part in fair.parts} == {"" if corrected else "ends"}
    assert (right["engine"] > right["raw"]) is corrected


@given(st.lists(st.integers(0, 1000), min_size=8, max_size=30))
def test_the_ends_are_the_outer_fortieths_and_a_quarter_of_them_is_borne(points):
    books = [Book(n // 2, n % 2, Decimal(p)) for n, p in enumerate(points)]
    ends = sum(p <= 25 or p >= 975 for p in points)
    fair = fair_scores(books, "linear", {"part": Decimal(1000)})
    crowded = 4 * ends > len(points)
    if len({book.points for book in books}) > 1 and all(p.why != "one-rating" for p in fair.parts):
        assert any(part.why == "ends" for part in fair.parts) is crowded
    plain = fair_scores(books, "raw", {"part": Decimal(1000)})
    assert all(part.why != "ends" for part in plain.parts)


@pytest.mark.parametrize(
    ("books", "why"),
    [
        ([(1, 7, 10), (1, 8, 20)], "one-entry"),
        ([(1, 7, 10), (2, 7, 20)], "one-assessor"),
        ([(1, 7, 10), (1, 8, 10), (2, 8, 10), (2, 7, 10)], "same-marks"),
        ([(1, 7, 10), (1, 8, 12), (2, 8, 10)], "not-estimable"),
    ],
)
def test_what_cannot_be_estimated_says_why(books, why):
    fair = fair_scores([Book(e, a, Decimal(p)) for e, a, p in books], "linear", WEIGHTS)
    assert [part.why for part in fair.parts] == [why]
    assert {score.points for score in fair.scores.values()} == {None}
    assert fair.severities == {}
    entries = list(fair.scores)
    assert fair.comparable(entries) is None
    assert standings(fair, {"": entries}, {"": Line(at_least=Decimal(10))}) == {}


def test_rasch_models_of_one_category_say_so_and_constant_parts_count_as_they_are():
    _true, _strict, _books, marks = season(5, entries=12, assessors=4)
    flat = [Mark(m.entry, m.assessor, m.part, Fraction(1, 2)) for m in marks]
    books = [Book(e, a, Decimal(50 + a % 2)) for e, a in {(m.entry, m.assessor) for m in marks}]
    fair = fair_scores(books, "rsm", WEIGHTS, lambda: flat)
    assert [part.why for part in fair.parts] == ["not-estimable"]
    _true, _strict, books, marks = season(5, entries=40)
    coarse = [
        Mark(m.entry, m.assessor, m.part, Fraction(round(m.share * 4), 4))
        for m in marks
        if m.part != "p0"
    ]
    same = [Mark(b.entry, b.assessor, "p0", Fraction(1)) for b in books]
    full = fair_scores(books, "pcm", WEIGHTS, lambda: [*coarse, *same])
    without = fair_scores(
        books, "pcm", {p: w for p, w in WEIGHTS.items() if p != "p0"}, lambda: coarse
    )
    assert full.parts[0].why == ""
    for entry, score in full.scores.items():
        assert abs(score.points - without.scores[entry].points - 10) <= Decimal("0.01")


def test_parts_without_common_assessors_are_told_apart():
    _true, _strict, one, _m = season(6, entries=6, assessors=4, each=3)
    two = [Book(b.entry + 50, b.assessor + 50, b.points) for b in one]
    fair = fair_scores([*one, *two, Book(99, 999, Decimal(50))], "linear", WEIGHTS)
    assert [(len(p.entries), p.why) for p in fair.parts] == [(6, ""), (6, ""), (1, "one-entry")]
    assert fair.scores[0].points == fair.scores[50].points
    assert fair.comparable([0, 1]) is fair.parts[0]
    assert fair.comparable([0, 51]) is None
    assert fair.comparable([99]) is None
    groups = {"a": [0, 1, 2], "b": [50, 51], "both": [3, 53]}
    found = standings(fair, groups, {"a": Line(places=1)})
    assert set(found) == {0, 1, 2, 50, 51}
    assert found[50].chance is None


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_scorebooks_does_not_matter(random):
    _true, _strict, books, _m = season(3, entries=6, assessors=4, each=3)
    shuffled = random.sample(books, len(books))
    one, two = fair_scores(books, "linear", WEIGHTS), fair_scores(shuffled, "linear", WEIGHTS)
    assert (one.scores, one.severities) == (two.scores, two.severities)
    line = {"": Line(places=2)}
    entries = sorted(one.scores)
    assert standings(one, {"": entries}, line) == standings(two, {"": entries[::-1]}, line)


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(1, 4), st.decimals(0, 100, places=2)),
        max_size=24,
        unique_by=lambda row: row[:2],
    )
)
@settings(max_examples=40, deadline=None)
def test_any_scorebooks_give_points_within_the_scale_or_a_reason(rows):
    books = [Book(*row) for row in rows]
    fair = fair_scores(books, "linear", WEIGHTS)
    assert set(fair.scores) == {book.entry for book in books}
    for score in fair.scores.values():
        if fair.parts[score.part].why:
            assert (score.points, score.low, score.high) == (None, None, None)
        else:
            assert 0 <= score.low <= score.points <= score.high <= MOST
    entries = sorted(fair.scores)
    for line in (Line(), Line(places=2), Line(at_least=Decimal(50))):
        for each in standings(fair, {"": entries}, {"": line}).values():
            assert 1 <= each.rank_low <= each.rank_high <= len(entries)
            assert each.chance is None or 0 <= each.chance <= 1
            assert each.right is None or (each.right >= Decimal("0.5") and each.gain >= 0)


def test_zones_at_a_threshold_and_at_a_number_of_places():
    true, strict, books, _m = season(8, entries=30, assessors=8, noise=6.0)
    fair = fair_scores(books, "linear", WEIGHTS)
    level = fmean(strict.values())
    entries = sorted(true)
    at = standings(fair, {"": entries}, {"": Line(at_least=Decimal(50))})
    for entry, each in at.items():
        if each.zone == "yes":
            assert true[entry] - level > 46
        if each.zone == "no":
            assert true[entry] - level < 54
    assert {each.zone for each in at.values()} == {"yes", "discuss", "no"}
    top = standings(fair, {"": entries}, {"": Line(places=10)})
    assert abs(sum(each.chance for each in top.values()) - 10) < Decimal("0.05")
    close = min(top.values(), key=lambda each: abs(each.chance - Decimal("0.5")))
    clear = max(top.values(), key=lambda each: each.chance)
    assert close.zone == "discuss"
    assert close.right < clear.right
    assert close.gain > clear.gain
    assert {e.zone for e in standings(fair, {"": entries}, {"": Line(places=0)}).values()} == {"no"}
    assert {e.zone for e in standings(fair, {"": entries}, {"": Line(places=40)}).values()} == {
        "yes"
    }


def test_chances_are_calibrated():
    """Of entries said to be among the best with a chance of p, a share of about p is."""
    said, right = [], []
    for seed in range(30):
        true, _strict, books, _m = season(seed, entries=16, assessors=6, each=3, noise=5.0)
        fair = fair_scores(books, "linear", WEIGHTS)
        best = sorted(true, key=true.get)[-5:]
        for entry, each in standings(fair, {"": sorted(true)}, {"": Line(places=5)}).items():
            said.append(float(each.chance))
            right.append(entry in best)
    for low, high in itertools.pairwise((0.1, 0.35, 0.65, 0.9)):
        mine = [ok for p, ok in zip(said, right, strict=True) if low <= p < high]
        middle = fmean(p for p in said if low <= p < high)
        assert abs(fmean(mine) - middle) < 0.2


def test_the_careless_are_found_and_nobody_else():
    _true, _strict, books, marks = season(2, entries=40, assessors=10, careless={103})
    found = panel(marks, books)
    assert {h.assessor for h in found.habits if h.code == "erratic"} == {103}
    assert found.spread[103] > 1.5
    kept = Ratings.from_columns(
        [m.entry for m in marks], [m.assessor for m in marks],
        [float(m.share) for m in marks], [m.part for m in marks],
    )  # fmt: skip
    assert found.alpha == pytest.approx(alpha(kept, "interval"))
    assert found.icc_agreement < found.icc_consistency < 1
    assert sum(found.shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("entries", "assessors", "each", "halo"),
    [(40, 10, 4, 6.0), (60, 30, 5, 9.0), (30, 8, 3, 0.0), (30, 8, 2, 9.0), (24, 4, 4, 12.0)],
)
def test_in_honest_seasons_at_most_one_assessor_of_a_hundred_is_named(
    entries, assessors, each, halo
):
    named = judged = 0
    for seed in range(3):
        _true, _strict, books, marks = season(
            1000 + seed, entries=entries, assessors=assessors, each=each, halo=halo
        )
        habits = panel(marks, books).habits
        named += len({who for h in habits for who in (h.assessor, h.other) if who is not None})
        judged += assessors
    assert named <= judged / 100


@settings(max_examples=4, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), each=st.integers(5, 6), halo=st.floats(0, 10))
def test_planted_copies_are_found_and_nobody_else_is_named_for_them(seed, each, halo):
    _true, _strict, books, marks = season(
        seed, entries=50, assessors=9, each=each, halo=halo, copies={105: 104}
    )
    alike = {(h.assessor, h.other) for h in panel(marks, books).habits if h.code == "alike"}
    assert alike == {(104, 105)}


def test_few_scorebooks_are_no_habit():
    """Five scorebooks of an assessor say nothing, however odd they are."""
    _true, _strict, books, marks = season(3, entries=5, assessors=5, each=5, careless={103})
    assert panel(marks, books).habits == ()


def test_the_d_study_says_how_many_assessors_it_takes():
    _true, _strict, books, marks = season(4, entries=40, assessors=10, severity=8.0, noise=8.0)
    found = panel(marks, books)
    assert found.assessors_now == 4
    rows = {row.assessors: row for row in found.study}
    assert all(row.raw < row.fair for row in found.study)
    assert [row.fair for row in found.study] == sorted(row.fair for row in found.study)
    assert found.needed is None or rows[found.needed].fair >= 0.8
    assert found.needed is None or found.needed == 1 or rows[found.needed - 1].fair < 0.8
    assert rows[4].fair == pytest.approx(found.fair_now)


def test_one_impression_for_all_parts_is_told():
    _true, _strict, books, marks = season(9, entries=30, assessors=6)
    own = {(b.entry, b.assessor): b for b in books}
    flat = [
        Mark(m.entry, m.assessor, m.part, Fraction(round(own[m.entry, m.assessor].points / 5), 20))
        if m.assessor == 102 else m
        for m in marks
    ]  # fmt: skip
    habits = {(h.code, h.assessor) for h in panel(flat, books).habits}
    assert ("smooth", 102) in habits or ("halo", 102) in habits
    assert not any(code in ("smooth", "erratic") and who != 102 for code, who in habits)


def test_nothing_gives_nothing_and_too_little_says_so():
    assert fair_scores([], "linear", WEIGHTS).scores == {}
    assert panel([], []).why == "nothing"
    assert panel([], [Book(1, 2, Decimal(3))]).why
