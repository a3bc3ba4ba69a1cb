"""What a secretary gives to enter a list: a file or pasted rows, and what its columns hold."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.registry import queries
from laureat.registry.actions.importing import Known
from laureat.registry.forms.cards import offer
from laureat.registry.lists import (
    FACTS,
    Columns,
    Reading,
    Table,
    columns_of,
    read_lines,
    read_table,
    table_of,
)
from laureat.registry.lists.workbooks import letters
from laureat.registry.permissions import served_regions

_SAMPLES = 3


class ListForm(forms.Form):
    """A list of organisations. What the file held travels in `text`: a browser forgets files."""

    file = forms.FileField(
        label=_("File (XLSX, CSV, TXT)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=_(
            "Of a workbook the first sheet is read. Columns may stand in any order: their headings "
            "tell what they hold, and you can correct that on the next page."
        ),
        error_messages={"empty": _("The file is empty: choose another one.")},
    )
    text = forms.CharField(
        label=_("or rows pasted from a table"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "wrap": "off"}),
        help_text=_("With the row of headings."),
    )
    region = forms.ChoiceField(
        label=_("Region of those that name none"),
        required=False,
    )
    known = forms.ChoiceField(
        label=_("What the list says of organisations that are in the register already"),
        required=False,
        initial=Known.FILL,
        widget=forms.RadioSelect,
        choices=[
            (Known.FILL, _("fill in what the register lacks, and take over what is ticked below")),
            (Known.TICKED, _("take over only what is ticked below")),
            (Known.ALL, _("take over everything the list says")),
        ],
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """Fingerprint of what was looked at."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """With the regions that `user` keeps."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.table: Table = Table({})
        self.columns = Columns(0, (), ())
        self.reading: Reading | None = None
        served = served_regions(user)
        own = [
            (each.code, localised(each, "name"))
            for each in queries.regions()
            if served is None or each.code in served
        ]
        several = served is None or len(own) > 1
        offer(self, "region", [("", _("— none —")), *own] if several else list(own))

    def clean(self) -> dict[str, Any]:
        """Read the table, tell what its columns hold, compare its lines with the register."""
        data = super().clean() or self.cleaned_data
        data["known"] = Known(data.get("known") or Known.FILL)
        self._put("known", data["known"])  # shown as chosen
        if self.errors:
            return data
        try:
            self._read(data)
        except Refused as refused:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused))
        return data

    def _read(self, data: dict[str, Any]) -> None:
        if data.get("file"):
            self.table = read_table(data["file"].read())
            self._put("text", self.table.text())
        else:
            self.table = table_of(data.get("text", ""))
        if not self.table.rows:
            raise Refused(gettext("Choose a file, or paste the rows of a table."), field="file")
        self.columns = self._chosen(columns_of(self.table), fresh=bool(data.get("file")))
        self.reading = read_lines(
            self.table, self.columns, region=data.get("region", ""), user=self.user
        )
        if not self.reading.lines:
            self.reading = None
            raise Refused(gettext("Below the headings the table is empty."), field="file")

    def _put(self, name: str, value: str) -> None:
        """Go on as if `value` had been sent: the rows of a file as if they had been pasted."""
        data = cast("QueryDict", self.data).copy()
        data[name] = value
        self.data = data

    def _chosen(self, told: Columns, *, fresh: bool) -> Columns:
        """What each column holds: as somebody said on the page, else as the headings tell."""
        if fresh or f"column_{len(told.facts) - 1}" not in self.data:
            return told
        facts = [str(self.data.get(f"column_{place}", "")) for place in range(len(told.facts))]
        for place, fact in enumerate(facts):
            if fact and fact not in FACTS:
                facts[place] = ""
            elif fact and fact in facts[:place]:
                self.columns = told
                raise Refused(
                    gettext("Two columns hold “%(fact)s”: choose one of them.")
                    % {"fact": FACTS[fact]}
                )
        return Columns(told.last, told.titles, tuple(facts))

    def column_rows(self) -> list[dict[str, Any]]:
        """For the page: each column with its title, what it holds, the first of its values."""
        rows = []
        for place, (title, fact) in enumerate(
            zip(self.columns.titles, self.columns.facts, strict=True)
        ):
            values = [
                cells[place]
                for number, cells in self.table.rows.items()
                if number > self.columns.last and place < len(cells) and cells[place]
            ]
            rows.append(
                {
                    "name": f"column_{place}",
                    "letter": letters(place),
                    "title": title,
                    "fact": fact,
                    "samples": values[:_SAMPLES],
                }
            )
        return rows
