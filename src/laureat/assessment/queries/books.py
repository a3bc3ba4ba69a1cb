"""Scorebooks as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from laureat.assessment.actions.marks import (
    COMMENTS,
    Missing,
    TooMany,
    missing,
    model_of,
    state_of,
    too_many,
)
from laureat.assessment.models import Mark, Sample, Scorebook, ScorebookKind
from laureat.assessment.permissions import blind, see_results, sees_codes
from laureat.assessment.queries.words import (
    COMMENT_LABELS,
    part_label,
    part_number,
    share_of,
    shown_value,
)
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.rulebook import schema


def book_of(uid: str) -> Scorebook:
    """The scorebook with everything its pages need; 404 if there is none. One query."""
    row = (
        Scorebook.objects.select_related(
            "stage__edition__award",
            "stage__edition__version",
            "entry__organisation",
            "assessor",
        )
        .filter(uid=uid)
        .order_by()
        .first()
    )
    if row is None:
        raise Http404
    return row


SHORT = 12
"""Parts that are read on one page without folding."""


@dataclass
class PartRow:
    """A part in a scorebook."""

    part: schema.Part
    criterion: schema.Criterion
    weight: Decimal
    scale: Any
    book: Scorebook
    mark: Mark | None = None
    missing: list[Missing] = field(default_factory=list)
    too_many: list[TooMany] = field(default_factory=list)
    spread: Decimal | None = None
    """How far the team's own marks lie apart, in percent of the scale (consensus only)."""
    apart: bool = False
    """They lie further apart than the rule lets pass without words."""

    @property
    def key(self) -> str:
        """The part's key."""
        return self.part.key

    @cached_property
    def label(self) -> str:
        """Number and title."""
        return part_label(self.part)

    @cached_property
    def short(self) -> str:
        """The number alone."""
        return part_number(self.part)

    @cached_property
    def url(self) -> str:
        """The part's page."""
        return reverse("assessment:part", args=[self.book.uid, self.part.key])

    @property
    def value(self) -> str:
        """The mark as people say it."""
        return shown_value(self.scale, self.mark.value if self.mark else None)

    @property
    def share(self) -> Decimal | None:
        """Percent of the part's points."""
        return share_of(self.scale, self.mark)

    @property
    def points(self) -> Decimal | None:
        """Points earned."""
        return self.mark.points if self.mark else None

    @property
    def has_mark(self) -> bool:
        """Whether a mark was given."""
        return self.mark is not None and self.mark.value is not None

    @property
    def discuss(self) -> bool:
        """The team has to talk about it, and the lead to save it."""
        return self.apart and not (self.mark is not None and self.mark.settled)

    @property
    def complete(self) -> bool:
        """Nothing is to be done here before signing."""
        return not self.missing and not self.discuss

    @property
    def seen(self) -> str:
        """Which stored mark the page shows."""
        return state_of(self.mark)

    @cached_property
    def comments(self) -> list[tuple[str, list[str]]]:
        """Labels and lines of what was written."""
        return [
            (str(COMMENT_LABELS[name]), text.splitlines())
            for name in COMMENTS
            if self.mark and (text := getattr(self.mark, name))
        ]

    @property
    def untouched(self) -> bool:
        """Nothing was given or written yet."""
        return not self.has_mark and not self.comments

    @property
    def wants(self) -> str:
        """What is missing, in words."""
        words = []
        for each in self.missing:
            if each.what == "mark":
                words.append(_("the mark"))
            else:
                words.append(
                    _("%(what)s: %(have)s of %(least)s")
                    % {
                        "what": COMMENT_LABELS[each.what],
                        "have": each.have,
                        "least": each.least,
                    }
                )
        return ", ".join(words)

    @property
    def crowded(self) -> str:
        """Which comments have more lines than they should, in words."""
        return ", ".join(
            _("%(what)s: %(have)s instead of %(most)s")
            % {"what": COMMENT_LABELS[each.what], "have": each.have, "most": each.most}
            for each in self.too_many
        )


@dataclass
class Group:
    """A criterion with its parts."""

    criterion: schema.Criterion
    rows: list[PartRow]
    opened: bool = False
    """Unfolded when the page opens."""

    @property
    def points(self) -> Decimal | None:
        """Points so far."""
        given = [row.points for row in self.rows if row.points is not None]
        return sum(given, Decimal(0)) if given else None

    @property
    def single(self) -> bool:
        """A criterion that is its only part: nothing to unfold, and nothing to say twice."""
        return len(self.rows) == 1

    @property
    def untouched(self) -> bool:
        """Nothing was given or written yet."""
        return all(row.untouched for row in self.rows)

    @property
    def lacking(self) -> int:
        """Parts that lack something."""
        return sum(bool(row.missing) for row in self.rows)

    @property
    def discuss(self) -> int:
        """Parts that the team has still to talk about."""
        return sum(row.discuss for row in self.rows)

    @property
    def crowded(self) -> int:
        """Parts with comments of too many lines."""
        return sum(bool(row.too_many) for row in self.rows)


@dataclass
class Sheet:
    """A scorebook as a whole."""

    book: Scorebook
    model: schema.Model
    groups: list[Group]
    code: str = ""
    named: bool = False
    """For who runs or audits a blind stage: the entry, and the code only where they know the key."""

    @cached_property
    def rows(self) -> list[PartRow]:
        """All parts in reading order."""
        return [row for group in self.groups for row in group.rows]

    @property
    def blind(self) -> bool:
        """Whether the entry must not be named."""
        return blind(self.book.stage)

    @property
    def consensus(self) -> bool:
        """Whether it is the team's."""
        return self.book.kind == ScorebookKind.CONSENSUS

    @property
    def title(self) -> str:
        """What is judged: the entry, or the code of a sample."""
        if self.blind and not self.named:
            return _("Sample %(code)s") % {"code": self.code}
        entry = self.book.entry
        name = f"{entry.number} · {localised(entry.organisation, 'name')}"
        return f"{name} · {self.code}" if self.code else name

    @property
    def missing(self) -> list[PartRow]:
        """Parts that lack something."""
        return [row for row in self.rows if row.missing]

    @property
    def discuss(self) -> list[PartRow]:
        """Parts that the team has still to talk about."""
        return [row for row in self.rows if row.discuss]

    @property
    def crowded(self) -> list[PartRow]:
        """Parts with comments of too many lines."""
        return [row for row in self.rows if row.crowded]

    @property
    def saved_today(self) -> str:
        """The time of the last saving, where the time alone says when it was."""
        zone = get_current_timezone()
        if self.book.saved_at is None:
            return ""
        at = self.book.saved_at.astimezone(zone)
        if at.date() != now().astimezone(zone).date():
            return ""
        return date_format(at, "H:i:s")

    @property
    def next(self) -> PartRow | None:
        """The part to go on with: the first that lacks something."""
        return next(iter(self.missing), None)

    def unfold(self, *, writes: bool, everything: bool) -> None:
        """Open what the reader came for: who writes the criterion to go on with (where something is
        missing, else to discuss), who reads a short scorebook as a whole, a long one from its
        beginning.
        """
        everything |= not writes and len(self.rows) <= SHORT
        there = (self.next or next(iter(self.discuss), None)) if writes else self.rows[0]
        for group in self.groups:
            group.opened = everything or any(row is there for row in group.rows)

    @property
    def folded(self) -> bool:
        """Whether anything is left to unfold."""
        return not all(group.opened or group.single for group in self.groups)

    def row(self, key: str) -> PartRow:
        """One part; 404 if there is none."""
        for row in self.rows:
            if row.key == key:
                return row
        raise Http404

    def neighbours(self, key: str) -> tuple[PartRow | None, PartRow | None]:
        """The parts before and after."""
        rows = self.rows
        place = [row.key for row in rows].index(key)
        return (
            rows[place - 1] if place else None,
            rows[place + 1] if place + 1 < len(rows) else None,
        )


@dataclass(frozen=True)
class Unkept:
    """A rule that the team's scorebook does not keep, to be confirmed by name before signing."""

    name: str
    """undiscussed, crowded: the field of the form."""
    rows: list[PartRow]
    wrong: str = ""
    ticked: bool = False

    @property
    def keys(self) -> str:
        """Which parts it is about, for the form."""
        return " ".join(row.key for row in self.rows)

    @property
    def parts(self) -> str:
        """The same for the reader."""
        return ", ".join(row.short for row in self.rows)


def unkept_of(sheet: Sheet, wrong: Mapping[str, str], sent: Mapping[str, str]) -> list[Unkept]:
    """What the signer of a team's scorebook has to confirm; wrong: what was refused, by field; sent:
    the form, whose ticks hold for the parts they were about.
    """
    if not sheet.consensus:
        return []
    rules = {"undiscussed": sheet.discuss, "crowded": sheet.crowded}
    found = [Unkept(name, rows, wrong.get(name, "")) for name, rows in rules.items() if rows]
    return [replace(each, ticked=sent.get(each.name) == each.keys) for each in found]


def named_for(sheet: Sheet, user: User) -> Sheet:
    """The sheet as `user` may know it: of a blind stage who runs or audits it comes by the entry, and
    reads the code beside it only where they know the key.
    """
    stage = sheet.book.stage
    if sheet.blind and see_results(user, stage):
        sheet.named = True
        sheet.code = sheet.code if sees_codes(user, stage) else ""
    return sheet


def sheet_of(book: Scorebook, marks: Iterable[Mark] | None = None) -> Sheet:
    """The scorebook part by part; one query (two at a blind tasting)."""
    stage = book.stage
    model = model_of(stage)
    weights, scales = model.weights(), stage.edition.rules.scales
    by_part = {mark.part: mark for mark in (book.marks.all() if marks is None else marks)}
    lacking: dict[str, list[Missing]] = {}
    for each in missing(stage, by_part):
        lacking.setdefault(each.part, []).append(each)
    long: dict[str, list[TooMany]] = {}
    for more in too_many(stage, by_part):
        long.setdefault(more.part, []).append(more)
    groups = [
        Group(
            criterion,
            [
                PartRow(
                    part,
                    criterion,
                    weights[part.key],
                    scales[part.scale],
                    book,
                    by_part.get(part.key),
                    lacking.get(part.key, []),
                    long.get(part.key, []),
                )
                for part in criterion.parts
            ],
        )
        for criterion in model.criteria
    ]
    code = ""
    if blind(stage):
        found = Sample.objects.filter(stage=stage, entry_id=book.entry_id).values_list("code")
        code = next((code for (code,) in found), "—")
    return Sheet(book, model, groups, code)
