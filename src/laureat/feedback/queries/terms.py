"""Working days: Monday to Friday without the holidays of the Labour Code (article 112).

The Government moves single days off from year to year; such days are not known here, so a term may
end up to some days later than a calendar of one year says, never to the loss of whoever asks.
"""

from __future__ import annotations

from datetime import date, timedelta

_HOLIDAYS = {
    *((1, day) for day in range(1, 9)),
    (2, 23),
    (3, 8),
    (5, 1),
    (5, 9),
    (6, 12),
    (11, 4),
}
_SATURDAY = 5


def is_working(day: date) -> bool:
    """Whether offices work on `day`."""
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _HOLIDAYS


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return day
