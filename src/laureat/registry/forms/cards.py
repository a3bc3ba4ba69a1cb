"""What people type about organisations and goods."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.registry import queries
from laureat.registry.actions import GoodData, OrganisationData
from laureat.registry.actions.organisations import MOST_PEOPLE, NUMBERS
from laureat.registry.forms.facts import FactsForm
from laureat.registry.identifiers import (
    check_together,
    checked_inn,
    checked_kpp,
    checked_ogrn,
    checked_okpd2,
)
from laureat.registry.models import Good, Organisation

NUMBER = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}


def day_input() -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def offer(form: forms.BaseForm, name: str, choices: list[tuple[Any, Any]]) -> None:
    """Set what can be chosen in a field."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def add_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Show why an action refused: at its field if the form has it."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def _checked(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except Refused as refused:
        raise ValidationError(str(refused)) from refused


class OrganisationForm(FactsForm):
    """The facts of an organisation. The secretary may leave out what an applicant must give."""

    name_ru = forms.CharField(
        label=_("Name in Russian"),
        max_length=300,
        help_text=_(
            "With its legal form, as letters and diplomas will carry it: ООО «Название» (OOO “Name”)."
        ),
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    inn = forms.CharField(
        label=_("INN"),
        help_text=_("10 digits of a legal entity or 12 of an individual entrepreneur."),
        widget=forms.TextInput(attrs=NUMBER),
    )
    kpp = forms.CharField(
        label=_("KPP"),
        required=False,
        help_text=_("9 digits; an individual entrepreneur has none."),
        widget=forms.TextInput(attrs=NUMBER),
    )
    is_branch = forms.BooleanField(
        label=_("This is a branch with a KPP of its own"),
        required=False,
        help_text=_(
            "A legal entity is entered once, with its head office. Tick this only for a branch or "
            "separate unit (обособленное подразделение) that takes part by itself."
        ),
    )
    ogrn = forms.CharField(
        label=_("OGRN or OGRNIP"),
        required=False,
        help_text=_("13 digits of a legal entity or 15 of an individual entrepreneur."),
        widget=forms.TextInput(attrs=NUMBER),
    )
    region = forms.ChoiceField(
        label=_("Region"),
        help_text=_("Where the organisation takes part in regional stages."),
    )
    city_ru = forms.CharField(label=_("City in Russian"), max_length=120, required=False)
    city_en = forms.CharField(label=_("City in English"), max_length=120, required=False)
    address = forms.CharField(label=_("Postal address"), max_length=300, required=False)
    sector = forms.ChoiceField(label=_("Line of business"), required=False)
    headcount = forms.IntegerField(
        label=_("Headcount"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=_("The average number of employees last year: size classes follow from it."),
        error_messages={
            "invalid": _("Write a whole number, digits only."),
            "min_value": _("The headcount is at least 1; leave it empty if unknown."),
            "max_value": _("More than 2,000,000 people work nowhere: check the number."),
        },
    )
    founded_on = forms.DateField(label=_("Active since"), required=False, widget=day_input())
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Letters of the organisers go there.")
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"})
    )
    site = forms.CharField(label=_("Site"), max_length=200, required=False)
    head_name = forms.CharField(
        label=_("Head: surname, first name, patronymic"), max_length=200, required=False
    )
    head_post = forms.CharField(
        label=_("Post of the head"),
        max_length=200,
        required=False,
        help_text=_(
            "In Russian, as in the charter: Генеральный директор (Director General), Ректор (Rector), "
            "Главный врач (Chief Physician)."
        ),
    )
    head_name_dative = forms.CharField(
        label=_("Head in the dative (to whom)"),
        max_length=200,
        required=False,
        help_text=_(
            "Only where the rule errs, in Russian: Шевчуку И. С. (to I. S. Shevchuk). Letters use it "
            "as it stands."
        ),
    )
    head_post_dative = forms.CharField(
        label=_("Post in the dative (to whom)"),
        max_length=200,
        required=False,
        help_text=_(
            "Only where the rule errs, in Russian: Генеральному директору (to the Director General)."
        ),
    )

    STAFF_ONLY = ("head_name_dative", "head_post_dative")
    GROUPS = (
        (_("Who it is"), ("inn", "name_ru", "name_en", "kpp", "is_branch", "ogrn")),
        (_("Where it is"), ("region", "city_ru", "city_en", "address")),
        (_("What it does"), ("sector", "headcount", "founded_on")),
        (_("How to reach it"), ("email", "phone", "site")),
        (_("Its head"), ("head_name", "head_post", *STAFF_ONLY)),
    )

    def __init__(
        self,
        *args: Any,
        staff: bool = False,
        needed: Collection[str] = (),
        proposes: Collection[str] = (),
        honoured: bool = False,
        **kwargs: Any,
    ) -> None:
        """`staff`: the secretary, who keeps forms of address and may lack facts; `needed`: what
        the page that the reader comes from cannot do without; `proposes`: what the reader only asks
        for; `honoured`: a change of the name may be a correction.
        """
        super().__init__(*args, **kwargs)
        self.keep_besides(proposes=proposes, honoured=honoured)
        regions, sectors = queries.regions(), queries.sectors()
        offer(
            self,
            "region",
            [
                ("", _("— choose —")),
                *((each.code, f"{localised(each, 'name')} ({each.code})") for each in regions),
            ],
        )
        offer(
            self,
            "sector",
            [
                ("", _("— choose —")),
                *((each.key, localised(each, "title")) for each in sectors),
            ],
        )
        self.fields["founded_on"].widget.attrs["max"] = today().isoformat()
        for name in set(needed) & set(self.fields):
            self.fields[name].required = True
        if staff:
            self.fields["inn"].required = self.fields["region"].required = False
        else:
            for name in self.STAFF_ONLY:
                del self.fields[name]

    @staticmethod
    def values_of(organisation: Organisation) -> dict[str, Any]:
        """What the form begins with."""
        names = [name for _title, group in OrganisationForm.GROUPS for name in group]
        plain = {name: getattr(organisation, name) for name in names if name not in _KEYS}
        return plain | {name: getattr(organisation, f"{name}_id") or "" for name in _KEYS}

    @classmethod
    def filled(
        cls, typed: Mapping[str, Any], facts: Mapping[str, Any], **kwargs: Any
    ) -> OrganisationForm:
        """A form that holds what was typed, and `facts` where nothing was."""
        said = {name: typed[name] for name in cls.base_fields if typed.get(name)}
        return cls(initial={**facts, **said}, **kwargs)

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        parts = [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in (*self.GROUPS, (_("About this change"), self.BESIDES))
        ]
        return [(title, fields) for title, fields in parts if fields]

    def clean_inn(self) -> str:
        """Check digits."""
        return _checked(checked_inn, self.cleaned_data["inn"])

    def clean_kpp(self) -> str:
        """Its shape."""
        return _checked(checked_kpp, self.cleaned_data["kpp"])

    def clean_ogrn(self) -> str:
        """Check digit."""
        return _checked(checked_ogrn, self.cleaned_data["ogrn"])

    def clean(self) -> dict[str, Any]:
        """The numbers must be those of one kind of person."""
        data = super().clean() or self.cleaned_data
        # Numbers that stood there before are not questioned while something else is corrected.
        if not NUMBERS & set(self.errors) and NUMBERS & set(self.changed_data):
            try:
                check_together(data["inn"], data["ogrn"], data["kpp"], is_branch=data["is_branch"])
            except Refused as refused:
                add_refusal(self, refused)
        return data

    def data_class(self) -> OrganisationData:
        """What was typed, for `register_organisation`."""
        return OrganisationData(**self.cleaned_data)


_KEYS = ("region", "sector")


class GoodForm(FactsForm):
    """The facts of a product or service."""

    name_ru = forms.CharField(
        label=_("Name in Russian"),
        max_length=300,
        help_text=_("As on the label or in the price list: diplomas carry it like this."),
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    okpd2 = forms.CharField(
        label=_("OKPD2 code"),
        required=False,
        help_text=_("Like 10.51.30.110; a shorter one like 10.51 will do."),
        widget=forms.TextInput(attrs={**NUMBER, "inputmode": "decimal"}),
    )
    normative_document = forms.CharField(
        label=_("Normative document"),
        max_length=200,
        required=False,
        help_text=_(
            "By which it is made, as in Russian papers: ГОСТ 31450-2013 (GOST), ТУ 10.51.11-001-… (TU)."
        ),
    )
    launched_on = forms.DateField(
        label=_("On the market since"), required=False, widget=day_input()
    )

    def __init__(
        self,
        *args: Any,
        proposes: Collection[str] = (),
        honoured: bool = False,
        **kwargs: Any,
    ) -> None:
        """Dates end today; `proposes` and `honoured` as of an organisation."""
        super().__init__(*args, **kwargs)
        self.keep_besides(proposes=proposes, honoured=honoured)
        self.fields["launched_on"].widget.attrs["max"] = today().isoformat()

    @staticmethod
    def values_of(good: Good) -> dict[str, Any]:
        """What the form begins with."""
        names = [name for name in GoodForm.base_fields if name not in GoodForm.BESIDES]
        return {name: getattr(good, name) for name in names}

    def clean_okpd2(self) -> str:
        """Its shape."""
        return _checked(checked_okpd2, self.cleaned_data["okpd2"])

    def data_class(self) -> GoodData:
        """What was typed, for `register_good`."""
        return GoodData(**self.cleaned_data)


class FilterForm(forms.Form):
    """Which part of the register is shown."""

    search = forms.CharField(label=_("Name, INN or city"), max_length=100, required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    sector = forms.ChoiceField(label=_("Line of business"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """All regions and lines of business."""
        super().__init__(*args, **kwargs)
        self.regions = queries.regions()
        offer(
            self,
            "region",
            [("", _("all")), *((each.code, localised(each, "name")) for each in self.regions)],
        )
        offer(
            self,
            "sector",
            [
                ("", _("all")),
                *((each.key, localised(each, "title")) for each in queries.sectors()),
            ],
        )

    def chosen(self) -> dict[str, str]:
        """The filters that were understood; a broken one counts as none."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class DoubleForm(forms.Form):
    """What the other card of an organisation may be found by."""

    search = forms.CharField(
        label=_("Name, INN or city"),
        max_length=100,
        error_messages={"required": _("Type a word of the name, or the INN.")},
    )


class RepresentativeForm(forms.Form):
    """Who else acts for an organisation."""

    email = forms.EmailField(label=_("E-mail of the person"))
