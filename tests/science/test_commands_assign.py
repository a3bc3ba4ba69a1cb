"""`laureat science assign` and `apportion`, as a statistician calls them."""

import json

import pytest
from click.testing import CliRunner

from laureat.science.commands_assign import apportion_command, assign_command
from tests.science import bids


@pytest.fixture
def run(tmp_path):
    def call(command, text, *options):
        path, target = tmp_path / "in.csv", tmp_path / "out.json"
        path.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(command, [str(path), *options, "--json", str(target)])
        told = json.loads(target.read_text(encoding="utf-8")) if target.exists() else None
        return done, told

    return call


def matrix(name):
    fit = bids.bids(name)
    lines = ["paper," + ",".join(f"r{j}" for j in range(fit.shape[1]))]
    lines += [f"p{i}," + ",".join(map(str, row)) for i, row in enumerate(fit.tolist())]
    return "\n".join(lines)


def test_a_matrix_is_assigned_and_everything_is_written(run, tmp_path):
    conflicts = tmp_path / "c.csv"
    conflicts.write_text("paper,reviewer\np0,r3\n", encoding="utf-8")
    options = ["--demand", "3", "--max-load", "6", "--min-load", "2", "--conflicts", str(conflicts)]
    done, told = run(assign_command, matrix("preflib1"), *options)
    assert done.exit_code == 0, done.output
    assert (told["objective"], told["bound"], told["gap"]) == (124.25, 124.25, 0)
    assert len(told["pairs"]) == 54 * 3
    assert {"entry": "p0", "assessor": "r3"}.items() not in [p.items() for p in told["pairs"]]
    assert min(told["loads"].values()) >= 2
    assert told["components"] == 1
    assert told["smallest_entry_sum"] == 0.75


def test_three_columns_with_names_of_ones_own(run):
    text = "who;what;fit\na;x;1\na;y;2\nb;x;3\nb;z;0.5\n"
    options = ["--entry", "who", "--assessor", "what", "--affinity-column", "fit"]
    done, told = run(assign_command, text, "--demand", "1", "--max-load", "1", "--floor", *options)
    assert done.exit_code == 0, done.output
    assert told["objective"] == 5
    assert [(p["entry"], p["assessor"]) for p in told["pairs"]] == [("a", "y"), ("b", "x")]
    assert told["floor_bound"] == 2


def test_a_cap_gives_probabilities_and_a_draw_that_the_seed_repeats(run):
    options = ["--demand", "3", "--max-load", "6", "--cap", "0.4482421875", "--seed", "2026"]
    _, told = run(assign_command, matrix("preflib1"), *options)
    _, again = run(assign_command, matrix("preflib1"), *options)
    assert told == again
    assert told["objective"] / 124.25 == pytest.approx(0.8002998459507042, abs=1e-12)
    assert max(pair["probability"] for pair in told["pairs"]) == told["cap"] == 0.4482421875


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("e,a\nx,1\ny,nan\n", [], "line 3: expected a finite number, got 'nan'"),
        ("e,a\nx,1,2\n", [], "line 2: expected 2 cells, got 3"),
        ("e,a\n", [], "at least one entry"),
        ("entry,assessor,affinity\nx,y,1\nx,y,2\n", [], "line 3: 'x' and 'y' stand there twice"),
        ("e,a\nx,1\ny,2\n", [], "2 places are to be filled, but all loads together are at most 1"),
        ("e,a\nx,1\n", ["--cap", "2"], "cap: expected a probability"),
    ],
)
def test_wrong_input_ends_with_a_clear_line(run, text, options, message):
    done, told = run(assign_command, text, "--demand", "1", "--max-load", "1", *options)
    assert (done.exit_code, told) == (1, None)
    assert message in done.output


def test_places_are_spread(run):
    done, told = run(apportion_command, "party,votes\nA,500\nB,300\nC,205\n", "--seats", "10")
    assert done.exit_code == 0, done.output
    assert told["seats"] == {"A": 5, "B": 3, "C": 2}


def test_equal_claims_stay_open_until_a_seed_is_given(run):
    _, told = run(apportion_command, "A,1\nB,1\n", "--seats", "1")
    assert (told["open"], told["tied"]) == (1, ["A", "B"])
    _, drawn = run(apportion_command, "A,1\nB,1\n", "--seats", "1", "--seed", "x")
    assert (drawn["open"], sum(drawn["seats"].values())) == (0, 1)


def test_votes_that_are_no_numbers_are_refused(run):
    for text, line in (("A,1\nB,x\n", 2), ("A,-1\n", 1), ("A,1\nA,2\n", 2), ("A\n", 1)):
        done, _ = run(apportion_command, text, "--seats", "1")
        assert done.exit_code == 1
        assert f"line {line}" in done.output
