"""What readers filter and check by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from laureat.showcase.queries.register import Asked, Facets


@dataclass(frozen=True)
class Chosen:
    """A condition that a reader chose."""

    name: str
    """Of the field of `Asked`."""
    label: str
    value: str
    without: str
    """The query string of the page without it."""


_ASKED = {"q": "search"}


class Filters(forms.Form):
    """The filters of the register, the catalogue and the statistics. Nothing is required; a value
    that is not offered is said to be wrong and nothing is filtered by it.
    """

    q = forms.CharField(
        label=_("Organisation, good or INN"),
        required=False,
        max_length=200,
        widget=forms.SearchInput,
    )
    award = forms.ChoiceField(label=_("Award"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    honour = forms.ChoiceField(label=_("Honour"), required=False)
    category = forms.ChoiceField(label=_("Nomination or class"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.ChoiceField(
        label=_("Origin"),
        required=False,
        choices=[
            ("", _("all")),
            ("real", _("from public sources and real contests")),
            ("demo", _("demo")),
        ],
    )

    def __init__(self, data: QueryDict, facets: Facets, *, only: tuple[str, ...] = ()) -> None:
        """Offer what the register holds; `only` names the fields of this page."""
        super().__init__(data)
        for name in ("award", "year", "honour", "category", "region"):
            offered = {"category": "categories"}.get(name, f"{name}s")
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *getattr(facets, offered)]
        for name in list(self.fields) if only else ():
            if name not in only:
                del self.fields[name]

    def chosen(self) -> list[Chosen]:
        """The conditions that are in force, each with the address without it."""
        asked = self.asked()
        found = []
        for name, field in self.fields.items():
            value = str(getattr(asked, _ASKED.get(name, name)) or "")
            if not value:
                continue
            rest = cast("QueryDict", self.data).copy()
            for gone in (name, "page"):
                rest.pop(gone, None)
            shown = value
            if isinstance(field, forms.ChoiceField):
                shown = str(dict(cast("Any", field.choices)).get(value, value))
            found.append(Chosen(_ASKED.get(name, name), str(field.label), shown, rest.urlencode()))
        return found

    def asked(self) -> Asked:
        """What is asked for, of the fields that are right."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        year = given.get("year") or ""
        return Asked(
            search=given.get("q", ""),
            award=given.get("award", ""),
            year=int(year) if year else None,
            honour=given.get("honour", ""),
            category=given.get("category", ""),
            region=given.get("region", ""),
            kind=given.get("kind", ""),
        )


class CheckForm(forms.Form):
    """The number on a diploma."""

    number = forms.CharField(
        label=_("Number of the diploma"),
        help_text=_("As printed: 2024-001, 2023-42-018. Or scan the code on the diploma."),
        max_length=40,
        error_messages={
            "required": _("Write the number that is printed on the diploma."),
            "max_length": _("A number has at most 40 characters: check what you typed."),
        },
    )
