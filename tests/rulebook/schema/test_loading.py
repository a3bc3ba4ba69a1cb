"""Every mistake in a rulebook is reported with file, line and path, all of them at once."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from laureat.rulebook.schema import Edition
from laureat.rulebook.schema.loading import (
    content_hash,
    document_of,
    json_schema,
    load_award_folder,
    load_edition,
)
from laureat.rulebook.schema.problems import Problem, RulebookError

CANTEENS = Path(__file__).parents[2] / "awards" / "third" / "canteens"
Break = Callable[[str, str], list[Problem]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the third award that a test may spoil."""
    return Path(shutil.copytree(CANTEENS, tmp_path / "awards" / "canteens"))


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(RulebookError) as caught:
        load_edition(path)
    return caught.value.problems


@pytest.fixture
def broken(folder: Path) -> Break:
    """Replace a text of the edition's file, and see the problems."""
    path = folder / "2025.yaml"

    def replace(old: str, new: str) -> list[Problem]:
        text = path.read_text("utf-8")
        assert text.count(old) >= 1, old
        path.write_text(text.replace(old, new, 1), "utf-8")
        return problems_of(path)

    return replace


def at(line: int, column: int, path: str, message: str, expected: str = "") -> Problem:
    return Problem("canteens/2025.yaml", line, column, path, message, expected)


CASES = {
    "unknown key": (
        "entries_per_applicant: 1",
        "entries_per_aplicant: 1",
        at(
            12,
            1,
            "entries_per_aplicant",
            "unknown key 'entries_per_aplicant'",
            "'entries_per_applicant'?",
        ),
    ),
    "wrong type": (
        "year: 2025",
        "year: soon",
        at(3, 7, "year", "found 'soon'", "a whole number"),
    ),
    "out of range": ("year: 2025", "year: 1890", at(3, 7, "year", "found 1890", "at least 1990")),
    "missing key": (
        "subject: organisation\n",
        "",
        at(1, 1, "subject", "'subject' is missing", "one of organisation, product"),
    ),
    "one of": (
        "subject: organisation",
        "subject: company",
        at(5, 10, "subject", "found 'company'", "one of organisation, product"),
    ),
    "time zone": (
        "Asia/Novokuznetsk",
        "Asia/Kuzbass",
        at(6, 7, "zone", "unknown time zone 'Asia/Kuzbass'", "a name such as Europe/Moscow"),
    ),
    "missing language": (
        "title: {ru: I место, en: First place}",
        "title: {ru: I место}",
        at(69, 25, "honours[0].title.en", "'en' is missing", "a text"),
    ),
    "text for a pair": (
        "title: {ru: I место, en: First place}",
        "title: I место",
        at(
            69,
            25,
            "honours[0].title",
            "found 'I место'",
            "a text in both languages: {ru: …, en: …}",
        ),
    ),
    "list for a mapping": (
        "scorebook: {model: canteen}",
        "scorebook: [canteen]",
        at(
            54,
            16,
            "stages[1].scorebook",
            "found a list",
            "a mapping with the keys model, individual, consensus, discuss_when_spread_over, "
            "starts_from",
        ),
    ),
    "share": (
        "quorum: 2/3",
        "quorum: most",
        at(64, 13, "stages[2].quorum", "found 'most'", "a share such as 1/5, 0.2 or 20 %"),
    ),
    "share over one": (
        "quorum: 2/3",
        "quorum: 120 %",
        at(64, 13, "stages[2].quorum", "found 6/5", "a share from 0 to 1"),
    ),
    "kind of stage": (
        "kind: assessment",
        "kind: tasting",
        at(
            50,
            11,
            "stages[1].kind",
            "found 'tasting'",
            "one of intake, check, assessment, decision",
        ),
    ),
    "gate without its figure": (
        "gate: {rule: top, top: 3, per: category}",
        "gate: {rule: top, per: category}",
        at(57, 11, "stages[1].gate", "a gate of rule top without 'top'", "its figure"),
    ),
    "condition": (
        "when: answers.garden == true, overlay",
        "when: answers.garden ==, overlay",
        at(
            71,
            88,
            "honours[2].when",
            "the condition 'answers.garden ==' cannot be read at character 18: it ends too early",
        ),
    ),
    "unknown answer": (
        "when: answers.garden == true, overlay",
        "when: answers.gardens == true, overlay",
        at(
            71,
            88,
            "honours[2].when",
            "unknown form field 'gardens'",
            "one of meals, waste, garden, garden_photo",
        ),
    ),
    "gap between bands": (
        "{from: 5, to: 15, points: 4}",
        "{from: 6, to: 15, points: 4}",
        at(32, 5, "scales.waste", "gap between bands 1 and 2 (5 to 6)", "bands that touch"),
    ),
    "unknown scale": (
        "scale: hall}",
        "scale: halle}",
        at(
            42,
            126,
            "models.canteen.criteria[1].parts[0].scale",
            "unknown scale 'halle'",
            "one of taste, hall, waste",
        ),
    ),
    "closes before it opens": (
        "closes: 2025-03-28",
        "closes: 2025-03-01",
        at(
            52,
            13,
            "stages[1].closes",
            "closes 2025-03-01 23:59:59 before it opens 2025-03-03 00:00:00",
            "a later time",
        ),
    ),
    "tie-break of an unknown criterion": (
        '"criterion:food"',
        '"criterion:foot"',
        at(
            67,
            12,
            "stages[2].ties[0]",
            "unknown criterion 'foot'",
            "one of food, place, thrift",
        ),
    ),
    "same key twice": (
        "year: 2025",
        "year: 2025\nyear: 2026",
        at(4, 1, "year", "key 'year' occurs twice (first in line 3)", "one of them"),
    ),
    "number pattern": (
        "СТ-{serial:02d}",
        "СТ-{number}",
        at(
            7,
            12,
            "numbering",
            "'СТ-{number}' cannot be filled in",
            "a pattern of {year}, {region}, {serial}",
        ),
    ),
    "edition is not the file": (
        "edition: 2025",
        "edition: 2024",
        at(2, 10, "edition", "found '2024'", "'2025', as the file"),
    ),
    "award is not the folder": (
        "award: canteens",
        "award: kitchens",
        at(1, 8, "award", "found 'kitchens'", "'canteens', as in award.yaml"),
    ),
    "foreign tag": (
        "year: 2025",
        "year: !!python/object:os.system 2025",
        at(
            3,
            7,
            "year",
            "unknown tag 'tag:yaml.org,2002:python/object:os.system'",
            "no tag, or !include",
        ),
    ),
    "absolute include": (
        "year: 2025",
        "year: !include /etc/passwd",
        at(3, 7, "year", "'/etc/passwd' is an absolute path", "a relative path"),
    ),
    "include outside": (
        "year: 2025",
        "year: !include ../../secret.yaml",
        at(3, 7, "year", "'../../secret.yaml' lies outside the awards folder", "a file in it"),
    ),
    "include of a missing file": (
        "year: 2025",
        "year: !include awards.yaml",
        at(
            3,
            7,
            "year",
            "'awards.yaml' does not exist",
            "an existing file; did you mean 'award.yaml'?",
        ),
    ),
    "include of itself": (
        "year: 2025",
        "year: !include 2025.yaml",
        at(
            3,
            7,
            "year",
            "files include each other: canteens/2025.yaml → canteens/2025.yaml",
            "no circle",
        ),
    ),
    "an alias in itself": (
        "year: 2025",
        "year: 2025\ntexts: &x {a: *x}",
        at(4, 8, "texts.a", "an alias that contains itself", "no such alias"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_with_its_line_and_path(broken: Break, case: str):
    old, new, expected = CASES[case]
    assert broken(old, new) == [expected]


def test_broken_yaml_names_the_line(broken: Break):
    assert broken("scales:", "scales: a: b") == [
        at(
            23,
            10,
            "",
            "not YAML: a colon where no key can stand (a text with ': ' in it needs quotes)",
            "valid YAML 1.2",
        )
    ]


def test_all_mistakes_are_reported_at_once(folder: Path):
    path = folder / "2025.yaml"
    text = path.read_text("utf-8")
    for old, new in (
        ("year: 2025", "year: soon"),
        ("most: 20", "moost: 20"),
        ("points_from: tasting", "points_from: visit"),
        ("at_most: 1", "at_most: one"),
        ("award: canteens", "award: [1]"),
    ):
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
    (folder / "award.yaml").write_text("award: canteens\nsite: [1]\n", "utf-8")
    assert [(each.file, each.path) for each in problems_of(path)] == [
        ("canteens/2025.yaml", "award"),
        ("canteens/2025.yaml", "year"),
        ("canteens/2025.yaml", "scales.taste.most"),
        ("canteens/2025.yaml", "scales.taste.moost"),
        ("canteens/2025.yaml", "stages[2].points_from"),
        ("canteens/2025.yaml", "honours[0].at_most"),
        ("canteens/award.yaml", "about"),
        ("canteens/award.yaml", "organiser"),
        ("canteens/award.yaml", "short_title"),
        ("canteens/award.yaml", "title"),
        ("canteens/award.yaml", "site"),
    ]


def test_a_mistake_in_an_included_file_names_that_file(folder: Path):
    path = folder / "2025.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("categories:"), text.index("entries_per_applicant")
    text = f"{text[:start]}categories: !include parts/categories.yaml\n{text[end:]}"
    path.write_text(text, "utf-8")
    (folder / "parts").mkdir()
    included = folder / "parts" / "categories.yaml"
    included.write_text(
        "- {key: primary, title: {ru: А, en: A}}\n- key: secondary\n  titel: {ru: А, en: A}\n",
        "utf-8",
    )
    name = "canteens/parts/categories.yaml"
    text_pair = "a text in both languages: {ru: …, en: …}"
    assert problems_of(path) == [
        Problem(name, 2, 3, "categories[1].title", "'title' is missing", text_pair),
        Problem(name, 3, 3, "categories[1].titel", "unknown key 'titel'", "'title'?"),
    ]
    included.write_text("- {key: primary, title: {ru: А, en: A}}\n", "utf-8")
    assert load_edition(path).files == [path, included, folder / "award.yaml"]


def test_files_that_are_no_text_are_refused(folder: Path):
    path = folder / "2025.yaml"
    name = "canteens/2025.yaml"
    path.write_bytes("award: canteens\ntitle: Столовая".encode("cp1251"))
    assert problems_of(path) == [
        Problem(name, 2, 8, "", "not UTF-8: byte 0xd1", "a text saved as UTF-8")
    ]
    path.write_bytes(b"")
    assert problems_of(path) == [Problem(name, 0, 0, "", "the file is empty", "a YAML document")]
    path.write_bytes(b"# only a comment\n")
    assert problems_of(path) == [Problem(name, 0, 0, "", "the file is empty", "a YAML document")]
    path.write_bytes(b"award: a\nyear: \x07\n")
    assert problems_of(path) == [
        Problem(name, 2, 7, "", "a control character that YAML forbids", "plain text")
    ]
    path.write_bytes(b"just words\n")
    assert [(each.line, each.path, each.message) for each in problems_of(path)] == [
        (1, "", "found 'just words'")
    ]
    path.unlink()
    path.mkdir()
    assert problems_of(path) == [Problem(name, 0, 0, "", "'2025.yaml' is a folder", "a YAML file")]
    assert problems_of(folder / "2052.yaml") == [
        Problem(
            "canteens/2052.yaml",
            0,
            0,
            "",
            "'2052.yaml' does not exist",
            "an existing file; did you mean '2025.yaml'?",
        )
    ]


def test_a_small_file_that_unfolds_without_end_is_refused(folder: Path):
    path = folder / "2025.yaml"
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    path.write_text("\n".join(lines), "utf-8")
    assert "more than 200000 values" in [each.message for each in problems_of(path)]


@pytest.mark.parametrize("depth", [61, 300, 20_000])
def test_a_document_nested_without_end_is_refused(folder: Path, depth: int):
    path = folder / "2025.yaml"
    path.write_text(f"year: {'[' * depth}{']' * depth}", "utf-8")
    assert any("nested" in each.message for each in problems_of(path))


def test_a_folder_reports_the_problems_of_all_its_editions(folder: Path):
    text = (folder / "2025.yaml").read_text("utf-8")
    (folder / "2026.yaml").write_text(text, "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_award_folder(folder)
    assert [str(each) for each in caught.value.problems] == [
        "canteens/2026.yaml:2:10: edition: found '2025'; expected '2026', as the file"
    ]
    with pytest.raises(RulebookError):
        load_award_folder(folder / "nothing")


def test_a_part_that_nobody_uses_is_a_notice_not_an_error(folder: Path):
    path = folder / "2025.yaml"
    text = path.read_text("utf-8").replace("scales:", "scales:\n  spare: {input: check}", 1)
    path.write_text(text.replace("year: 2025", "year: 2025\nsource: S1", 1), "utf-8")
    assert load_edition(path).notices == [
        at(4, 9, "source", "'S1' is not in sources", "a known source"),
        at(25, 10, "scales.spare", "is not used", "a use, or nothing"),
    ]


def test_the_hash_does_not_depend_on_order_comments_or_spelling(folder: Path):
    path = folder / "2025.yaml"
    first = load_edition(path)
    yaml = YAML(typ="safe", pure=True)
    document = yaml.load(path.read_text("utf-8"))
    turned = {key: document[key] for key in reversed(document)}
    turned["stages"][2]["quorum"] = "4/6"
    turned["year"] = "2025"
    with path.open("w", encoding="utf-8") as file:
        file.write("# a comment\n")
        yaml.dump(turned, file)
    second = load_edition(path)
    assert second.content_hash == first.content_hash
    assert len(first.content_hash) == 64
    turned["stages"][2]["quorum"] = "1/2"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(turned, file)
    assert load_edition(path).content_hash != first.content_hash


def test_the_stored_document_reads_back_to_the_same_edition(folder: Path):
    loaded = load_edition(folder / "2025.yaml")
    stored = json.loads(json.dumps(document_of(loaded.edition)))
    again = Edition.model_validate(stored)
    assert again == loaded.edition
    assert content_hash(again) == loaded.content_hash


def test_editors_get_a_schema_with_explanations():
    schema = json_schema()
    gate = schema["$defs"]["Gate"]
    assert gate["description"].startswith("Who walks on at the end of a stage.")
    assert gate["additionalProperties"] is False
    assert schema["$defs"]["StageBase" if "StageBase" in schema["$defs"] else "CheckStage"][
        "properties"
    ]["for"]["description"].startswith("Only entries of which this holds")
    assert "numbers" in schema["properties"]["numbering"]["description"]


YAML_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))),
)


@given(
    st.recursive(
        YAML_SCALARS,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.text("abcяё", min_size=1), inner)
        ),
        max_leaves=12,
    )
)
def test_any_document_is_either_an_edition_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, document: object
):
    folder = tmp_path_factory.mktemp("awards") / "odd"
    folder.mkdir()
    (folder / "award.yaml").write_bytes((CANTEENS / "award.yaml").read_bytes())
    (folder / "2025.yaml").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    problems = problems_of(folder / "2025.yaml")
    assert problems
    assert all(each.file and each.message for each in problems)
