"""What people type in the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laureat.council.models import Basis, Guest, Seat, Session
from laureat.council.queries.lists import person_by_email
from laureat.council.queries.rows import Member, Row
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.platform.ui.zones import zone_name
from laureat.rulebook import schema
from laureat.rulebook.models import Edition

MOST = 2000


def reason_field(help_text: Any = None) -> forms.CharField:
    """Why something is done."""
    return forms.CharField(
        label=_("Reason"),
        help_text=help_text or _("The minutes repeat it."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AtForm(forms.Form):
    """When members came or left, if it is written down later."""

    at = forms.TimeField(
        label=_("Time, if it was earlier"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Write the time as hours and minutes: 14:20.")},
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        """`zone` is that of the contest, by whose clock the session sits."""
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_at(self) -> datetime | None:
        """The last moment at which clocks showed this time."""
        said: time | None = self.cleaned_data["at"]
        if said is None:
            return None
        here = now().astimezone(self.zone)
        at = datetime.combine(here.date(), said, self.zone)
        return at if at <= here else at - timedelta(days=1)


class SessionForm(forms.Form):
    """When and where a session is held."""

    held_at = forms.DateTimeField(
        label=_("Date and time"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place_ru = forms.CharField(label=_("Place, in Russian"), max_length=200, required=False)
    place_en = forms.CharField(label=_("Place, in English"), max_length=200, required=False)
    link = forms.URLField(
        label=_("Link to join by video"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Instead of a place or beside it; members and invited people get it."),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        """`edition` knows the zone that the time is meant in."""
        super().__init__(*args, **kwargs)
        self.zone = edition.time_zone
        self.fields["held_at"].help_text = gettext("By the clock of the contest: %(zone)s.") % {
            "zone": zone_name(edition.zone)
        }

    def clean_held_at(self) -> datetime:
        """The instant meant by the local time."""
        value: datetime = self.cleaned_data["held_at"]
        return timezone.make_naive(value).replace(tzinfo=self.zone)

    @staticmethod
    def values_of(session: Session) -> dict[str, Any]:
        """The initial values for a session that is moved."""
        return {
            "held_at": session.held_at.astimezone(session.stage.edition.time_zone).replace(
                tzinfo=None
            ),
            "place_ru": session.place_ru,
            "place_en": session.place_en,
            "link": session.link,
        }


class SeatForm(forms.Form):
    """Who sits in a panel."""

    email = forms.EmailField(
        label=_("E-mail"), help_text=_("Of an account in this system."), max_length=254
    )
    role = forms.ChoiceField(label=_("Role"), choices=Seat.Role.choices, initial=Seat.Role.MEMBER)

    def clean_email(self) -> str:
        """Somebody with an account."""
        email: str = self.cleaned_data["email"].lower()
        self.user = person_by_email(email)
        if self.user is None:
            raise forms.ValidationError(
                _("Nobody with this address has an account yet: ask the person to register first.")
            )
        return email


class PresidingForm(forms.Form):
    """Who presides, and how the person was chosen."""

    seat = forms.ChoiceField(label=_("Presides"), widget=forms.RadioSelect)
    basis = forms.ChoiceField(
        label=_("How an acting chair was chosen"), choices=Basis.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, members: Sequence[Member], wanted: str, **kwargs: Any) -> None:
        """Voting `members` to choose from; `wanted`: the only way of choosing, or "either"."""
        super().__init__(*args, **kwargs)
        seats, ways = self.fields["seat"], self.fields["basis"]
        assert isinstance(seats, forms.ChoiceField)
        assert isinstance(ways, forms.ChoiceField)
        here = gettext("present")
        seats.choices = [
            (
                str(each.seat.pk),
                " · ".join(filter(None, [each.name, each.duty, here if each.here else ""])),
            )
            for each in members
        ]
        ways.choices = [each for each in Basis.choices if wanted in {"either", each[0]}]
        ways.initial = ways.choices[0][0]
        ways.help_text = gettext("Means nothing when the chair is chosen.")


class GuestForm(forms.Form):
    """Who is invited without a vote."""

    name = forms.CharField(
        label=_("Surname, name, patronymic"),
        max_length=200,
        help_text=_("As the minutes say it."),
    )
    post = forms.CharField(label=_("Post and organisation"), max_length=300, required=False)
    capacity = forms.ChoiceField(
        label=_("Invited as"), choices=Guest.Capacity.choices, initial=Guest.Capacity.EXPERT
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("The invitation with time and place goes there; empty: you tell the person."),
    )
    language = forms.ChoiceField(
        label=_("Language of the invitation"), choices=[("ru", "Русский"), ("en", "English")]
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = reason_field()


class RecuseForm(forms.Form):
    """Why a member takes no part."""

    reason = reason_field(
        _("What ties you to the applicant. The minutes repeat it; the applicant does not see it.")
    )


class HonourForm(forms.Form):
    """For what an entry is proposed."""

    honour = forms.ChoiceField(label=_("Proposed for"), required=False)
    reason = reason_field()
    again = forms.BooleanField(
        label=_("These votes are void, members vote again"),
        required=False,
        widget=forms.HiddenInput,
    )
    """Asked only where a tie comes to light on which members have voted."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Show the question that was not asked before."""
        if field == "again":
            self.fields["again"].widget = forms.CheckboxInput()
        super().add_error(field, error)

    def __init__(
        self, *args: Any, honours: Sequence[schema.Honour], without: str | None = None, **kw: Any
    ) -> None:
        """`without` is what the motion proposes now."""
        super().__init__(*args, **kw)
        choices = [(each.key, localised(each, "title")) for each in honours] + [
            ("", gettext("no honour"))
        ]
        field = self.fields["honour"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [each for each in choices if each[0] != without]


class AddForm(HonourForm):
    """One more motion."""

    entry = forms.ChoiceField(label=_("Entry"))
    field_order = ("entry", "honour", "reason", "again")

    def __init__(self, *args: Any, entries: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """`entries` are (uid, name)."""
        super().__init__(*args, **kwargs)
        field = self.fields["entry"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(entries)


class TieForm(forms.Form):
    """How the chair decides a tie."""

    carried = forms.ChoiceField(
        label=_("The votes are equal. You decide:"),
        choices=[("yes", _("The motion is carried")), ("no", _("The motion is not carried"))],
        widget=forms.RadioSelect,
    )
    reason = reason_field()


class OrderForm(forms.Form):
    """The chair's order of equals."""

    def __init__(self, *args: Any, rows: Sequence[Row], changed: bool, **kwargs: Any) -> None:
        """One place for each of `rows`; `changed`: the agenda was changed by hand."""
        super().__init__(*args, **kwargs)
        self.rows = rows
        for number, row in enumerate(rows, start=1):
            self.fields[row.entry.uid] = forms.TypedChoiceField(
                label=f"{row.entry.number} · {row.good or row.organisation}",
                choices=[(n, str(n)) for n in range(1, len(rows) + 1)],
                coerce=int,
                initial=number,
            )
        self.fields["reason"] = reason_field()
        if changed:
            self.fields["anew"] = forms.BooleanField(
                label=gettext("Make the agenda anew: changes made by hand are lost"),
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Every place once."""
        data = super().clean() or {}
        places: list[int] = [data[each.entry.uid] for each in self.rows if each.entry.uid in data]
        if len(places) == len(self.rows) and set(places) != set(range(1, len(places) + 1)):
            raise forms.ValidationError(_("Give every place once: 1 is the first."))
        return data

    def entries(self) -> list[Any]:
        """The entries in the chair's order."""
        return [
            row.entry for row in sorted(self.rows, key=lambda row: self.cleaned_data[row.entry.uid])
        ]


class PublishForm(forms.Form):
    """The act that confirms the decisions."""

    order_ru = forms.CharField(
        label=_("Confirming act, in Russian"), max_length=300, required=False
    )
    order_en = forms.CharField(
        label=_("Confirming act, in English"), max_length=300, required=False
    )

    def __init__(self, *args: Any, confirmed_by: schema.Text | None, **kwargs: Any) -> None:
        """`confirmed_by` says what kind of act the rulebook expects."""
        super().__init__(*args, **kwargs)
        if confirmed_by is not None:
            self.fields["order_ru"].help_text = gettext("With date and number: %(act)s.") % {
                "act": localised(confirmed_by)
            }
        self.fields["order_en"].help_text = gettext("The diplomas name it as their basis.")
