"""What the documents say exists: commands, settings, links, labels, pages, keys of the rulebook."""

import re
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from laureat.cli import laureat
from laureat.rulebook.schema import base, edition, forms, honours, letters, model, scales, stages
from laureat.rulebook.schema.loading import load_edition

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "laureat"
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
GUIDES = {"organisers.md": "ru", "organisers.en.md": "en"}
LABELLED = {**GUIDES, "assessors.md": "ru", "assessors.en.md": "en"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SETTING = re.compile(r"\bLAUREAT_[A-Z0-9_]+\b")


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    return FENCE.sub("", text)


def code(text: str) -> list[str]:
    """Inline code, and the lines of shell blocks without comments."""
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose(text))
    lines = [
        line for kind, body in FENCE.findall(text) if kind == "sh" for line in body.split("\n")
    ]
    lines += re.findall(r"^ {4}(laureat .*)$", prose(text), re.MULTILINE)
    return inline + [re.sub(r"\s+#.*$", "", line) for line in lines]


def each_document():
    return pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


# ---------------------------------------------------------------------------- commands


def words_after_laureat(line: str) -> list[str] | None:
    found = re.search(r"(?:^|\s|bin/)laureat((?:\s+[^\s|;&)…]+)+)", line)
    return found[1].split() if found else None


@each_document()
def test_every_command_named_exists(path):
    context = click.Context(laureat)
    for line in code(path.read_text(encoding="utf-8")):
        words = words_after_laureat(line)
        if not words or not re.fullmatch(r"[a-z][a-z-]*", words[0]):
            continue
        command: click.Command = laureat
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            step = command.get_command(context, words[0])
            assert step is not None, f"{path.name}: {line!r}: there is no «{words[0]}»"
            command, words = step, words[1:]
        known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
        if command.name != "manage":
            options = {word.split("=")[0].strip("[]") for word in words if "--" in word[:3]}
            assert options <= known | {"--help"}, f"{path.name}: {line!r}"


def test_operators_learn_of_every_command():
    context = click.Context(laureat)
    told = " ".join(code(text_of("operators.md")))
    for group in laureat.list_commands(context):
        command = laureat.get_command(context, group)
        names = (
            [f"{group} {each}" for each in command.list_commands(context)]
            if isinstance(command, click.Group)
            else [group]
        )
        for name in names:
            assert f"laureat {name}" in told


def test_make_words_named_exist():
    words = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path in DOCUMENTS:
        for line in code(path.read_text(encoding="utf-8")):
            named = re.search(r"(?:^|\s)make ([a-z-]+)", line)
            assert named is None or named[1] in words | {"help"}, f"{path.name}: {line!r}"


# ---------------------------------------------------------------------------- settings


def read_settings(folder: Path) -> set[str]:
    """Names that code asks the environment for."""
    asked = re.compile(
        r"(?:environ(?:\.get|\.setdefault)?[\[(]|env_?[a-z]*\(|proxies\()\s*['\"](LAUREAT_[A-Z0-9_]+)"
        r"|['\"](LAUREAT_[A-Z0-9_]+)['\"] (?:not )?in os\.environ"
    )
    return {
        one or other
        for path in folder.rglob("*.py")
        for one, other in asked.findall(path.read_text(encoding="utf-8"))
    }


def test_the_table_of_settings_is_that_of_the_code():
    table = re.findall(r"^\| `(LAUREAT_[A-Z0-9_]+)` \|", text_of("operators.md"), re.MULTILINE)
    assert len(table) == len(set(table))
    assert set(table) == read_settings(SOURCE)


@each_document()
def test_every_setting_named_exists(path):
    known = read_settings(SOURCE) | read_settings(ROOT / "tests")
    assert set(SETTING.findall(path.read_text(encoding="utf-8"))) <= known


# ---------------------------------------------------------------------------- links


def anchors(path: Path) -> set[str]:
    """As GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.+)$", prose(path.read_text(encoding="utf-8")), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings)
    return set(plain)


@each_document()
def test_every_relative_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        assert found.exists(), f"{path.name}: {target}"
        assert not anchor or anchor in anchors(found), f"{path.name}: {target}"


@each_document()
def test_every_path_of_the_repository_exists(path):
    for named in re.findall(
        r"(?<![\w/…])((?:src|tests|docs|awards|benchmarks)/[\w./-]*\w)",
        " ".join(code(path.read_text(encoding="utf-8"))),
    ):
        if named.startswith("awards/my-contest"):
            continue
        assert (ROOT / named).exists(), f"{path.name}: {named}"


# ---------------------------------------------------------------------------- pages


def url_names(resolver: URLResolver, space: str = "") -> set[str]:
    found = set()
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            found.add(f"{space}{each.name}")
        else:
            found |= url_names(each, f"{space}{each.namespace}:" if each.namespace else space)
    return found


@each_document()
def test_every_page_named_exists(path):
    names = url_names(get_resolver())
    spaces = {each.partition(":")[0] for each in names if ":" in each}
    for inline in re.findall(r"`([^`\n]+)`", prose(path.read_text(encoding="utf-8"))):
        space, colon, name = inline.partition(":")
        if colon and space in spaces and re.fullmatch(r"[a-z_]+", name):
            assert inline in names, f"{path.name}: {inline}"
        if re.fullmatch(r"/[a-z]+/[\w/-]*", inline):
            assert resolve(inline.replace("AWARD", "sandbox").replace("EDITION", "2025"))


@cache
def labels() -> dict[str, set[str]]:
    """All that the interface says, by language."""
    found: dict[str, set[str]] = {"ru": set(), "en": set()}
    for path in SOURCE.rglob("django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                for language, said in (("en", message.id), ("ru", message.string)):
                    found[language] |= {said} if isinstance(said, str) else set(said)
    return found


@pytest.mark.parametrize(("name", "language"), LABELLED.items())
def test_every_label_named_is_on_a_page(name, language):
    named = set(re.findall(r"\*\*([^*`]+)\*\*", prose(text_of(name))))
    assert named
    assert named - labels()[language] == set()


# ---------------------------------------------------------------------------- the rulebook


def yaml_blocks(name: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text_of(name)) if kind == "yaml"]


@pytest.mark.parametrize("name", GUIDES)
def test_the_keys_explained_make_a_contest_that_loads(name, tmp_path):
    award, *rest = yaml_blocks(name)
    folder = tmp_path / "my-contest"
    folder.mkdir()
    (folder / "award.yaml").write_text(award, encoding="utf-8")
    (folder / "2027.yaml").write_text("".join(rest), encoding="utf-8")
    loaded = load_edition(folder / "2027.yaml")
    assert loaded.edition.edition == "2027"
    assert loaded.notices == []


def keys_of_the_schema() -> set[str]:
    return {
        field.alias or name
        for module in (base, edition, forms, honours, letters, model, scales, stages)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, base.Node)
        for name, field in each.model_fields.items()
    }


@pytest.mark.parametrize("name", GUIDES)
def test_every_key_of_a_rulebook_is_explained(name):
    explained = set(re.findall(r"(?<![\w-])([a-z_]+):", "".join(yaml_blocks(name))))
    assert keys_of_the_schema() - explained == set()


def test_both_languages_explain_the_same_contest():
    plain = [
        [re.sub(r"\s*#.*$", "", line) for line in "".join(yaml_blocks(name)).split("\n")]
        for name in GUIDES
    ]
    assert plain[0] == plain[1]
