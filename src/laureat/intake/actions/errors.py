"""What can go wrong while an entry is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from laureat.platform.errors import Refused


class InvalidAnswers(Refused):
    """Some fields cannot be read, or are missing; `errors` says which and why."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        """`errors`: messages by field key."""
        super().__init__(
            _("Please correct this first: %(what)s") % {"what": " ".join(errors.values())},
            field=next(iter(errors), ""),
        )
        self.errors = dict(errors)


class Stale(Refused):
    """Somebody saved in between: nothing was written over (409)."""

    def __init__(self, fields: Iterable[str] = ()) -> None:
        """`fields`: the keys that both changed; none if a whole older state was sent."""
        super().__init__(
            _(
                "This was changed in another window or by a colleague after you opened it. Nothing "
                "was written over: what you typed is still here. Compare both and choose."
            )
        )
        self.fields = frozenset(fields)
