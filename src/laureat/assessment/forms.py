"""Checks what people type; writes nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from laureat.assessment.actions.marks import COMMENTS, MarkInput
from laureat.assessment.models import Assessor, SiteVisit
from laureat.platform.i18n.content import localised
from laureat.registry.models import Organisation
from laureat.registry.queries import by_inn, regions, sectors
from laureat.rulebook import schema
from laureat.rulebook.models import Edition
from laureat.rulebook.schema.scales import PercentScale


def read_mark(scale: schema.Scale, data: QueryDict, prefix: str = "") -> MarkInput:
    """What was typed for one part, as text; the action says what is wrong with it."""
    attributes = (
        {each.key: data.get(f"{prefix}attribute-{each.key}", "") for each in scale.attributes}
        if isinstance(scale, PercentScale)
        else {}
    )
    return MarkInput(
        data.get(f"{prefix}value", ""),
        attributes,
        **{
            name: data.get(f"{prefix}{name}", "")
            for name in COMMENTS
            if getattr(scale.comments, name) is not None
        },
    )


class AnswerForm(forms.Form):
    """Accept, decline, or name a conflict of interest."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        widget=forms.RadioSelect,
        choices=[
            (
                "accept",
                gettext_lazy("I have no conflict of interest and take this entry"),
            ),
            (
                "conflict",
                gettext_lazy("I have a conflict of interest with this organisation"),
            ),
            ("decline", gettext_lazy("I cannot take it for another reason")),
        ],
        error_messages={"required": gettext_lazy("Choose one of the three answers.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed for a conflict of interest. Only the secretary reads it."),
    )


class LeaveForm(AnswerForm):
    """Having accepted, somebody finds that they cannot judge after all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Without the answer that was given already."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        field.choices = [each for each in field.choices if each[0] != "accept"]
        field.label = gettext_lazy("Why you leave")
        field.error_messages["required"] = gettext_lazy("Choose one of the two answers.")


class TastingAnswerForm(forms.Form):
    """One answer for all samples, given over the list of all makers."""

    organisations = forms.ModelMultipleChoiceField(
        label=gettext_lazy("I have a conflict of interest with"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Leave all boxes empty if you have none."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        """`organisations`: all that take part in the stage."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisations"]
        field.queryset = organisations
        field.label_from_instance = lambda each: localised(each, "name")


class LeaveTastingForm(forms.Form):
    """Having accepted, a taster cannot come after all; or cannot taste some of the samples."""

    prefix = "leave"
    """The page may hold the answer to further samples, too: it has a reason of its own."""
    samples = forms.MultipleChoiceField(
        label=gettext_lazy("Samples I cannot taste"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one sample.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only the secretary reads it."),
        error_messages={"required": gettext_lazy("Say why you step back: the secretary reads it.")},
    )

    def __init__(self, *args: Any, samples: list[tuple[str, str]], **kwargs: Any) -> None:
        """`samples`: what may be left, by code; empty while one cannot be told from another."""
        super().__init__(*args, **kwargs)
        if len(samples) < 2:
            del self.fields["samples"]
            return
        field: Any = self.fields["samples"]
        field.choices = samples
        field.initial = [value for value, _label in samples]


class ReasonForm(forms.Form):
    """A reason that is kept."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give a reason: it is kept.")},
    )


class AssessorForm(forms.Form):
    """An assessor of an edition."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Somebody without an account is invited by mail."),
    )
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=200, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letters"),
        choices=[("ru", "Русский"), ("en", "English")],
        initial="ru",
        required=False,
        help_text=gettext_lazy("Who has an account keeps the language chosen there."),
    )
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    may_lead = forms.BooleanField(label=gettext_lazy("May lead a team"), required=False)
    newcomer = forms.BooleanField(label=gettext_lazy("First season as an assessor"), required=False)
    max_load = forms.IntegerField(
        label=gettext_lazy("Most entries at a stage"), min_value=1, max_value=500, initial=10
    )
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("Works at"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("No box ticked means all stages."),
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Knows"), required=False, widget=forms.CheckboxSelectMultiple
    )
    works_for = forms.CharField(
        label=gettext_lazy("Has ties with (INN, one per line)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Employers and clients: the person never judges them."),
    )
    active = forms.BooleanField(label=gettext_lazy("Takes part"), required=False, initial=True)

    def __init__(
        self, *args: Any, edition: Edition, assessor: Assessor | None = None, **kwargs: Any
    ) -> None:
        """With `assessor` the form changes one: then who it is stays."""
        if assessor is not None:
            kwargs.setdefault("initial", _initial(assessor))
        super().__init__(*args, **kwargs)
        if assessor is not None:
            del self.fields["email"], self.fields["name"], self.fields["language"]
        else:
            del self.fields["active"]
        fields: Any = self.fields
        fields["region"].choices = [
            ("", _("not bound to a region")),
            *((each.code, f"{localised(each, 'name')} ({each.code})") for each in regions()),
        ]
        fields["stages"].choices = [
            (each.key, localised(each.title))
            for each in edition.rules.stages
            if each.kind == "assessment"
        ]
        fields["sectors"].choices = [
            (f"sector:{each.key}", localised(each, "title")) for each in sectors()
        ]

    def clean_works_for(self) -> list[Organisation]:
        """The organisations with these INNs; unknown ones are named."""
        inns = [line.strip() for line in self.cleaned_data["works_for"].splitlines()]
        inns = [inn for inn in inns if inn]
        found = by_inn(inns)
        unknown = [inn for inn in inns if inn not in found]
        if unknown:
            raise forms.ValidationError(
                _("Not in the register: %(inns)s. Check the number, or register the organisation.")
                % {"inns": ", ".join(unknown)}
            )
        return [row for inn in dict.fromkeys(inns) for row in found[inn]]

    def clean_sectors(self) -> list[Any]:
        """Lines of business as rows."""
        keys = {value.removeprefix("sector:") for value in self.cleaned_data["sectors"]}
        return [each for each in sectors() if each.key in keys]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        names = ("region", "may_lead", "newcomer", "max_load", "stages", "sectors", "works_for")
        found = {name: self.cleaned_data[name] for name in names}
        if "active" in self.cleaned_data:
            found["active"] = self.cleaned_data["active"]
        return found


def _initial(assessor: Assessor) -> dict[str, Any]:
    return {
        "region": assessor.region,
        "may_lead": assessor.may_lead,
        "newcomer": assessor.newcomer,
        "max_load": assessor.max_load,
        "stages": assessor.stages,
        "sectors": [f"sector:{each.key}" for each in assessor.sectors.all()],
        "works_for": "\n".join(each.inn for each in assessor.works_for.all()),
        "active": assessor.active,
    }


class ConflictForm(forms.Form):
    """A conflict of interest that the secretary keeps."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="uid",
        empty_label=gettext_lazy("choose"),
        error_messages={"required": gettext_lazy("Choose the organisation.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Named by"),
        choices=[
            ("declared", gettext_lazy("the assessor")),
            ("applicant", gettext_lazy("the applicant")),
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say what the conflict of interest is.")},
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        """`organisations`: those that take part in the edition."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = organisations
        field.label_from_instance = lambda each: localised(each, "name")


class VisitForm(forms.Form):
    """Dates, place and agenda."""

    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    address = forms.CharField(label=gettext_lazy("Where"), max_length=300)
    agenda = forms.CharField(
        label=gettext_lazy("Agenda"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("The organisation reads it."),
    )

    @classmethod
    def of(cls, visit: SiteVisit | None, address: str) -> VisitForm:
        """The form as the page opens."""
        if visit is None:
            return cls(initial={"address": address})
        return cls(
            initial={
                "starts_on": visit.starts_on,
                "ends_on": visit.ends_on,
                "address": visit.address,
                "agenda": visit.agenda,
            }
        )
