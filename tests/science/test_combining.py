"""Several assessors, one figure."""

from decimal import Decimal
from fractions import Fraction
from random import Random
from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from laureat.science.combining import Rating, combine, components, fair_points, round_half_even

points = st.decimals(0, 1000, places=2)


def test_methods_on_plain_cases():
    values = [Decimal(10), Decimal(40), Decimal(50), Decimal(100)]
    assert {method: combine(values, method) for method in ("mean", "median", "trimmed")} == {
        "mean": Decimal("50.00"),
        "median": Decimal("45.00"),
        "trimmed": Decimal("45.00"),
    }
    assert combine([Decimal(10), Decimal(40)], "trimmed") == Decimal("25.00")


def test_halves_are_rounded_to_even_and_exactly():
    assert combine([Decimal("0.01"), Decimal("0.02")], "mean") == Decimal("0.02")
    assert combine([Decimal("0.02"), Decimal("0.03")], "mean") == Decimal("0.02")
    assert round_half_even(Fraction(10**40 * 2 + 1, 10**42 * 4)) == Decimal("0.01")


@given(st.lists(st.none() | points, max_size=9))
def test_missing_is_never_zero(values):
    given_values = [value for value in values if value is not None]
    for method in ("mean", "median", "trimmed"):
        assert combine(values, method) == combine(given_values, method)
    assert (combine(values, "mean") is None) == (not given_values)


@given(st.lists(points, min_size=1, max_size=9), st.randoms())
def test_order_does_not_matter_and_the_figure_lies_among_the_values(values, random):
    shuffled = random.sample(values, len(values))
    for method in ("mean", "median", "trimmed"):
        found = combine(values, method)
        assert found == combine(shuffled, method)
        assert min(values) <= found <= max(values)


def design(seed, *, entries=24, assessors=8, each=4, severity=40.0, noise=15.0):
    random = Random(seed)
    strict = {f"a{n}": random.gauss(0, severity) for n in range(assessors)}
    true = {f"e{n}": random.uniform(200, 800) for n in range(entries)}
    ratings = [
        Rating(entry, who, Decimal(str(round(value - strict[who] + random.gauss(0, noise), 2))))
        for entry, value in true.items()
        for who in random.sample(sorted(strict), each)
    ]
    return true, strict, ratings


def rmse(found, true):
    middle = fmean(found.values()) - fmean(true.values())
    return fmean((found[key] - true[key] - middle) ** 2 for key in true) ** 0.5


def test_fair_points_are_nearer_to_the_truth_than_raw_means():
    for seed in range(5):
        true, _strict, ratings = design(seed)
        fair = fair_points(ratings)
        raw = {e: fmean(float(r.points) for r in ratings if r.entry == e) for e in true}
        assert fair.components == 1
        assert rmse({e: float(s.points) for e, s in fair.scores.items()}, true) < rmse(raw, true)


def test_severities_are_found_with_their_sign():
    _true, strict, ratings = design(1, severity=60, noise=5)
    fair = fair_points(ratings)
    middle = fmean(strict.values())
    for who, value in strict.items():
        assert abs(float(fair.severities[who].points) - (value - middle)) < 25
    strictest = max(strict, key=strict.get)
    assert max(fair.severities, key=lambda who: fair.severities[who].points) == strictest


def test_intervals_cover_about_ninety_percent():
    inside = total = 0
    for seed in range(20):
        true, strict, ratings = design(seed)
        for entry, score in fair_points(ratings).scores.items():
            shift = fmean(strict.values())
            inside += float(score.low) <= true[entry] - shift <= float(score.high)
            total += 1
    assert 0.82 <= inside / total <= 0.97


def test_equally_strict_assessors_change_nothing():
    ratings = [
        Rating(entry, who, Decimal(value))
        for entry, value in (("a", 100), ("b", 200), ("c", 300))
        for who in ("x", "y", "z")
    ]
    fair = fair_points(ratings)
    assert {entry: score.points for entry, score in fair.scores.items()} == {
        "a": Decimal("100.00"), "b": Decimal("200.00"), "c": Decimal("300.00"),
    }  # fmt: skip
    assert {each.points for each in fair.severities.values()} == {Decimal(0)}


def test_parts_without_common_assessors_are_told_apart():
    ratings = [
        Rating(entry, who, Decimal(number))
        for number, (entry, who) in enumerate(
            [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "z"), ("c", "w"), ("d", "z"),
             ("d", "w"), ("alone", "q")]
        )
    ]  # fmt: skip
    fair = fair_points(ratings)
    assert fair.components == 3
    assert fair.scores["a"].component == fair.scores["b"].component
    assert fair.scores["a"].component != fair.scores["c"].component
    assert fair.scores["alone"].points is None
    assert "q" not in fair.severities
    assert len(components((r.entry, r.assessor) for r in ratings)) == 3


@given(st.randoms(use_true_random=False))
def test_the_order_of_ratings_does_not_matter(random):
    _true, _strict, ratings = design(3, entries=6, assessors=4, each=3)
    assert fair_points(random.sample(ratings, len(ratings))) == fair_points(ratings)


def test_bounds_are_kept():
    _true, _strict, ratings = design(2, severity=400)
    fair = fair_points(ratings, least=Decimal(0), most=Decimal(1000))
    figures = [x for s in fair.scores.values() for x in (s.points, s.low, s.high)]
    assert min(figures) >= 0
    assert max(figures) <= 1000


def test_nothing_gives_nothing():
    assert fair_points([]).scores == {}
