"""`laureat science assign` and `apportion`, as a statistician calls them."""

import json

import pytest
from click.testing import CliRunner

from laureat.science.commands_apportion import apportion_command
from laureat.science.commands_assign import assign_command
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
        ("e,a\nx,1\n", ["--cap", "nan"], "cap: expected a probability"),
    ],
)
def test_wrong_input_ends_with_a_clear_line(run, text, options, message):
    done, told = run(assign_command, text, "--demand", "1", "--max-load", "1", *options)
    assert (done.exit_code, told) == (1, None)
    assert message in done.output


@pytest.mark.parametrize(
    ("option", "value"),
    [("--cap", "2"), ("--cap", "0"), ("--loss", "-1"), ("--demand", "-1"), ("--min-load", "-1")],
)
def test_a_number_out_of_its_range_is_refused_at_its_option(run, option, value):
    done, told = run(assign_command, "e,a\nx,1\n", "--max-load", "1", option, value)
    assert (done.exit_code, told) == (2, None)
    assert option in done.output


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


PEOPLE = """assessor,lead,house,region,covers,max_load,min_load
a,yes,north,42,A;B,3,
b,no,north,54,A,3,1
c,no,south,54,B,,
d,yes,south,70,B,3,
"""
PLACES = "entry,region,demand\ne1,42,\ne2,54,2\ne3,70,\n"
FIT = "entry,a,b,c,d\ne1,9,8,1,2\ne2,1,9,8,2\ne3,1,7,8,9\n"
RULES = """rule,column,value,least,most
lead,lead,yes,1,
house,house,*,,1
own region,region,=,,0
"""


@pytest.fixture
def with_files(run, tmp_path):
    def call(*options, fit=FIT, **files):
        given = []
        for name, text in files.items():
            path = tmp_path / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            given += [f"--{name}", str(path)]
        return run(assign_command, fit, "--demand", "2", "--max-load", "3", *given, *options)

    return call


def test_rules_pins_and_wishes_come_from_tables(with_files):
    done, told = with_files(
        people=PEOPLE,
        places=PLACES,
        rules=RULES,
        pins="e1,b\n",
        wishes="entry;assessor;plus\ne3;c;0,5\n",
    )
    assert done.exit_code == 0, done.output
    teams = {}
    for pair in told["pairs"]:
        teams.setdefault(pair["entry"], set()).add(pair["assessor"])
    # e1 lies in the region of a, so d leads; e2 in that of b and c; e3 in that of d.
    assert teams == {"e1": {"b", "d"}, "e2": {"a", "d"}, "e3": {"a", "c"}}
    assert ("e1", "b", ["pinned"]) in [
        (p["entry"], p["assessor"], [r for r in p["reasons"] if r == "pinned"])
        for p in told["pairs"]
    ]
    assert told["objective"] == 8 + 2 + 1 + 2 + 1 + 8 + 0.5


def test_demand_and_loads_come_from_tables_where_they_are_there(with_files):
    done, told = with_files(people=PEOPLE.replace(",3,\n", ",1,\n", 1), places=PLACES)
    assert done.exit_code == 0, done.output
    assert told["loads"]["a"] <= 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"pins": "e1,x\n"}, "pins.csv line 1: assessor 'x' is unknown"),
        ({"conflicts": "e1,a\nzz,a\n"}, "conflicts.csv line 2: entry 'zz' is unknown"),
        ({"conflicts": "e1,a\n", "pins": "e1,a\n"}, "'e1' and 'a' are in conflict"),
        ({"wishes": "e1,a,nan\n"}, "'e1' and 'a': expected a finite number, got 'nan'"),
        ({"wishes": "e1,a\n"}, "wishes.csv line 1: expected entry, assessor and a number"),
        ({"people": "assessor,lead\nzz,yes\n"}, "line 2: assessor 'zz' has no affinities"),
        ({"people": PEOPLE, "rules": "rule,column,value\nx,age,7\n"}, "no column 'age' of people"),
        ({"people": PEOPLE, "rules": "rule,column,value\nx,lead,maybe\n"}, "nobody has 'maybe'"),
        ({"people": PEOPLE, "rules": RULES}, "no column 'region' of entries (--places)"),
        ({"people": PEOPLE, "rules": "rule,column,value,least,most\nx,lead,yes,2,1\n"}, "least is more"),
        ({"people": PEOPLE.replace(",3,1", ",-3,1")}, "max_load '-3', expected a whole number"),
        ({"conflicts": "e1,a\ne1,b\ne1,c\ne1,d\n"}, "row 1 ('e1'): 0 of 2"),
    ],
)  # fmt: skip
def test_wrong_tables_are_named_with_their_line(with_files, files, message):
    done, told = with_files(**files)
    assert (done.exit_code, told) == (1, None)
    assert message in done.output.replace("\n", " ")


def test_a_number_that_nobody_said_is_asked_for(run):
    done, _ = run(assign_command, FIT, "--max-load", "3")
    assert "demand: expected the option --demand, or a column 'demand'" in done.output


def test_connecting_says_what_it_lost(run):
    fit = "entry,a,b,c,d\ne1,9,9,1,1\ne2,9,9,1,1\ne3,1,1,9,9\ne4,1,1,9,9\n"
    options = ["--demand", "2", "--max-load", "3", "--connect", "--loss", "0.5"]
    done, told = run(assign_command, fit, *options)
    assert done.exit_code == 0, done.output
    assert (told["components"], told["lost_by_connecting"]) == (1, 8)


def test_votes_that_may_be_thousands_or_fractions_are_refused(run):
    done, _ = run(apportion_command, 'A;"1,234"\nB;2,5\n', "--seats", "1")
    assert "expected 1234 or 1.234" in done.output
    _, told = run(apportion_command, "A;2,5\nB;1,25\n", "--seats", "3")
    assert told["seats"] == {"A": 2, "B": 1}


def test_huntington_hill_and_the_seed_of_its_lot_are_written(run):
    done, told = run(
        apportion_command, "A,660\nB,100\nC,10\n", "--seats", "4", "--method", "huntington"
    )
    assert done.exit_code == 0, done.output
    assert told["seats"] == {"A": 2, "B": 1, "C": 1}
    _, told = run(apportion_command, "A,1\nB,1\n", "--seats", "1", "--seed", "minutes 12",
                  "--method", "huntington")  # fmt: skip
    assert (told["seed"], len(told["drawn"]), told["open"]) == ("minutes 12", 1, 0)
