"""The rules of the house (docs/developers.md), kept by reading the source."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "laureat"
MODULES = {
    "actions",
    "admin",
    "apps",
    "commands",
    "forms",
    "models",
    "permissions",
    "queries",
    "signals",
    "urls",
    "views",
    "words",
}
WRITES = {
    "save",
    "create",
    "delete",
    "update",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
}
LONGEST = 400


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python() -> Iterator[Path]:
    return (path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts)


def rooms() -> list[Path]:
    """Every folder of `laureat` with models: `laureat/intake`, but not the shared `platform`."""
    homes = [path.parent for path in SOURCE.glob("*/models.py")]
    homes += [path.parent.parent for path in SOURCE.glob("*/models/__init__.py")]
    return sorted(homes)


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every call as (line, dotted name): `(12, "entry.save")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def in_package(path: Path, *names: str) -> bool:
    """Is this the module of that name, or part of a package of that name?"""
    return path.stem in names or bool(set(names) & set(path.parent.relative_to(SOURCE).parts))


@cache
def committed() -> list[Path]:
    """Files under version control, and those about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for line in listed.stdout.split("\0") if line and (path := ROOT / line).is_file()]


def test_every_room_holds_the_same_few_files():
    """What a room needs beyond them is a package with a name of its own, not one more loose file."""
    strangers = [
        name(path)
        for room in rooms()
        for path in room.glob("*.py")
        if path.stem not in MODULES | {"__init__"}
    ]
    assert strangers == []


def test_views_do_not_write():
    written = [
        f"{name(path)}:{line} {call}"
        for path in python()
        if in_package(path, "views")
        for line, call in calls(parse(path))
        if call.rpartition(".")[2] in WRITES and "." in call and not harmless(call)
    ]
    assert written == []


def test_only_actions_write():
    """Also forms, adapters, receivers and queries leave it to the action, which checks and locks."""
    written = []
    for path in python():
        if in_package(path, "actions", "models"):
            continue
        for node in ast.walk(parse(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            call, what = ast.unparse(node.func), node.func.attr
            of_a_table = ".objects." in call or ".filter(" in call or "_manager." in call
            named = any(each.arg in {"update_fields", "force_insert"} for each in node.keywords)
            surely = what in WRITES - {"save", "update"}
            if surely or (what in WRITES and (of_a_table or named)):
                written.append(f"{name(path)}:{node.lineno} {call}")
    assert written == []


def harmless(call: str) -> bool:
    """`update` of a plain mapping, never of a table."""
    return call.endswith(("context.update", "initial.update", "params.update", "headers.update"))


def test_views_read_through_queries():
    """A view asks `queries` and `actions`; what it asks of a table itself nobody finds again."""
    shortcuts = {"get_object_or_404", "get_list_or_404"}
    found = {}
    for path in python():
        if not in_package(path, "views"):
            continue
        tree = parse(path)
        asked = [
            f"{node.lineno} {ast.unparse(node)}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_default_manager", "_base_manager"}
        ]
        asked += [
            f"{line} {what}" for line, what in imports(tree) if what.split(".")[-1] in shortcuts
        ]
        if asked:
            found[name(path)] = asked
    assert found == {}


def test_public_pages_do_not_ask_who_reads():
    """Whoever is signed in gets the same of them: `tests/access` has one person read for all."""
    asking = re.compile(r"\buser\b|\.session\b|\bperms\b|\bpermissions?\b")
    room = SOURCE / "showcase"
    found = [
        f"{name(path)}: {said[0]}"
        for path in [*room.rglob("*.py"), *room.rglob("*.html")]
        if (said := asking.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


READERS = {
    "src/laureat/demo": "plays and shows whole seasons: it may look everywhere",
    "src/laureat/platform/access/commands.py": "a person is found by the address typed",
    "src/laureat/platform/accounts/words.py": "a held act names the person it is about",
    "src/laureat/ledger/commands.py": "verifies chains as they lie in the table",
    "src/laureat/assessment/commands.py": "goes through all stages with results",
    "src/laureat/assessment/signals.py": "a receiver finds whom its action is about",
    "src/laureat/rulebook/signals.py": "a receiver finds whom its action is about",
    "src/laureat/assessment/words.py": "subjects are declared as rows",
    "src/laureat/council/words.py": "subjects are declared as rows",
    "src/laureat/registry/words.py": "subjects are declared as rows",
    "src/laureat/rulebook/words.py": "subjects are declared as rows",
}
"""Who may ask a table beyond the files that exist for it, and why. New rooms need none of this."""


def test_tables_are_asked_where_everybody_looks_for_it():
    """What is read stands in queries, what is locked and written in actions, who may in permissions."""
    found: dict[str, list[str]] = {}
    used = set()
    for path in python():
        if in_package(path, "models", "queries", "permissions", "actions"):
            continue
        tree = parse(path)
        empty = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "none"
        }
        asked = [
            f"{node.lineno} {ast.unparse(node)}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_default_manager", "_base_manager"}
            and node not in empty
        ]
        reason = next((each for each in READERS if name(path).startswith(each)), None)
        if asked and reason:
            used.add(reason)
        elif asked:
            found[name(path)] = asked
    assert found == {}
    assert set(READERS) - used == set(), "these ask no more: take them off the list"


def test_templates_hold_no_script_and_no_style():
    """The content security policy would block them, on somebody's screen instead of here."""
    forbidden = re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*type=\"(?:application/(?:ld\+)?json|importmap)\")[^>]*>"
        r"|<style[\s>]|<[a-z][^>]*\s(?:style|on[a-z]+)=|javascript:",
        re.IGNORECASE,
    )
    found = [
        f"{name(path)}:{text.count(chr(10), 0, match.start()) + 1} {match[0][:60]}"
        for path in sorted(SOURCE.rglob("templates/**/*.html"))
        for text in [path.read_text(encoding="utf-8")]
        for match in forbidden.finditer(re.sub(r"\{#.*?#\}", "", text))
    ]
    assert found == []


def test_only_the_components_declare_markup_safe():
    """Everywhere else text stays text; who needs markup asks a component of `platform/ui`."""
    ui = SOURCE / "platform" / "ui"
    found = [
        f"{name(path)}:{line} {call}"
        for path in python()
        if not path.is_relative_to(ui)
        for line, call in calls(parse(path))
        if call.rpartition(".")[2] in {"mark_safe", "SafeString", "SafeText"}
    ]
    found += [
        f"{name(path)}:{text.count(chr(10), 0, match.start()) + 1} {match[0]}"
        for path in sorted(SOURCE.rglob("templates/**/*.html"))
        if not path.is_relative_to(ui)
        for text in [path.read_text(encoding="utf-8")]
        for match in re.finditer(r"\|\s*safe(seq)?\b|autoescape off", text)
    ]
    assert found == []


def test_only_the_clock_knows_the_time():
    """Seasons are replayed: whoever asks the machine for the time would live in another year."""
    asking = re.compile(
        r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.(now|localdate|localtime)"
        r"|time\.time)$"
    )
    found = [
        f"{name(path)}:{line} {call}"
        for path in python()
        if path != SOURCE / "platform" / "clock.py"
        for line, call in calls(parse(path))
        if asking.search(call)
    ]
    found += [
        f"{name(path)}:{line} {what}"
        for path in python()
        if path != SOURCE / "platform" / "clock.py"
        for line, what in imports(parse(path))
        if what in {"django.utils.timezone.now", "django.db.models.functions.Now"}
    ]
    assert found == []


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("laureat.rulebook.schema", {"laureat.rulebook"}),
        ("laureat.science", {"laureat.rulebook"}),
    ],
)
def test_plain_packages_load_without_django_and_without_our_other_rooms(package, allowed):
    folder = SOURCE.parent / Path(*package.split("."))
    if not folder.exists() and not folder.with_suffix(".py").exists():
        pytest.skip(f"{package} is not built yet")
    program = (
        "import importlib, json, pkgutil, sys\n"
        f"top = importlib.import_module({package!r})\n"
        f"walk = pkgutil.walk_packages(getattr(top, '__path__', []), {package + '.'!r})\n"
        "names = [importlib.import_module(found.name).__name__ for found in walk]\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = json.loads(done.stdout)
    assert "scipy.stats" not in loaded  # a third of a start; it loads at its first use
    own = {package, *allowed, "laureat", "laureat.saying", "laureat.terminal"}  # what all share
    foreign = [
        module
        for module in loaded
        if module.partition(".")[0] == "django"
        or (
            module.partition(".")[0] == "laureat"
            and module not in own
            and not module.startswith((f"{package}.", "laureat.rulebook.schema"))
        )
    ]
    assert foreign == []


def test_a_word_is_said_one_way_in_all_rooms():
    """Rooms share one catalogue at run time: of two translations one would win unnoticed."""
    said: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    for path in SOURCE.rglob("django.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="ru"):
                key = message.id if isinstance(message.id, str) else message.id[0]
                ways = said.setdefault((message.context, key), {})
                ways.setdefault(str(message.string), []).append(path.parts[-5])
    assert {key: ways for key, ways in said.items() if key[1] and len(ways) > 1} == {}


def test_no_file_passes_four_hundred_lines():
    long = {
        name(path): lines
        for path in python()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}, "split each into a package of the same name"


def test_committed_files_name_no_package_index_and_no_place_on_somebodys_machine():
    """Each pattern is put together from pieces, so that this file does not find itself."""
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "registry" + ".npmjs", "deb" + ".debian.org"]
    words = [re.escape(host) for host in hosts]
    words += ["file:/" + "//", "--index" + "-url", "--find" + "-links[ =]", "/opt/" + "pypi"]
    words += ["/home/" + r"[a-z]+/", "/root/" + r"[.\w]", "/Users/" + r"[A-Za-z]", "/work/" + r"\w"]
    forbidden = re.compile(r"(?<![\w.])(?:" + "|".join(words) + ")")
    found = []
    for path in committed():
        content = path.read_bytes()
        if b"\0" in content[:4096]:
            continue
        text = content.decode("utf-8", "replace")
        found += [
            f"{name(path)}:{text.count(chr(10), 0, match.start()) + 1} {match[0]}"
            for match in forbidden.finditer(text)
        ]
    assert found == []


def test_every_dependency_is_explained_and_every_explanation_has_its_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = [*project["project"]["dependencies"]]
    groups = [*project["dependency-groups"].values()]
    for group in [*groups, *project["project"]["optional-dependencies"].values()]:
        listed += [line for line in group if isinstance(line, str)]
    wanted = {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0].lower() for line in listed}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    assert {"left out": wanted - explained, "no longer used": explained - wanted} == {
        "left out": set(),
        "no longer used": set(),
    }


def test_locked_packages_have_hashes_and_nothing_else():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
        shape = re.compile(r"[a-z0-9.-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
        assert [line for line in lines if not shape.fullmatch(line)] == []
