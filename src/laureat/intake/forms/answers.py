"""Reads what was typed for the fields of a rulebook's form.

Answers are JSON: texts, numbers as strings with a dot, dates as 2024-03-01, lists of choice keys,
true and false. Nothing typed is no answer, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from laureat.platform.errors import Refused
from laureat.platform.ui.text import number as shown
from laureat.rulebook.schema import Field, Form, PredicateError

Answer = str | bool | list[str]
Answers = dict[str, Any]

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_PHONE = re.compile(r"\+?[\d\s()\-–.,;доб]{5,60}", re.IGNORECASE)
_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "0"}
MOST_TEXT = 20_000
"""Characters of a text whose field states no limit."""


def clean(field: Field, given: Any) -> Answer | None:
    """The answer that was meant by what was typed; None for nothing. Raises Refused."""
    if given is None or given in ("", []):
        return None
    try:
        return _READERS[field.kind](field, given)
    except Refused as error:
        error.field = field.key
        raise


def clean_all(fields: Iterable[Field], given: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """Answers by field key (None where one was emptied), and messages for what cannot be read."""
    known = {field.key: field for field in fields}
    answers: Answers = {}
    errors: dict[str, str] = {}
    for key, value in given.items():
        if key not in known:
            errors[key] = _("There is no such question in this form.")
            continue
        try:
            answers[key] = clean(known[key], value)
        except Refused as error:
            errors[key] = str(error)
    return answers, errors


def _text(field: Field, given: Any) -> str | None:
    text = str(given).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char in "\n\t" or ord(char) >= 32).strip()
    if field.kind != "long_text":
        text = _SPACES.sub(" ", text)
    most = field.longest or MOST_TEXT
    if len(text) > most:
        raise Refused(
            _("At most %(most)s characters are possible here, this is %(is)s. Please shorten it.")
            % {"most": shown(most), "is": shown(len(text))}
        )
    return text or None


def _number_text(given: Any) -> str:
    text = _SPACES.sub("", str(given)).replace(",", ".").replace("−", "-")
    return text.removesuffix("%")


def _within(field: Field, value: Decimal, least: Decimal | None, most: Decimal | None) -> None:
    if least is not None and value < least:
        raise Refused(_("The least possible here is %(least)s.") % {"least": shown(least)})
    if most is not None and value > most:
        raise Refused(_("The most possible here is %(most)s.") % {"most": shown(most)})


def _not_too_long(text: str) -> None:
    """Figures beyond any that a form means: a slip of the keyboard, or a number of an account."""
    digits = re.fullmatch(r"[+-]?(\d{16,})(\.\d*)?", text)
    if digits:
        raise Refused(
            _(
                "The number is too long: %(is)s digits, and at most 15 are possible before the point."
            )
            % {"is": shown(len(digits[1]))}
        )


def _whole(field: Field, given: Any) -> str:
    text = _number_text(given)
    _not_too_long(text)
    if not re.fullmatch(r"[+-]?\d{1,15}", text):
        raise Refused(_("Expected a whole number, for example 12."))
    value = int(text)
    _within(field, Decimal(value), field.least, field.most)
    return str(value)


def _decimal(field: Field, given: Any) -> str:
    text = _number_text(given)
    _not_too_long(text)
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{0,6})?", text):
        raise Refused(_("Expected a number with at most six decimals, for example 12.5."))
    try:
        value = Decimal(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern leaves nothing over
        raise Refused(_("Expected a number, for example 12.5.")) from error
    least, most = field.least, field.most
    if field.kind == "percent" and least is None and most is None:
        least, most = Decimal(0), Decimal(100)
    _within(field, value, least, most)
    plain = f"{abs(value) if value == 0 else value:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def _date(field: Field, given: Any) -> str:
    if isinstance(given, date):
        return given.isoformat()[:10]
    text = str(given).strip()
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        if 1800 <= day.year <= 2200:
            return day.isoformat()
    raise Refused(_("Expected a date such as 01.03.2024."))


def _choice(field: Field, given: Any) -> str:
    if str(given) not in {choice.key for choice in field.choices}:
        raise Refused(_("Please choose one of the answers offered."))
    return str(given)


def _choices(field: Field, given: Any) -> list[str] | None:
    wanted = {str(each) for each in (given if isinstance(given, list | tuple | set) else [given])}
    wanted.discard("")
    known = [choice.key for choice in field.choices]
    if wanted - set(known):
        raise Refused(_("Please choose among the answers offered."))
    return [key for key in known if key in wanted] or None


def _yes_no(field: Field, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    text = str(given).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Refused(_("Please answer yes or no."))


def _email(field: Field, given: Any) -> str:
    text = str(given).strip()
    try:
        validate_email(text)
    except ValidationError as error:
        raise Refused(_("Expected an e-mail address such as name@company.ru.")) from error
    return text


def _phone(field: Field, given: Any) -> str:
    text = _SPACES.sub(" ", str(given)).strip()
    if not _PHONE.fullmatch(text) or not 5 <= sum(char.isdigit() for char in text) <= 20:
        raise Refused(_("Expected a phone number with its code, such as +7 3842 00-00-00."))
    return text


def _url(field: Field, given: Any) -> str:
    text = str(given).strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError as error:
        raise Refused(_("Expected the address of a page, such as https://company.ru.")) from error
    return text


def _file(field: Field, given: Any) -> None:
    raise Refused(_("A file is attached, not typed."))


_READERS: dict[str, Callable[[Field, Any], Answer | None]] = {
    "text": _text,
    "long_text": _text,
    "number": _whole,
    "decimal": _decimal,
    "percent": _decimal,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "file": _file,
}


def typed(fields: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as conditions compare them: numbers are numbers, nothing is null."""
    out: dict[str, Any] = {}
    for field in fields:
        value = answers.get(field.key)
        if value is not None and field.kind == "number":
            value = int(value)
        elif value is not None and field.kind in ("decimal", "percent"):
            value = float(value)
        out[field.key] = value
    return out


def is_asked(field: Field, facts: Mapping[str, Any]) -> bool:
    """Whether the question is asked of an entry with these facts."""
    if field.when is None:
        return True
    try:
        return field.when.holds(facts)
    except PredicateError:  # it depends on something that is not known yet
        return False


@dataclass(frozen=True)
class Gap:
    """What is still missing: the section, the field and what to do."""

    section: str
    field: Field
    message: str


def gaps(
    form: Form, answers: Mapping[str, Any], attached: Iterable[str], facts: Mapping[str, Any]
) -> list[Gap]:
    """Every required question that is asked and has no answer or file, in reading order."""
    files = set(attached)
    found = []
    for section in form.sections:
        for field in section.fields:
            if not field.required or not is_asked(field, facts):
                continue
            if field.kind == "file":
                if field.key not in files:
                    found.append(Gap(section.key, field, _("Please attach the file.")))
            elif answers.get(field.key) in (None, "", []):
                found.append(Gap(section.key, field, _("Please answer this question.")))
    return found
