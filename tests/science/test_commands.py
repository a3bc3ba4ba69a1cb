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


def test_ranks_print_the_zone(file):
    answer = run("ranks", file, *COLUMNS, "--top", 5)
    assert answer.exit_code == 0
    assert "clear yes" in answer.output


def test_wrong_input_ends_with_a_clear_line(file, tmp_path):
    assert "no such column; the file has student" in run("fair-scores", file).output
    bad = tmp_path / "bad.csv"
    bad.write_text("student,rater,domain,mark\n1,a,x,2\n1,b,x,good\n", encoding="utf-8")
    answer = run("fair-scores", bad, *COLUMNS)
    assert answer.exit_code == 1
    assert "row 2: score 'good', expected a number" in answer.output
