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
from laureat.intake.queries.facts import facts, form_of
from laureat.intake.queries.stages import intake_stages, may_still_change, why_closed
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
    attachment: Attachment | None = None
    required: bool = True

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

    def differs_from(self, typed: Any) -> bool:
        """Whether what was typed means something else than what is saved."""
        try:
            return clean(self.field, typed) != self.value
        except Refused:
            return True


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
    entry: Entry
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
        entry = self.entry
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


def pages_of(entry: Entry) -> list[Page]:
    """All sections of the form (three queries: history, files, intake)."""
    known = facts(entry)
    current = entry.attachments.filter(replaced_at__isnull=True).select_related("file")
    files = {attachment.field: attachment for attachment in current}
    intakes = intake_stages(entry.edition)
    stage = next((each for each in intakes if each.region in ("", entry.region)), None)
    form = form_of(entry.edition)
    lacking: dict[str, dict[str, str]] = {}
    for gap in gaps(form, entry.answers, files, known):
        lacking.setdefault(gap.section, {})[gap.field.key] = gap.message
    closed = why_not_changed(entry, stage)
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
            entry=entry,
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


def page_of(entry: Entry, key: str) -> Page | None:
    """One section, with the others beside it."""
    return next((page for page in pages_of(entry) if page.key == key), None)


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
