"""The forms that pages show. Fields of a rulebook become controls; reading them is `answers.py`'s
business, so that pages, imports and the demo are held to one rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from laureat.intake.models import Outcome
from laureat.platform.i18n.content import current, localised
from laureat.platform.ui.text import number
from laureat.rulebook import schema
from laureat.rulebook.models import Stage

FEW = 7
"""So many choices are shown as buttons; more as a list to open."""


class AnswerField(forms.Field):
    """A control that takes whatever is typed."""

    def __init__(self, *, longest: int | None = None, **options: Any) -> None:
        """`longest` shows how many characters are left."""
        super().__init__(**options)
        self.max_length = longest

    def clean(self, value: Any) -> Any:
        """As it is."""
        return value


def _widget(field: schema.Field) -> forms.Widget:
    kind = field.kind
    if kind in ("choice", "choices", "yes_no"):
        choices = [(choice.key, localised(choice.title)) for choice in field.choices]
        if kind == "yes_no":
            return forms.RadioSelect(choices=[("true", _("Yes")), ("false", _("No"))])
        if kind == "choices":
            return forms.CheckboxSelectMultiple(choices=choices)
        if len(choices) <= FEW:
            return forms.RadioSelect(choices=choices)
        return forms.Select(choices=[("", _("— please choose —")), *choices])
    if kind == "long_text":
        return forms.Textarea(attrs={"rows": 5})
    if kind == "date":
        return forms.DateInput(attrs={"type": "date"})
    if kind == "file":
        return forms.FileInput(attrs={"accept": ",".join(f".{each}" for each in field.accept)})
    extra: dict[str, dict[str, str]] = {
        "number": {"inputmode": "numeric", "class": "short"},
        "decimal": {"inputmode": "decimal", "class": "short"},
        "percent": {"inputmode": "decimal", "class": "short"},
        "email": {"inputmode": "email", "autocomplete": "email"},
        "phone": {"inputmode": "tel", "autocomplete": "tel"},
        "url": {"inputmode": "url"},
    }
    return forms.TextInput(attrs=extra.get(kind, {}))


def _help(field: schema.Field) -> str:
    parts = [localised(field.help)] if field.help else []
    if field.kind == "file":
        parts.append(
            _("%(endings)s, at most %(most)s MB.")
            % {
                "endings": ", ".join(ending.upper() for ending in field.accept),
                "most": number(field.largest_mb),
            }
        )
    elif field.kind == "percent":
        parts.append(_("In per cent."))
    limits = {"least": field.least, "most": field.most}
    if field.least is not None and field.most is not None:
        parts.append(
            _("From %(least)s to %(most)s.") % {key: number(each) for key, each in limits.items()}
        )
    elif field.longest and field.kind != "long_text":
        parts.append(_("At most %(most)s characters.") % {"most": number(field.longest)})
    return " ".join(parts)


def _shown(field: schema.Field, value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if field.kind in ("decimal", "percent") and isinstance(value, str) and current() == "ru":
        return value.replace(".", ",")
    return value


class AnswersForm(forms.Form):
    """Some fields of a rulebook with their answers, or with what was typed and what is wrong."""

    use_required_attribute = False

    def __init__(
        self,
        fields: Iterable[schema.Field],
        answers: Mapping[str, Any],
        problems: Mapping[str, str] | None = None,
    ) -> None:
        """Answers are shown as they are: what cannot be read stays in the form."""
        super().__init__(prefix="f")
        wanted = list(fields)
        for field in wanted:
            self.fields[field.key] = AnswerField(
                label=localised(field.label),
                help_text=_help(field),
                required=field.required,
                widget=_widget(field),
                initial=_shown(field, answers.get(field.key)),
                longest=field.longest if field.kind == "long_text" else None,
            )
        self._errors = ErrorDict(
            {
                field.key: ErrorList([problems[field.key]], renderer=self.renderer)
                for field in wanted
                if problems and field.key in problems
            }
        )


def read_marks(data: QueryDict) -> dict[str, str] | None:
    """Marks of the answers that the page showed, by key; None from a page without them."""
    found = {
        name.removeprefix("was-"): value for name, value in data.items() if name.startswith("was-")
    }
    return {key: str(value) for key, value in found.items()} or None


def given(fields: Iterable[schema.Field], data: QueryDict) -> dict[str, Any]:
    """What was typed for `fields`, by key. A field that the page did not show is left out."""
    shown = set(data.getlist("shown"))
    found: dict[str, Any] = {}
    for field in fields:
        name = f"f-{field.key}"
        if field.kind == "file":
            continue
        if field.kind == "choices":
            if name in data or field.key in shown:
                found[field.key] = data.getlist(name)
        elif name in data:
            found[field.key] = data[name]
    return found


class ColleagueForm(forms.Form):
    """Whom to ask for help, and for what."""

    email = forms.EmailField(
        label=gettext_lazy("Colleague's e-mail"),
        help_text=gettext_lazy("The invitation goes there; nobody else can accept it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    may = forms.ChoiceField(
        label=gettext_lazy("What the colleague may do"),
        choices=(
            ("edit", gettext_lazy("fill in the form and attach files")),
            ("submit", gettext_lazy("the same, and submit the entry and its changes")),
        ),
        initial="edit",
        widget=forms.RadioSelect,
    )


class WithdrawForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(
        label=pgettext_lazy("entry", "Reason"),
        help_text=gettext_lazy("The secretary will read it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """A reason that the applicant will read, in both languages."""

    reason_ru = forms.CharField(
        label=gettext_lazy("Reason in Russian"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "ru"}),
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Reason in English"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )


class DatesForm(forms.Form):
    """When a stage opens and closes, in the zone of its edition."""

    opens_at = forms.DateTimeField(
        label=gettext_lazy("Opens"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"],
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Closes"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"],
    )
    grace = forms.IntegerField(
        label=gettext_lazy("Grace after closing, minutes"),
        min_value=0,
        max_value=7 * 24 * 60,
        help_text=gettext_lazy("Entries that come inside it are accepted and marked as late."),
    )

    def __init__(self, stage: Stage, data: QueryDict | None = None) -> None:
        """Shows the dates of `stage` in the zone of its edition."""
        self.zone = ZoneInfo(stage.edition.zone)
        self.stage = stage

        def local(instant: datetime | None) -> datetime | None:
            return instant.astimezone(self.zone).replace(tzinfo=None) if instant else None

        super().__init__(
            data,
            initial={
                "opens_at": local(stage.opens_at),
                "closes_at": local(stage.closes_at),
                "grace": int(stage.grace.total_seconds()) // 60,
            },
        )

    def _instant(self, name: str) -> datetime | None:
        value: datetime | None = self.cleaned_data.get(name)
        if value is None:
            return None
        chosen = value.replace(tzinfo=self.zone)
        before: datetime | None = getattr(self.stage, name)
        # The control knows minutes only: a time that was not touched keeps its seconds.
        if before and before.astimezone(self.zone).replace(second=0, microsecond=0) == chosen:
            return before
        return chosen

    @property
    def values(self) -> dict[str, Any]:
        """Arguments for `rulebook.actions.move_dates`."""
        return {
            "opens_at": self._instant("opens_at"),
            "closes_at": self._instant("closes_at"),
            "grace": timedelta(minutes=self.cleaned_data["grace"]),
        }


class CheckForm(forms.Form):
    """One item of a check stage for one entry."""

    use_required_attribute = False
    outcome = AnswerField(
        label=gettext_lazy("Result"), widget=forms.RadioSelect(choices=Outcome.choices)
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    protocol = forms.FileField(
        label=gettext_lazy("Document"), required=False, help_text=gettext_lazy("PDF, JPG or PNG.")
    )

    def __init__(self, item: schema.stages.CheckItem, **options: Any) -> None:
        """An item that no document proves takes none."""
        super().__init__(prefix=item.key.replace(".", "_"), **options)
        self.item = item
        self.source = item.source
        if not item.protocol:
            del self.fields["protocol"]
            self.fields["note"].help_text = _("Needed if it failed: the applicant will read it.")
        else:
            self.fields["note"].help_text = _(
                "Number and date of the document; if it failed, what is wrong: the applicant will "
                "read it."
            )
