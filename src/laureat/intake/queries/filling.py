"""The form of an entry as pages: which questions are asked, what is answered, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from laureat.intake.forms.answers import clean, gaps, is_asked
from laureat.intake.models import Attachment, Entry, EntryState
from laureat.intake.queries.eligibility import Eligibility, check_eligibility
from laureat.intake.queries.facts import all_fields, facts, form_of
from laureat.intake.queries.stages import intake_stages, may_still_change, why_closed
from laureat.intake.queries.working import (
    Kept,
    Working,
    as_submitted,
    being_checked,
    mark_of,
    working_copy,
)
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import moment, number
from laureat.rulebook import schema
from laureat.rulebook.models import Stage


def shown(question: schema.Field, value: Any) -> str:
    """An answer as people read it."""
    if value in (None, "", []):
        return ""
    if question.kind == "yes_no":
        return _("Yes") if value is True else _("No")
    if question.kind in ("choice", "choices"):
        wanted = value if isinstance(value, list) else [value]
        titles = {choice.key: localised(choice.title) for choice in question.choices}
        return "; ".join(titles.get(str(key), str(key)) for key in wanted)
    if question.kind == "date":
        day = parse_date(str(value))
        return moment(day, "date").shown if day else str(value)
    if question.kind in ("number", "decimal", "percent"):
        text = number(value)
        return f"{text}\u00a0%" if question.kind == "percent" else text
    return str(value)


@dataclass
class Row:
    """A question of a page with its answer or file."""

    field: schema.Field
    value: Any = None
    attachment: Kept | None = None
    required: bool = True

    @property
    def mark(self) -> str:
        """By which a page knows, when it is sent, which answer it showed."""
        return mark_of(self.value)

    @property
    def label(self) -> str:
        """The question."""
        return localised(self.field.label)

    @property
    def shown(self) -> str:
        """The answer in words."""
        return shown(self.field, self.value)

    @property
    def is_long(self) -> bool:
        """Whether the answer is a text of several lines."""
        return self.field.kind == "long_text"

    @property
    def is_file(self) -> bool:
        """Whether a file answers it."""
        return self.field.kind == "file"

    def typed(self, given: Any) -> str:
        """What was typed, in words where it can be read."""
        try:
            return shown(self.field, clean(self.field, given))
        except Refused:
            return "; ".join(given) if isinstance(given, list) else str(given)

    def differs_from(self, typed: Any) -> bool:
        """Whether what was typed means something else than what is saved."""
        try:
            return clean(self.field, typed) != self.value
        except Refused:
            return True


@dataclass(frozen=True)
class Difference:
    """A question whose answer was changed since the version that counts."""

    label: str
    before: str
    after: str


def differences(work: Working) -> list[Difference]:
    """What handing in the working copy would change, in the order of the form."""
    found = []
    for question in all_fields(work.entry.edition):
        key = question.key
        if question.kind == "file":
            old, new = work.submitted_files.get(key), work.files.get(key)
            if (old and old.file_id) == (new and new.file_id):
                continue
            before, after = _file_name(old), _file_name(new)
        else:
            was, now = work.submitted.answers.get(key), work.entry.answers.get(key)
            if was == now:
                continue
            before, after = shown(question, was), shown(question, now)
        found.append(Difference(localised(question.label), before, after))
    return found


def _file_name(kept: Kept | None) -> str:
    return kept.file.name if kept and kept.file else ""


@dataclass
class Page:
    """One section of the form."""

    key: str
    number: int
    title: str
    note: str
    rows: list[Row]
    gaps: dict[str, str]
    order: list[str]
    work: Working
    stage: Stage | None
    closed: str
    history: list[dict[str, Any]]
    intakes: list[Stage]
    all: list[Page] = field(default_factory=list)

    def asked(self) -> set[str]:
        """The keys of the questions that are asked now."""
        return {row.field.key for row in self.rows}

    @property
    def next(self) -> str:
        """The key of the following section, "" after the last."""
        return self.all[self.number].key if self.number < len(self.all) else ""

    @property
    def previous(self) -> str:
        """The key of the section before, "" before the first."""
        return self.all[self.number - 2].key if self.number > 1 else ""

    @property
    def missing(self) -> list[tuple[Row, str]]:
        """The questions without an answer, with what to do."""
        return [(row, self.gaps[row.field.key]) for row in self.rows if row.field.key in self.gaps]

    @cached_property
    def eligibility(self) -> Eligibility:
        """The conditions, held against the entry again."""
        entry = self.work.entry
        return check_eligibility(
            entry.edition,
            entry.organisation,
            entry.good,
            entry.answers,
            entry.category.key if entry.category else "",
            entry=entry,
            history=self.history,
            intakes=self.intakes,
        )


def pages_of(stored: Entry, *, working: bool = True) -> list[Page]:
    """All sections of the form (six queries at most: history, files, changes, intake, checks).

    `working`: as the applicant writes at it, if it can be changed; else as it was handed in.
    """
    intakes = intake_stages(stored.edition)
    stage = next((each for each in intakes if each.region in ("", stored.region)), None)
    closed = why_not_changed(stored, stage)
    work = working_copy(stored) if working and not closed else as_submitted(stored)
    entry, files = work.entry, work.files
    known = facts(entry)
    form = form_of(entry.edition)
    lacking: dict[str, dict[str, str]] = {}
    for gap in gaps(form, entry.answers, files, known):
        lacking.setdefault(gap.section, {})[gap.field.key] = gap.message
    pages = [
        Page(
            key=section.key,
            number=place,
            title=localised(section.title),
            note=localised(section.note) if section.note else "",
            rows=[
                Row(
                    question,
                    entry.answers.get(question.key),
                    files.get(question.key),
                    question.required,
                )
                for question in section.fields
                if is_asked(question, known)
            ],
            gaps=lacking.get(section.key, {}),
            order=[question.key for question in section.fields],
            work=work,
            stage=stage,
            closed=closed,
            history=known["history"],
            intakes=intakes,
        )
        for place, section in enumerate(form.sections, 1)
    ]
    for page in pages:
        page.all = pages
    return pages


def page_of(entry: Entry, key: str, *, working: bool = True) -> Page | None:
    """One section, with the others beside it."""
    return next((page for page in pages_of(entry, working=working) if page.key == key), None)


def why_not_changed(entry: Entry, stage: Stage | None) -> str:
    """Why the entry can no longer be changed; "" if it can."""
    if entry.state not in (EntryState.DRAFT, EntryState.SUBMITTED):
        return _("The entry is %(state)s: it can no longer be changed.") % {
            "state": entry.get_state_display()
        }
    if stage is None:
        return _("The contest is not held in the region of this entry.")
    if closed := why_closed(stage):
        return closed
    if entry.state == EntryState.SUBMITTED and not may_still_change(stage):
        return _("The deadline is over: a submitted entry can no longer be changed.")
    if entry.state == EntryState.SUBMITTED and being_checked(entry):
        return _("The secretary has begun to check this entry: it can no longer be changed.")
    return ""


def answered(entry: Entry, files: Iterable[Attachment]) -> list[tuple[str, list[Row]]]:
    """Sections with the questions that have an answer or a file, for reading (no query)."""
    attached = {attachment.field: attachment for attachment in files}
    found = []
    for section in form_of(entry.edition).sections:
        rows = [
            Row(question, entry.answers.get(question.key), attached.get(question.key))
            for question in section.fields
            if entry.answers.get(question.key) is not None or question.key in attached
        ]
        if rows:
            found.append((localised(section.title), rows))
    return found
