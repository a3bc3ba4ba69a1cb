"""What a secretary types to write letters."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laureat.outreach import queries
from laureat.outreach.actions import next_number
from laureat.outreach.lists import read_file, read_list
from laureat.outreach.models import Campaign
from laureat.outreach.permissions import writable_regions
from laureat.outreach.queries.recipients import BEFORE, PICKABLE, Asked, Recipients
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.registry import queries as registry
from laureat.registry.forms import day_input, offer
from laureat.registry.models import Organisation

SHOWN_PROBLEMS = 20
"""So many wrong lines of a list are told one by one."""


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
        help_text=_(
            "Only organisations of this region; the dates in the letter are its dates too."
        ),
    )
    by = forms.ChoiceField(
        label=_("Who is on the list"),
        choices=[
            ("filter", _("all organisations of the register that fit the filters")),
            ("pick", _("organisations that fit the filters, ticked one by one on the next page")),
            ("list", _("a list of INNs")),
        ],
        widget=forms.RadioSelect,
    )
    sector = forms.ChoiceField(label=_("Line of business"), required=False)
    size = forms.ChoiceField(label=_("Size class"), required=False)
    before = forms.ChoiceField(
        label=_("Applications and honours"), required=False, choices=list(BEFORE.items())
    )
    search = forms.CharField(label=_("Words in name, INN or city"), max_length=100, required=False)
    inns = forms.CharField(
        label=_("INNs, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "Paste a column or whole rows of a table: the INN is found in each line. It means the "
            "head office; with a KPP after it, that branch."
        ),
    )
    file = forms.FileField(
        label=_("or a file (XLSX, CSV, TXT)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=_(
            "Of a workbook the first sheet is read: the column headed «ИНН» (or INN), or all."
        ),
        error_messages={"empty": _("The file is empty: choose another one.")},
    )
    skip_wrong = forms.BooleanField(
        label=_("Leave out lines with mistakes"),
        required=False,
    )
    not_again = forms.BooleanField(
        label=_("Leave out those who have this letter already"), required=False, initial=True
    )
    dated = forms.DateField(label=_("Date of the letters"), widget=day_input())
    first_number = forms.IntegerField(
        label=_("First number"),
        required=False,
        min_value=1,
        max_value=9_999_999,
        error_messages={
            "max_value": _("A serial number has at most seven digits: check what you typed.")
        },
        help_text=_(
            "The serial in the outgoing number; the letters are numbered on from it. Empty: the next "
            "free one."
        ),
    )
    answers_number = forms.CharField(
        label=_("In answer to letter No."),
        max_length=60,
        required=False,
        help_text=_("Printed in Russian: «на № … от …» (in reply to No. … of …)."),
    )
    answers_dated = forms.DateField(
        label=_("Date of that letter"), required=False, widget=day_input()
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """Fingerprint of the list that was looked at."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """The letters and regions that `user` may write."""
        self.user = user
        offered = queries.choices(user)
        self.choices, self.over = offered.letters, offered.over
        initial = kwargs.setdefault("initial", {})
        initial.setdefault("dated", today())
        if self.choices:
            edition, letters = self.choices[0]
            initial.setdefault("letter", f"{edition.uid}:{letters[0].key}")
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
        self.fields["letter"].help_text = self.too_late
        offer(self, "region", self._regions())
        offer(
            self,
            "sector",
            [("", _("all")), *((s.key, localised(s, "title")) for s in registry.sectors())],
        )
        offer(self, "size", queries.size_choices(edition for edition, _letters in self.choices))
        self.found = Recipients()
        self.problems: list[str] = []
        """All wrong lines of a list; at the field the first of them are told."""

    @property
    def too_late(self) -> str:
        """Of which contests no letter should ask for applications any more; "" if there is none."""
        if not self.over:
            return ""
        return gettext(
            "These contests take no applications any more: %(names)s. Letters to their applicants "
            "and thanks can be written; whoever is invited to apply could not."
        ) % {
            "names": ", ".join(
                f"{localised(each.award, 'short_title')} {each.year}" for each in self.over
            )
        }

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
            self._number(data)
            # Without a choice of how the list is made there is no list, least of all everybody.
            if data.get("by"):
                self.found = self._found(data)
        return data

    def _number(self, data: dict[str, Any]) -> None:
        """Without a number, the next free one; it is shown and confirmed like one that was typed."""
        if data.get("first_number") is None and {"first_number", "dated"}.isdisjoint(self.errors):
            free = next_number(data["edition"], data["template_key"], data["dated"].year)
            data["first_number"] = free
            self._put("first_number", str(free))

    def _put(self, name: str, value: str) -> None:
        """Go on as if `value` had been typed: it is shown, and sent with the next step."""
        data = cast("QueryDict", self.data).copy()
        data[name] = value
        self.data = data

    def _found(self, data: dict[str, Any]) -> Recipients:
        try:
            found = self._listed(data) if data.get("by") == "list" else self._filtered(data)
        except Refused as refused:
            self.add_error(refused.field or None, str(refused))
            return Recipients()
        # Who is reminded because no answer came has had the letter, maybe this very one.
        reminded = data.get("by") != "list" and data.get("before") == "unanswered"
        if data.get("not_again") and found.organisations and not reminded:
            queries.without_those_written_to(found, data["edition"], data["template_key"])
            if not found.organisations:
                self.add_error(
                    "not_again",
                    gettext("All of them have this letter already (%(count)d).")
                    % {"count": found.had},
                )
        return found

    def _filtered(self, data: dict[str, Any]) -> Recipients:
        asked = {name: data.get(name, "") for name in _FILTERS}
        found = queries.recipients(self.user, Asked(data["edition"], data["template_key"], **asked))
        if not found.organisations:
            told = " ".join([gettext("No organisation of the register matches."), *found.left_out])
            self.add_error("search", told)
        elif data.get("by") == "pick" and len(found.organisations) > PICKABLE:
            self.add_error(
                "search",
                gettext("%(count)d organisations match, too many to tick: narrow the filters.")
                % {"count": len(found.organisations)},
            )
        return found

    def _listed(self, data: dict[str, Any]) -> Recipients:
        text, field = data.get("inns", ""), "inns"
        if data.get("file"):
            field = "file"
            text = read_file(data["file"].read())
            # A browser forgets a file: what it held is shown, can be mended and is sent again.
            self._put("inns", text)
        found = read_list(text, self.user)
        result = Recipients(found.organisations)
        if found.problems and not data.get("skip_wrong"):
            self._tell(field, found.problems)
        elif not found.organisations and not found.problems:
            raise Refused(
                gettext("Paste the INNs of the organisations, or choose a file."), field="inns"
            )
        elif not found.organisations:
            self._tell(field, found.problems)
        else:
            result.left_out += found.problems
        return result

    def _tell(self, field: str, problems: list[str]) -> None:
        self.problems = problems
        for problem in problems[:SHOWN_PROBLEMS]:
            self.add_error(field, problem)
        others = len(problems) - SHOWN_PROBLEMS
        if others > 0:
            self.add_error(field, gettext("… and %(count)d more.") % {"count": others})

    @property
    def pickable(self) -> bool:
        """Whether the list is short enough to be ticked one by one."""
        return len(self.found.organisations) <= PICKABLE

    def ticked(self) -> set[str]:
        """The organisations that are ticked: those that were, before anybody ticked all or none."""
        if self.cleaned_data["seen"]:
            return set(cast("QueryDict", self.data).getlist("pick"))
        if self.cleaned_data["by"] == "pick":
            return set()
        return {each.uid for each in self.found.organisations}

    def changed(self) -> bool:
        """Whether the list is another one than that which was looked at."""
        return bool(self.cleaned_data["seen"] != queries.fingerprint(self.found.organisations))

    def chosen(self) -> list[Organisation]:
        """Who gets a letter: the list, or what is ticked of it."""
        if not self.pickable:
            return self.found.organisations
        ticked = self.ticked()
        return [each for each in self.found.organisations if each.uid in ticked]

    def campaign(self) -> Campaign:
        """What was typed, as a campaign that is not kept (for the preview)."""
        return Campaign(by=self.user, **self.terms())

    def terms(self) -> dict[str, Any]:
        """What was typed beside the list, as `prepare_campaign` takes it."""
        return {name: self.cleaned_data[name] for name in _TERMS}


_TERMS = (
    *("edition", "template_key", "dated", "first_number", "language", "region"),
    *("answers_number", "answers_dated"),
)
_FILTERS = ("region", "sector", "search", "size", "before")


class AddresseeForm(forms.Form):
    """To whom a letter is addressed."""

    post = forms.CharField(
        label=_("Post in the dative (to whom)"),
        max_length=200,
        help_text=_("In Russian: Генеральному директору (to the Director General)."),
    )
    name = forms.CharField(
        label=_("Name in the dative (to whom)"),
        max_length=200,
        required=False,
        help_text=_(
            "In Russian: Колосову И. П. (to I. P. Kolosov). Empty: the letter goes to the post alone."
        ),
    )
