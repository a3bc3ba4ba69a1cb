"""Files that nobody should write, and somebody will: each is refused at once, with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from laureat.rulebook.commands import award
from laureat.rulebook.schema.loading import load_edition
from laureat.rulebook.schema.problems import RulebookError

CANTEENS = Path(__file__).parents[2] / "awards" / "third" / "canteens"
GARDEN = "when: answers.garden == true}"

CASES = {
    "a tab": ("  - {key: primary", "\t- {key: primary", 10, "", "a tab"),
    "a key twice": ("subject: org", "subject: product\nsubject: org", 6, "subject", "occurs twice"),
    "a list for a number": ("year: 2025", "year: [a, b]", 3, "year", "found a list"),
    "a slip of the keyboard": (
        "category_title:", "categry_title:", 8, "categry_title", "'category_title'?",
    ),
    "a slip deep inside": (
        "at_most: 1, per: category, tone", "at_mots: 1, per: category, tone",
        69, "honours[0].at_mots", "'at_most'?",
    ),
    "a stage that waits for itself": (
        "points_from: tasting", "points_from: decision", 63, "stages[2].points_from", "tasting",
    ),
    "shares that add up to more": (
        "share: 0.6", "share: 0.7", 41, "models.canteen.criteria[0]", "add up to 44",
    ),
    "points that add up to less": (
        "points: 60", "points: 70", 38, "models.canteen", "add up to 60",
    ),
    "bands that overlap": (
        "{from: 5, to: 15, points: 4}", "{from: 4, to: 15, points: 4}", 32, "scales.waste",
        "overlap of bands 1 and 2",
    ),
    "a missing translation": (
        "{ru: Зал, en: Hall}", "{ru: Зал}", 42, "models.canteen.criteria[1].title.en", "is missing",
    ),
    "an empty translation": (
        "{ru: Зал, en: Hall}", "{ru: Зал, en: ' '}", 42, "models.canteen.criteria[1].title.en",
        "the text is empty",
    ),
    "a condition that cannot be read": (
        GARDEN, "when: answers.garden === true}", 22, "forms.application.sections[0].fields[3].when",
        "cannot be read at character 18",
    ),
    "a condition about nothing": (
        GARDEN, "when: answers.gardn == true}", 22, "forms.application.sections[0].fields[3].when",
        "'gardn'",
    ),
    "a condition without end": (
        GARDEN, f"when: '{'true || ' * 20_000}true'}}", 22,
        "forms.application.sections[0].fields[3].when", "a condition of 160004 characters",
    ),
    "a number as wide as memory": (
        'numbering: "СТ-{serial:02d}"', 'numbering: "{serial:999999999d}"', 7, "numbering",
        "makes numbers too long",
    ),
    "one number for everybody": (
        'numbering: "СТ-{serial:02d}"', 'numbering: "{serial:.0s}"', 7, "numbering",
        "cannot be filled in",
    ),
    "fewer than none": (
        "at_most: 1, per: category, tone", "at_most: -1, per: category, tone", 69,
        "honours[0].at_most", "found -1",
    ),
    "a program": (
        "year: 2025", 'year: !!python/object/apply:os.system ["id"]', 3, "year", "unknown tag",
    ),
    "somebody else's file": (
        "scales:", "questions: !include ../../../../etc/passwd\nscales:", 23, "questions",
        "outside the awards folder",
    ),
    "a day that is none": (
        "opens: 2025-02-01", "opens: 2025-02-31", 47, "stages[0].opens", "2025-02-31",
    ),
    "an end before the start": (
        "closes: 2025-02-28", "closes: 2025-01-28", 47, "stages[0].closes", "before it opens",
    ),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CANTEENS, tmp_path / "canteens"))


@pytest.mark.parametrize("case", CASES)
def test_each_names_file_line_path_and_what_is_wrong(folder: Path, case: str):
    before, after, line, path, words = CASES[case]
    file = folder / "2025.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_edition(file)
    [problem] = caught.value.problems
    assert (problem.file, problem.line, problem.path) == ("canteens/2025.yaml", line, path)
    said = f"{problem.message} — {problem.expected}"
    assert words in said
    assert len(said) < 600


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000 + "]" * 100_000,
        "".join(f"{' ' * depth}a:\n" for depth in range(1500)),
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)),
        "a: &a [*a]\n",
        "\0",
        "'",
    ],
    ids=["deep list", "deep mapping", "bomb of aliases", "alias of itself", "zero byte", "quote"],
)
def test_what_is_made_to_choke_a_reader_ends_with_an_error_and_exit_code_1(folder: Path, text: str):
    (folder / "2025.yaml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(award, ["check", str(folder)])
    assert done.exit_code == 1
    assert "2025.yaml" in done.output
