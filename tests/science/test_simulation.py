"""Seasons that never happened: the same numbers wherever they are computed, and true ones."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import numpy as np
import pytest
from distributed import LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.simulation import Design, Labels, chart, simulate, svg, workers
from laureat.science.simulation.world import people, season

SMALL = Design(entries=30, assessors=8, criteria=4, laureates=5, halo=0.0, careless=0.1)


def played(**more):
    return simulate(SMALL, (2, 4), **{"seasons": 4, "seed": 7, **more})


@pytest.fixture(scope="module")
def study():
    return played()


def test_processes_and_threads_write_the_same_bytes(study):
    told = json.dumps(study.to_dict())
    with workers(2) as pool:
        assert json.dumps(played(executor=pool).to_dict()) == told
    with ThreadPoolExecutor(3) as pool:
        assert json.dumps(played(executor=pool).to_dict()) == told


def test_a_cluster_writes_the_same_bytes(study):
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=False
    )
    with cluster, workers(scheduler=cluster.scheduler_address) as pool:
        assert json.dumps(played(executor=pool).to_dict()) == json.dumps(study.to_dict())


def test_more_seasons_begin_with_the_same_ones_and_other_numbers_change_nothing(study):
    longer = simulate(SMALL, (2, 3, 4), seasons=6, seed=7)
    kept = [one for one in longer.seen if one.season < 4 and one.each != 3]
    assert kept == list(study.seen)
    assert played(seed=8).seen != study.seen


def test_one_more_assessor_is_one_more_layer():
    many = season(SMALL, 3, 0, 5)
    few = season(SMALL, 3, 0, 2)
    for a, b in zip(few.judges + few.marks, many.judges[:2] + many.marks[:2], strict=True):
        assert np.array_equal(a, b)
    assert len(many.ratings(3)) == 30 * 3 * 4


@settings(max_examples=40, deadline=None)
@given(
    entries=st.integers(3, 40), assessors=st.integers(2, 12), each=st.integers(1, 12),
    seed=st.integers(0, 2**40),
)  # fmt: skip
def test_loads_are_even_and_nobody_judges_an_entry_twice(entries, assessors, each, seed):
    each = min(each, assessors)
    one = season(Design(entries=entries, assessors=assessors, laureates=1), seed, 0, each)
    teams = np.column_stack(one.judges)
    assert all(len(set(team)) == each for team in teams.tolist())
    loads = np.bincount(teams.ravel(), minlength=assessors)
    assert loads.max() - loads.min() <= 2


def test_people_are_as_the_design_says():
    d = Design(
        entries=4000, assessors=4000, laureates=1, spread=1.3, severity=0.7, centrality=0.4,
        careless=0.1,
    )  # fmt: skip
    truth = people(d, 1, 0)
    assert truth.quality.std() == pytest.approx(1.3, rel=0.04)
    assert truth.severity.std() == pytest.approx(0.7, rel=0.04)
    assert truth.severity.mean() == pytest.approx(0, abs=1e-12)
    assert np.log(truth.stretch).std() == pytest.approx(0.4, rel=0.04)
    assert truth.careless.sum() in {400, 401}


def test_halo_and_noise_and_centrality_show_in_the_marks():
    base = {"entries": 1500, "assessors": 50, "laureates": 5, "severity": 0.0, "careless": 0.0,
            "halo": 0.0, "noise": 0.0, "centrality": 0.0, "spread": 0.01, "difficulty": 0.0}  # fmt: skip

    def spread(**more):
        marks = season(Design(**{**base, **more}), 1, 0, 1).marks[0]
        return marks.mean(axis=1).std(), marks.std(axis=1).mean()

    plain, haloed, noisy = spread(), spread(halo=1.0), spread(noise=1.0)
    assert haloed[0] > 1.5 * plain[0]  # a general impression moves all marks of an entry together
    assert noisy[1] > 1.1 * plain[1]  # a whim moves each by itself
    shares = []
    for careful in (0.0, 1.5):
        one = season(Design(**{**base, "centrality": careful}), 2, 0, 1)
        by = np.array([
            np.mean(np.abs(one.marks[0][one.judges[0] == j] - 2.0)) for j in range(50)
        ])  # fmt: skip
        shares.append(by.std())
    assert shares[1] > 2 * shares[0]


def test_fair_scores_beat_raw_means_where_severity_differs():
    design = Design(entries=60, assessors=12, laureates=8, severity=1.2, halo=0.0, careless=0.0)
    [row] = simulate(design, [3], seasons=12, seed=1).rows()
    assert row.right > row.right_raw + 0.05
    assert row.unmeasured == 0


def test_intervals_hold_and_chances_come_true_in_a_season_without_careless_assessors():
    """A small version of benchmarks/intervals.py."""
    design = Design(entries=60, assessors=12, laureates=8, halo=0.0, careless=0.0, centrality=0.0)
    study = simulate(design, [3, 5], seasons=16, seed=2)
    for row in study.rows():
        assert 0.86 < row.coverage < 0.94
        assert 0.8 < row.coverage_assessors < 0.98
    bins = [b for b in study.calibration() if b.entries > 40]
    assert all(abs(b.said - b.was) < 4 * np.sqrt(0.25 / b.entries) for b in bins)
    assert sum(b.entries for b in study.calibration()) == 60 * 2 * 16


def test_careless_assessors_are_found_and_counted():
    design = Design(entries=60, assessors=12, laureates=8, halo=0.0, careless=0.17)
    [row] = simulate(design, [4], seasons=8, seed=3).rows()
    assert row.careless + row.honest == 12 * 8
    assert row.careless_found >= 0.95 * row.careless > 0
    assert row.falsely <= 0.02 * row.honest


def test_percents_are_measured_by_the_linear_model():
    design = Design(
        entries=60, assessors=12, laureates=8, categories=21, severity=0.8, careless=0.0
    )
    [row] = simulate(design, [4], seasons=6, seed=4).rows()
    assert row.unmeasured == 0
    assert row.right > row.right_raw
    assert 0.8 < row.coverage < 0.97
    assert row.coverage_assessors is None


def test_one_assessor_each_cannot_be_measured_and_raw_means_decide():
    [row] = simulate(SMALL, [1], seasons=2, seed=1).rows()
    assert (row.unmeasured, row.coverage) == (2, None)
    assert row.right == row.right_raw


def test_the_answer_is_the_smallest_number_that_does_it_for_good():
    easy = Design(
        entries=12, assessors=12, criteria=12, categories=7, laureates=3, spread=3.0, severity=0.2,
        halo=0.0, careless=0.0, centrality=0.0,
    )  # fmt: skip
    study = simulate(easy, (2, 4, 8, 12), seasons=10, seed=1)
    rows, found = study.rows(), study.answer(0.9)
    reached = [row.per_entry for row in rows if row.right >= 0.9]
    assert found.needed in reached
    assert all(row.right >= 0.9 for row in rows if row.per_entry >= found.needed)
    assert found.trend is None
    hard = study.answer(0.9999999, "all")
    assert hard.needed is None or hard.needed <= 12
    assert study.answer(0.9, "clear").measure == "clear"


def test_a_goal_out_of_reach_is_answered_by_the_trend_or_not_at_all(study):
    found = study.answer(0.999)
    assert found.needed is None
    assert found.trend is None or 4 < found.trend <= SMALL.assessors
    with pytest.raises(ValueError, match=r"goal 1\.5: expected a chance"):
        study.answer(1.5)


def test_the_pictures_show_every_number(study):
    drawn = chart(study, 0.95)
    assert [line.split()[0] for line in drawn.splitlines()[1:]] == ["2", "4"]
    assert "┊ 95%" in drawn
    figure = svg(study, 0.95, Labels(title="A < B"))
    assert "A &lt; B" in figure
    assert figure.count("<circle") >= 2 * 2
    import xml.etree.ElementTree as ET

    ET.fromstring(figure)


WRONG = [
    ({"entries": 2}, "entries 2: expected a whole number from 3 up"),
    ({"entries": 10.5}, "entries 10.5: expected a whole number"),
    ({"laureates": 100}, "laureates 100: expected fewer than the 100 entries"),
    ({"halo": -0.1}, "halo -0.1: expected a number from 0 to 5"),
    ({"severity": float("nan")}, "severity nan: expected a number"),
    ({"spread": 0.0}, "expected entries that differ"),
    ({"careless": 1.0}, "careless 1.0: expected a share below 1"),
    ({"categories": 1}, "categories 1: expected a whole number from 2 up"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_designs_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Design(**change)


ANY = st.one_of(
    st.integers(-2, 200),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.just(10**9),
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([field.name for field in fields(Design)]), ANY, max_size=4))
def test_any_design_is_playable_or_names_the_option_and_what_was_expected(options):
    try:
        design = Design(**options)
    except ValueError as error:
        assert re.match(rf"({'|'.join(f.name for f in fields(Design))}) .*: expected ", str(error))  # noqa: PT017 - the other answer is a design
        return
    assert 1 <= design.laureates < design.entries
    assert design.thresholds.size == design.categories - 1
    assert np.isfinite(design.thresholds).all()


@pytest.mark.parametrize(
    ("numbers", "more", "message"),
    [
        ((), {}, "expected numbers from 1 to 8"),
        ((2, 9), {}, "expected numbers from 1 to 8"),
        ((0,), {}, "expected numbers from 1 to 8"),
        ((2,), {"seasons": 0}, "seasons 0"),
        ((2,), {"seed": -1}, "seed -1"),
        ((2,), {"margin": 2.0}, "margin 2.0"),
    ],
)
def test_wrong_requests_are_refused(numbers, more, message):
    with pytest.raises(ValueError, match=message):
        simulate(SMALL, numbers, **more)


def test_a_cluster_without_its_package_or_address_is_told(monkeypatch):
    import laureat.science.simulation.parallel as parallel

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(parallel, "import_module", missing)
    with pytest.raises(ValueError, match=r"laureat\[cluster\]"), workers(scheduler="tcp://x:1"):
        pass
    with pytest.raises(ValueError, match="processes 0"), workers(0):
        pass
