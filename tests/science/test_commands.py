"""`laureat science fair-scores` and `ranks`: columns by options, a table on the screen, JSON in a file."""

import csv
import json

import pytest
from click.testing import CliRunner

from laureat.science.commands import science
from tests.science.published import invented, style_ratings


def written(path, ratings):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["student", "rater", "domain", "mark"])
        for e, a, c, x in zip(
            ratings.entry, ratings.assessor, ratings.criterion, ratings.score, strict=True
        ):
            writer.writerow([ratings.entries[e], ratings.assessors[a], ratings.criteria[c], int(x)])
    return path


COLUMNS = ["--entry", "student", "--assessor", "rater", "--criterion", "domain", "--score", "mark"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    _, ratings = invented(1, entries=40, assessors=8, criteria=3)
    return written(tmp_path_factory.mktemp("ratings") / "ratings.csv", ratings)


def run(*arguments):
    return CliRunner().invoke(science, [str(a) for a in arguments], catch_exceptions=False)


def test_the_style_ratings_from_the_command_line(tmp_path):
    path = written(tmp_path / "style.csv", style_ratings())
    out = tmp_path / "out.json"
    answer = run("fair-scores", path, *COLUMNS, "--model", "rsm", "--grid", "tam", "--json", out)
    assert answer.exit_code == 0
    assert "deviance" in answer.output
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["deviance"] == pytest.approx(11925.55, abs=0.005)
    assert found["components"] == 1
    assert len(found["entries"]) == 372
    for name in ("entries", "assessors", "criteria", "thresholds"):
        assert {"measure", "se", "infit", "outfit"} <= set(found[name][0])


@pytest.mark.parametrize("model", ["rsm", "pcm", "linear"])
def test_every_model_writes_the_same_fields(file, tmp_path, model):
    out = tmp_path / "out.json"
    answer = run("fair-scores", file, *COLUMNS, "--model", model, "--json", out)
    assert answer.exit_code == 0
    assert {
        "model", "log_likelihood", "deviance", "entry_variance", "entries", "assessors", "criteria",
        "thresholds", "reliability", "components",
    } <= set(json.loads(out.read_text(encoding="utf-8")))  # fmt: skip


def test_the_same_file_gives_the_same_bytes(file, tmp_path):
    outs = [tmp_path / f"{i}.json" for i in range(2)]
    for out in outs:
        run("ranks", file, *COLUMNS, "--top", 5, "--halo", "--random-assessors", "--json", out)
    first, second = (out.read_bytes() for out in outs)
    assert first == second
    assert len(json.loads(first)["entries"]) == 40


def test_columns_with_the_usual_names_need_no_options(file, tmp_path):
    plain, out = tmp_path / "plain.csv", tmp_path / "out.json"
    text = file.read_text(encoding="utf-8").split("\n", 1)[1]
    plain.write_text("entry,assessor,criterion,score\n" + text, encoding="utf-8")
    assert run("ranks", plain, "--top", 5, "--json", out).exit_code == 0
    named = tmp_path / "named.json"
    run("ranks", file, *COLUMNS, "--top", 5, "--json", named)
    assert out.read_bytes() == named.read_bytes()


def test_ranks_print_the_zone(file):
    answer = run("ranks", file, *COLUMNS, "--top", 5)
    assert answer.exit_code == 0
    assert "clear yes" in answer.output


def test_wrong_input_ends_with_a_clear_line(file, tmp_path):
    assert "no column 'entry'; the file has student" in run("fair-scores", file).output
    bad = tmp_path / "bad.csv"
    bad.write_text("student,rater,domain,mark\n1,a,x,2\n1,b,x,good\n", encoding="utf-8")
    answer = run("fair-scores", bad, *COLUMNS)
    assert answer.exit_code == 1
    assert "bad.csv line 3: score 'good', expected a finite number" in answer.output


HEAD = "student,rater,domain,mark\n"


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", [], "the file is empty"),
        (HEAD, [], "no ratings: expected at least one row with a score"),
        (HEAD + "1,a,x\n", [], "line 2: expected 4 cells, got 3"),
        (HEAD + "1,a,x,nan\n", [], "line 2: score 'nan', expected a finite number"),
        (HEAD + "1,a,x,inf\n", [], "line 2: score 'inf', expected a finite number"),
        (HEAD + "1,a,x,7\n", ["--high", 4], "line 2: score 7 is outside the scale, expected any to 4"),
        (HEAD + "1,a,x,0\n", ["--low", 1], "line 2: score 0 is outside the scale, expected 1 to any"),
        (HEAD + ",a,x,1\n", [], "line 2: no student, expected an identifier"),
        (HEAD + "1,a,x,1\n2,a,x,1\n1,a,x,2\n", [], "line 4: '1', 'a', 'x' was rated in line 2 already"),
        (HEAD + "1,a,x,\n", ["--missing", "refuse"], "line 2: no score, expected a number"),
        ("student,rater,domain,mark,mark\n1,a,x,1,2\n", [], "column 'mark' stands there twice"),
    ],
)  # fmt: skip
def test_each_wrong_line_is_named(tmp_path, text, options, message):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    answer = run("fair-scores", path, *COLUMNS, *options)
    assert answer.exit_code == 1
    assert message in answer.output


def fitted(path, tmp_path, *options, columns=COLUMNS):
    out = tmp_path / "out.json"
    answer = run("fair-scores", path, *columns, "--json", out, *options)
    assert answer.exit_code == 0, answer.output
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("mark", "encoding", "comma"),
    [
        (";", "utf-8-sig", True),
        (";", "cp1251", True),
        ("\t", "utf-16", False),
        (",", "utf-8", False),
        ("|", "utf-8", False),
    ],
)
def test_what_spreadsheets_save_is_read(tmp_path, mark, encoding, comma):
    """Half points, columns in another order and more of them, quoted cells, a missing score, an empty line."""
    _, ratings = invented(1, entries=20, assessors=6, criteria=2)
    lines = [["оценка", "заявка, №", "примечание", "эксперт"]]
    chosen = ratings.criterion == 0
    for e, a, x in zip(
        ratings.entry[chosen], ratings.assessor[chosen], ratings.score[chosen], strict=True
    ):
        half = f"{x / 2:g}"
        lines.append([
            half.replace(".", ",") if comma else half, f"з{e}", 'он "сказал"; да|нет, вот', f"э{a}",
        ])  # fmt: skip
    lines.insert(5, ["", "з0", "", "э77"])
    path = tmp_path / "таблица.csv"
    with path.open("w", encoding=encoding, newline="") as target:
        csv.writer(target, delimiter=mark).writerows([*lines, []])
    columns = ["--entry", "заявка, №", "--assessor", "эксперт", "--score", "оценка"]
    found = fitted(path, tmp_path, columns=columns)
    assert len(found["entries"]) == 20
    assert found["notes"][0] == "lines without a score, taken as not rated: 1"
    assert [row["category"] for row in found["thresholds"]] == [0.5, 1.0, 1.5, 2.0]
    assert found["entries"][0]["id"] == "з0"


def test_weights_and_anchors_come_from_tables(file, tmp_path):
    free = fitted(file, tmp_path)
    weights, anchors = tmp_path / "w.csv", tmp_path / "a.csv"
    weights.write_text("criterion;weight\n0;1\n1;0\n2;0,5\n", encoding="utf-8")
    anchors.write_text("facet,id,measure\nassessor,0,1.5\n", encoding="utf-8")
    weighted = fitted(file, tmp_path, "--weights", weights)
    assert weighted["entries"][0]["measure"] == free["entries"][0]["measure"]
    assert weighted["entries"][0]["fair"] != free["entries"][0]["fair"]
    moved = fitted(file, tmp_path, "--anchors", anchors)
    assert moved["assessors"][0]["measure"] == 1.5
    assert moved["log_likelihood"] == pytest.approx(free["log_likelihood"], abs=1e-5)
    for option, text, message in (
        ("--weights", "0,1\n", "criterion '1' has no weight"),
        ("--weights", "0,1\n0,2\n", "w.csv line 2: '0' has a weight already"),
        ("--weights", "0,1\n1,x\n", "w.csv line 2: expected a finite number"),
        ("--anchors", "f,i,m\nrater,0,1\n", "line 2: facet 'rater', expected entry, assessor"),
        ("--anchors", "assessor,nobody,1\n", "no such assessor in the ratings"),
    ):
        target = weights if option == "--weights" else anchors
        target.write_text(text, encoding="utf-8")
        answer = run("fair-scores", file, *COLUMNS, option, target)
        assert answer.exit_code == 1
        assert message in answer.output


def test_the_json_holds_what_is_promised_for_every_model(file, tmp_path):
    for model in ("rsm", "pcm", "linear"):
        found = fitted(file, tmp_path, "--model", model)
        assert {
            "model", "log_likelihood", "deviance", "entry_variance", "entries", "assessors",
            "criteria", "thresholds", "reliability", "components",
        } <= set(found)  # fmt: skip
        for facet in ("entries", "assessors", "criteria"):
            assert {"measure", "se", "infit", "outfit"} <= set(found[facet][0])
        assert found["model"] == model
        assert found["deviance"] == pytest.approx(-2 * found["log_likelihood"])


def test_rows_may_not_be_negative(file):
    answer = run("fair-scores", file, *COLUMNS, "--rows", -3)
    assert answer.exit_code == 2
    assert "-3 is not in the range x>=0" in answer.output
    none = run("fair-scores", file, *COLUMNS, "--rows", 0)
    assert "… and 40 more" in none.output


def test_the_notes_say_which_ends_of_the_scale_are_only_those_of_the_scores(tmp_path):
    lines = ["entry,assessor,score"]
    lines += [f"{e},{a},{(e * a) % 4}" for e in range(1, 9) for a in range(1, 5)]
    lines[5] = "2,1,-1"  # a stray mark
    path = tmp_path / "ratings.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    told = "note: the scale is taken from the scores (%s): give the rules' own ends\n"
    assert told % "--low -1, --high 3" in run("fair-scores", path).output
    assert told % "--high 3" in run("fair-scores", path, "--low", -1).output
    assert (
        "is taken from the scores" not in run("fair-scores", path, "--low", -1, "--high", 3).output
    )
    refused = run("fair-scores", path, "--low", 0, "--high", 3)
    assert refused.exit_code == 1
    assert "line 6: score -1 is outside the scale, expected 0 to 3" in refused.output


@pytest.mark.parametrize("command", ["fair-scores", "ranks"])
def test_a_file_that_cannot_be_written_is_refused_before_the_work(
    file, tmp_path, command, monkeypatch
):
    monkeypatch.setattr("laureat.science.commands.ratings_of", lambda *_: pytest.fail("began"))
    more = ["--top", 3] if command == "ranks" else []
    for target in (tmp_path / "nowhere" / "x.json", tmp_path, ""):
        answer = run(command, file, *COLUMNS, *more, "--json", target)
        assert answer.exit_code == 2, answer.output
        assert "--json" in answer.output
