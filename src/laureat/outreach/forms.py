"""What a secretary types to write letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laureat.outreach import queries
from laureat.outreach.actions import next_number
from laureat.outreach.lists import List, read_file, read_list
from laureat.outreach.models import Campaign
from laureat.outreach.permissions import writable_regions
from laureat.platform.accounts.models import User
from laureat.platform.clock import now, today
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.registry import queries as registry
from laureat.registry.forms import day_input, offer
from laureat.registry.models import Organisation
from laureat.rulebook.models import Edition

MOST = 5000


class CampaignForm(forms.Form):
    """Which letter, to whom, under which number and date."""

    letter = forms.ChoiceField(label=_("Letter"))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("ru", _("Russian")), ("en", _("English"))],
        initial="ru",
        widget=forms.RadioSelect,
    )
    region = forms.ChoiceField(
        label=_("Region"),
        required=False,
        help_text=_("The dates in the letter are those of this region."),
    )
    by = forms.ChoiceField(
        label=_("Who is on the list"),
        choices=[
            ("filter", _("organisations of the register, by line of business or name")),
            ("list", _("a list of INNs")),
        ],
        initial="filter",
        widget=forms.RadioSelect,
    )
    sector = forms.ChoiceField(label=_("Line of business"), required=False)
    search = forms.CharField(label=_("Words in name, INN or city"), max_length=100, required=False)
    inns = forms.CharField(
        label=_("INNs, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("Paste a column or whole rows of a table: the INN is found in each line."),
    )
    file = forms.FileField(
        label=_("or a file (CSV, TXT)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    not_again = forms.BooleanField(
        label=_("Leave out those who have this letter already"), required=False, initial=True
    )
    dated = forms.DateField(label=_("Date of the letters"), widget=day_input())
    first_number = forms.IntegerField(
        label=_("First number"),
        min_value=1,
        max_value=9_999_999,
        help_text=_("The serial in the outgoing number; the letters are numbered on from it."),
    )
    answers_number = forms.CharField(
        label=_("In answer to letter No."),
        max_length=60,
        required=False,
        help_text=_("«на № … от …»"),
    )
    answers_dated = forms.DateField(
        label=_("Date of that letter"), required=False, widget=day_input()
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """The letters and regions that `user` may write."""
        self.user = user
        self.choices = queries.choices(user)
        initial = kwargs.setdefault("initial", {})
        initial.setdefault("dated", today())
        if self.choices:
            edition, letters = self.choices[0]
            initial.setdefault("letter", f"{edition.uid}:{letters[0].key}")
            initial.setdefault("first_number", next_number(edition, letters[0].key, now().year))
        super().__init__(*args, **kwargs)
        offer(
            self,
            "letter",
            [
                (
                    f"{edition.uid}:{each.key}",
                    (
                        f"{localised(edition.award, 'short_title')} {edition.year}: "
                        f"{localised(each, 'title')}"
                    ),
                )
                for edition, letters in self.choices
                for each in letters
            ],
        )
        offer(self, "region", self._regions())
        offer(
            self,
            "sector",
            [("", _("all")), *((s.key, localised(s, "title")) for s in registry.sectors())],
        )

    def _regions(self) -> list[tuple[str, Any]]:
        own: set[str] = set()
        everywhere = False
        for edition, _letters in self.choices:
            some = writable_regions(self.user, edition)
            everywhere = everywhere or some is None
            own |= some or set()
        named = [
            (region.code, localised(region, "name"))
            for region in registry.regions()
            if everywhere or region.code in own
        ]
        return [("", _("all regions")), *named] if everywhere else list(named)

    def clean(self) -> dict[str, Any]:
        """Find the edition and the organisations."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("answers_number")) != bool(data.get("answers_dated")) and not {
            "answers_number",
            "answers_dated",
        } & set(self.errors):
            field = "answers_dated" if data.get("answers_number") else "answers_number"
            self.add_error(
                field,
                gettext("An answer names both the number and the date of the letter it answers."),
            )
        if "letter" in data:
            uid, _colon, data["template_key"] = data["letter"].partition(":")
            data["edition"] = next(
                edition for edition, _letters in self.choices if edition.uid == uid
            )
            data["organisations"] = self._organisations(data)
        return data

    def _organisations(self, data: dict[str, Any]) -> list[Organisation]:
        chosen = self._listed(data) if data.get("by") == "list" else self._filtered(data)
        if data.get("not_again"):
            had = queries.written_to(data["edition"], data["template_key"])
            fresh = [each for each in chosen if each.pk not in had]
            if chosen and not fresh:
                self.add_error(
                    "not_again",
                    gettext("All of them have this letter already (%(count)d).")
                    % {"count": len(chosen)},
                )
            return fresh
        return chosen

    def _filtered(self, data: dict[str, Any]) -> list[Organisation]:
        rows = registry.organisations(
            self.user,
            search=data.get("search", ""),
            region=data.get("region", ""),
            sector=data.get("sector", ""),
        )
        chosen = list(rows[: MOST + 1])
        if len(chosen) > MOST:
            self.add_error(
                "search",
                gettext(
                    "More than %(most)d organisations match: choose a region or a line of business."
                )
                % {"most": MOST},
            )
        elif not chosen:
            self.add_error("search", gettext("No organisation of the register matches."))
        return chosen

    def _listed(self, data: dict[str, Any]) -> list[Organisation]:
        text, field = data.get("inns", ""), "inns"
        try:
            if data.get("file"):
                text, field = read_file(data["file"].read()), "file"
            found: List = read_list(text)
        except Refused as refused:
            self.add_error(refused.field or field, str(refused))
            return []
        if found.problems:
            shown = found.problems[:20]
            if len(found.problems) > len(shown):
                shown.append(
                    gettext("… and %(count)d more.") % {"count": len(found.problems) - len(shown)}
                )
            for problem in shown:
                self.add_error(field, problem)
        elif not found.organisations:
            self.add_error(field, gettext("Paste the INNs of the organisations, or choose a file."))
        return found.organisations

    def campaign(self) -> Campaign:
        """What was typed, as a campaign that is not kept (for the preview)."""
        data = self.cleaned_data
        return Campaign(
            edition=data["edition"],
            template_key=data["template_key"],
            language=data["language"],
            region=data["region"],
            dated=data["dated"],
            first_number=data["first_number"],
            answers_number=data["answers_number"],
            answers_dated=data["answers_dated"],
            by=self.user,
        )

    @property
    def edition(self) -> Edition:
        """The edition that was chosen."""
        edition: Edition = self.cleaned_data["edition"]
        return edition


class AddresseeForm(forms.Form):
    """To whom a letter is addressed."""

    post = forms.CharField(
        label=_("Post in the dative (to whom)"),
        max_length=200,
        help_text=_("E.g. Генеральному директору."),
    )
    name = forms.CharField(
        label=_("Name in the dative (to whom)"),
        max_length=200,
        required=False,
        help_text=_("E.g. Колосову И. П. Empty: the letter goes to the post alone."),
    )
