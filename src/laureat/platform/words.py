"""What codes are called: what the journals record, whom it is about, kinds of mail, journals.

Every room says it in a file `words.py` with up to five tables, all optional; one with actions says
what it is called itself:

    TITLE = _("Intake of applications")
    ACTIONS = {"entry": {"entry.started": _("Application begun"), …}}   by kind of subject
    SUBJECTS = {"entry": Subject(_("application"), …)}                   the kinds it owns
    MAIL = {"entry-submitted": _("Receipt of an application")}
    CHAINS = {"registry/organisations": _("Register …")}                 journals of no edition
    SENT = {"honours:revoke": Sent("honour", …)}                         see access/sent.py

They are found by the name of the file, so nothing is registered anywhere. Tests refuse an action
or a kind of mail without words in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db.models import CharField, Expression, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from laureat.platform.access.scopes import scopes
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import current
from laureat.platform.i18n.search import search_key

Column = str | Expression
Rows = list[tuple[str, str, str, str, str]]
"""Kind, uid, Russian and English name, identifier for the address."""


@dataclass(frozen=True)
class Subject:
    """A kind of thing that records are about; they name one by its `uid`."""

    title: Any
    seen: Callable[[User], QuerySet[Any]] | None = None
    """Those of them whose names a reader may know; without it nobody reads more than the kind."""
    ru: Column = ""
    en: Column = ""
    page: str = ""
    """Name of the address of its page, or of the page that it is shown on."""
    link: str = "uid"
    """The identifier that the address takes."""


@dataclass(frozen=True)
class Tables:
    """All rooms' words."""

    actions: dict[str, Any] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    """Kind of subject by action."""
    rooms: dict[str, Any] = field(default_factory=dict)
    """Title of the room by action."""
    subjects: dict[str, Subject] = field(default_factory=dict)
    mail: dict[str, Any] = field(default_factory=dict)
    chains: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    """How what was sent to an address is told (see access/sent.py), by the address's name."""


@dataclass(frozen=True)
class Named:
    """A subject as a reader sees it: its kind, and where they may know it, its name and page."""

    kind: str
    name: str = ""
    url: str = ""


@cache
def tables() -> Tables:
    """Read once, when all apps are ready."""
    found = Tables()
    for config in apps.get_app_configs():
        if not config.name.startswith("laureat.") or not config.module:
            continue
        if not module_has_submodule(config.module, "words"):
            continue
        said = import_module(f"{config.name}.words")
        for kind, actions in getattr(said, "ACTIONS", {}).items():
            found.actions.update(actions)
            found.about.update(dict.fromkeys(actions, kind))
            found.rooms.update(dict.fromkeys(actions, said.TITLE))
        found.subjects.update(getattr(said, "SUBJECTS", {}))
        found.mail.update(getattr(said, "MAIL", {}))
        found.chains.update(getattr(said, "CHAINS", {}))
        found.sent.update(getattr(said, "SENT", {}))
    return found


def action_name(code: str) -> str:
    """An action in words; "" where a later version than ours wrote it."""
    return str(tables().actions.get(code, ""))


def mail_name(code: str) -> str:
    """A kind of mail in words."""
    return str(tables().mail.get(code, code))


def contests() -> dict[str, Named]:
    """Journals by key: the contests, with their pages, and those that belong to no contest."""
    found = {key: Named("", str(title)) for key, title in tables().chains.items()}
    for each in scopes():
        found[f"{each.award}/{each.edition}"] = Named("", each.title, each.url)
    return found


def contest(key: str) -> Named:
    """One of them; the key itself where nobody knows it any more."""
    return contests().get(key) or Named("", key)


def action_choices(codes: Collection[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Those of the actions `codes` that have words, to choose from: by room, in alphabetical order."""
    known = tables()
    groups: dict[str, list[tuple[str, str]]] = {}
    for code in known.actions.keys() & set(codes):
        groups.setdefault(str(known.rooms[code]), []).append((code, str(known.actions[code])))
    return [
        (title, sorted(groups[title], key=lambda row: search_key(row[1])))
        for title in sorted(groups, key=search_key)
    ]


def columns(subject: Subject, found: QuerySet[Any]) -> QuerySet[Any]:
    """`found` with the names of its rows: word_uid, word_ru, word_en, word_link."""

    def said(column: Column) -> Any:
        return F(column) if isinstance(column, str) else column

    return found.annotate(
        word_uid=F("uid"),
        word_ru=said(subject.ru),
        word_en=said(subject.en),
        word_link=F(subject.link),
    ).order_by()


def _told(user: Any, uids: Callable[[str], Any]) -> Rows:
    """Names of the things that `user` may know; `uids`: which of a kind, None for none."""
    if not isinstance(user, User):
        return []
    parts = [
        columns(subject, subject.seen(user).filter(uid__in=wanted))
        .annotate(word_kind=Value(kind, output_field=CharField()))
        .values_list("word_kind", "word_uid", "word_ru", "word_en", "word_link")
        for kind, subject in tables().subjects.items()
        if subject.seen is not None and (wanted := uids(kind)) is not None
    ]
    return list(parts[0].union(*parts[1:], all=True)) if parts else []


def named(
    user: Any, records: Iterable[tuple[str, str]], told: Rows | None = None
) -> dict[tuple[str, str], Named]:
    """(action, subject) pairs in words, as `user` may know them: one query whatever they are.

    told: the names, where `sought` has asked for them already.
    """
    known, pairs = tables(), set(records)
    uids: dict[str, set[str]] = {}
    for action, uid in pairs:
        uids.setdefault(known.about.get(action, ""), set()).add(uid)
    seen = _in_words(_told(user, uids.get) if told is None else told)
    found = {}
    for action, uid in pairs:
        kind = known.about.get(action, "")
        title = str(known.subjects[kind].title) if kind else ""
        found[action, uid] = seen.get((kind, uid), Named(title))
    return found


def things(user: Any, kind: str, uids: Iterable[str]) -> dict[str, Named]:
    """Those of the things of one kind that `user` may know, by uid. One query at most."""
    wanted = set(uids)
    rows = _told(user, {kind: wanted}.get) if wanted else []
    return {uid: named for (_kind, uid), named in _in_words(rows).items()}


def _in_words(rows: Rows) -> dict[tuple[str, str], Named]:
    known, is_english = tables(), current() == "en"
    return {
        (kind, uid): Named(
            str(known.subjects[kind].title),
            str((en or ru) if is_english else (ru or en)).strip(),
            reverse(known.subjects[kind].page, args=[link]) if known.subjects[kind].page else "",
        )
        for kind, uid, ru, en, link in rows
    }


def sought(
    user: Any, rows: QuerySet[Any], column: str, text: str
) -> tuple[QuerySet[Any], Rows | None]:
    """Those `rows` whose `column` is the uid `text`, or of a thing whose name has `text` in it.

    One query, whatever is sought; the names that it found, for `named`. Names are put together from columns and no database folds
    Cyrillic as the other does, so they are compared here, by the key that all searching uses.
    """
    key = search_key(text)
    if not key or not isinstance(user, User):
        return rows.filter(**{column: text}), None
    inside = rows.order_by().values(column)
    told = _told(user, lambda _kind: inside)
    uids = {
        uid for _kind, uid, ru, en, _link in told if key in search_key(ru) or key in search_key(en)
    }
    return rows.filter(Q(**{column: text}) | Q(**{f"{column}__in": uids})), told


def english(column: str) -> Expression:
    """The English of `column`; where somebody gave none, the Russian."""
    own = NullIf(F(f"{column}_en"), Value(""))
    return Coalesce(own, F(f"{column}_ru"), output_field=CharField())


def joined(*parts: Column) -> Expression:
    """Columns one after another with a space between, for `ru` and `en` of a subject."""
    spaced: list[Any] = []
    for part in parts:
        spaced += [Value(" "), F(part) if isinstance(part, str) else part]
    return Concat(*spaced, output_field=CharField())
