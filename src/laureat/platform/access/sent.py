"""What somebody sent, in words: what they read before a held act goes on (proof.py).

Every room says in its `words.py`, by the name of the address, what is told of what was sent there:

    SENT = {"council:seat": Sent("panel", "edition", fields={"email": _("E-mail"), …})}

Fields that nobody reads (tokens, buttons) are not named and not told. A thing is named only to those
who may know its name anyway, so that nobody learns it by sending a form to its address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.translation import get_language, get_language_from_path, override
from django.utils.translation import gettext as _

from laureat.platform import words
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import current

Fields = Mapping[str, list[str]]
Fact = tuple[str, str]
"""What it is called, what it is."""


@dataclass(frozen=True)
class Sent:
    """How what is sent to one address is told."""

    kind: str = ""
    """The kind of thing (see SUBJECTS) that the address names by its `uid`."""
    contest: str = ""
    """Where the thing keeps its contest; nothing where it is one itself."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Labels of what is typed and chosen, by field, in the order of the form."""
    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the codes of a field are called; what has no name here is not told."""
    each: Mapping[str, str] = field(default_factory=dict)
    """Fields called `decide:<uid>`: the kind of thing that the uid names, by the prefix."""
    also: Callable[[User, Mapping[str, Any], Fields], Iterable[Fact]] | None = None
    """What else there is to say: (who asks, the address's parts, the fields)."""


def told(user: User, path: str, pairs: Iterable[tuple[str, str]]) -> list[Fact]:
    """What was sent to `path`, as `user` may read it."""
    address = path.partition("?")[0]
    try:
        with override(get_language_from_path(address) or get_language()):
            match = resolve(address)
    except Resolver404:
        return []
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    way = words.tables().sent.get(match.view_name)
    if way is None:
        return []
    found = _thing(user, way, match.kwargs)
    found += way.also(user, match.kwargs, fields) if way.also else []
    for name, label in way.fields.items():
        for value in fields.get(name, []):
            shown = str(way.codes[name].get(value, "")) if name in way.codes else value.strip()
            if shown:
                found.append((str(label), shown))
    return found + _each(user, way, fields)


def _thing(user: User, way: Sent, parts: Mapping[str, Any]) -> list[Fact]:
    """The contest and the thing that the address names."""
    if "award" in parts and "edition" in parts:
        return [(_("Contest"), words.contest(f"{parts['award']}/{parts['edition']}").name)]
    known = words.tables().subjects.get(way.kind)
    if known is None or known.seen is None:
        return []
    row = _named(known, known.seen(user).filter(uid=parts.get("uid", "")), way.contest)
    title = str(known.title)
    found = [(title[:1].upper() + title[1:], row[0])] if row else []
    if row and row[1]:
        found.insert(0, (_("Contest"), row[1]))
    return found


def _named(subject: words.Subject, rows: Any, contest: str) -> tuple[str, str] | None:
    """The thing's name and its contest's, in the reader's language."""
    titles = [f"{contest}__title_{language}" for language in ("ru", "en")] if contest else []
    row = words.columns(subject, rows).values_list("word_ru", "word_en", *titles).first()
    if row is None:
        return None
    pick = _pick(*row[:2])
    return pick, _pick(*row[2:]) if titles else ""


def _pick(ru: str, en: str) -> str:
    return str((en or ru) if current() == "en" else (ru or en)).strip()


def _each(user: User, way: Sent, fields: Fields) -> list[Fact]:
    """What was decided of each of several things."""
    found = []
    for prefix, kind in way.each.items():
        subject = words.tables().subjects[kind]
        if subject.seen is None:
            continue
        said = {
            name.removeprefix(prefix): str(way.codes[prefix].get(values[-1], ""))
            for name, values in fields.items()
            if name.startswith(prefix)
        }
        rows = subject.seen(user).filter(uid__in=said)
        names = words.columns(subject, rows).values_list("word_uid", "word_ru", "word_en")
        found += [(_pick(ru, en), said[uid]) for uid, ru, en in names if said[uid]]
    return sorted(found)
