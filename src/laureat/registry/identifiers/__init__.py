"""Numbers of organisations and goods: cleaned, checked, refused with words.

Every function takes what somebody typed and returns the number as it is stored ("" for nothing),
or raises Refused that names the field and says what is expected.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.ru import inn as stdnum_inn

from laureat.platform.errors import Refused

LEGAL_ENTITY = 10
"""The digits of a legal entity's INN; an entrepreneur's has twelve."""
_SEPARATORS = re.compile(r"[\s\u00a0\u2007\u202f\-–—]+")
BRANCHES = frozenset({"02", "03", "04", "05", "31", "32", "43", "44", "45"})
"""The reasons for which the tax service knows a branch (digits 5 and 6 of a KPP)."""
_INDIVIDUAL = re.compile(r"\d{12}")
_KPP = re.compile(r"\d{4}[0-9A-Z]{2}\d{3}")
_OKPD2 = re.compile(r"\d{2}(\.\d(\d(\.\d(\d(\.\d{3})?)?)?)?)?")


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text or "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def checked_inn(text: str) -> str:
    """An INN: 10 digits of a legal entity or 12 of an entrepreneur, with right check digits."""
    number = _bare(text)
    if not number:
        return ""
    if not _is_number(number) or len(number) not in {10, 12}:
        raise Refused(
            _(
                "An INN has 10 digits (a legal entity) or 12 digits (an individual entrepreneur); "
                "this one has %(count)d."
            )
            % {"count": len(number)}
            if _is_number(number)
            else _(
                "An INN consists of digits only: 10 of a legal entity or 12 of an entrepreneur."
            ),
            field="inn",
        )
    try:
        return str(stdnum_inn.validate(number))
    except ValidationError:
        raise Refused(
            _("The check digit of this INN does not match: one of the digits is mistyped."),
            field="inn",
        ) from None


def checked_ogrn(text: str) -> str:
    """An OGRN (13 digits) or an OGRNIP (15), with the right check digit."""
    number = _bare(text)
    if not number:
        return ""
    if not _is_number(number):
        raise Refused(
            _("An OGRN consists of digits only: 13 of a legal entity or 15 of an entrepreneur."),
            field="ogrn",
        )
    if len(number) not in {13, 15}:
        raise Refused(
            _(
                "An OGRN has 13 digits (a legal entity) or 15 digits (OGRNIP of an individual "
                "entrepreneur); this one has %(count)d."
            )
            % {"count": len(number)},
            field="ogrn",
        )
    # python-stdnum (2.2) refuses every OGRNIP whose remainder has two digits: only the last counts.
    individual = len(number) == 15
    if number[0] not in ("34" if individual else "123456789"):
        raise Refused(
            _("The first digit is not one that an OGRN or OGRNIP begins with."), field="ogrn"
        )
    remainder = int(number[:-1]) % (13 if individual else 11)
    if str(remainder % 10) != number[-1]:
        raise Refused(
            _("The check digit of this OGRN does not match: one of the digits is mistyped."),
            field="ogrn",
        )
    return number


def checked_kpp(text: str) -> str:
    """A KPP: nine characters, of which the fifth and sixth may be letters."""
    number = _bare(text).upper()
    if number and not (number.isascii() and _KPP.fullmatch(number)):
        raise Refused(
            _(
                "A KPP has 9 digits, e.g. 420501001 (the fifth and sixth may be Latin letters); "
                "here are %(count)d characters."
            )
            % {"count": len(number)},
            field="kpp",
        )
    return number


def personal(text: str) -> bool:
    """Whether a number as long as an entrepreneur's INN stands in `text`: it is personal."""
    return bool(_INDIVIDUAL.search(_SEPARATORS.sub("", text)))


def is_head_office(kpp: str) -> bool:
    """Whether this KPP says that it is the head office's: the fifth and sixth digit tell why the
    tax service knows somebody, 01 “at the organisation's own place”.
    """
    return kpp[4:6] == "01"


def is_of_a_branch(kpp: str) -> bool:
    """Whether this KPP says that it is a branch's (филиал, представительство, подразделение)."""
    return kpp[4:6] in BRANCHES


def check_together(inn: str, ogrn: str, kpp: str, *, is_branch: bool = False) -> None:
    """The numbers must be those of one kind of person or place. Raises Refused."""
    individual = len(inn) == 12
    if inn and ogrn and individual != (len(ogrn) == 15):
        raise Refused(
            _(
                "An INN of 12 digits goes with an OGRNIP of 15 digits, one of 10 with an OGRN of 13."
            ),
            field="ogrn",
        )
    if individual and is_branch:
        raise Refused(
            _("An individual entrepreneur has no branches of this kind: untick it."),
            field="is_branch",
        )
    if individual and kpp:
        raise Refused(_("An individual entrepreneur has no KPP: leave it empty."), field="kpp")
    if is_branch:
        _check_branch(inn, kpp)
    elif is_of_a_branch(kpp):
        raise Refused(
            _(
                "This KPP is that of a branch (digits 5 and 6 are %(digits)s): tick “branch”, or "
                "enter the KPP of the head office."
            )
            % {"digits": kpp[4:6]},
            field="kpp",
        )


def _check_branch(inn: str, kpp: str) -> None:
    if not inn:
        raise Refused(
            _("A branch is known by the INN of its legal entity and a KPP of its own."), field="inn"
        )
    if not kpp:
        raise Refused(_("A branch has a KPP of its own: enter it."), field="kpp")
    if is_head_office(kpp):
        raise Refused(
            _(
                "This KPP is that of the head office (digits 5 and 6 are 01): enter the KPP of the "
                "branch, or untick “branch”."
            ),
            field="kpp",
        )


def checked_okpd2(text: str) -> str:
    """A code of OKPD2 of any depth: 10, 10.5, 10.51, 10.51.3, 10.51.30, 10.51.30.110."""
    code = re.sub(r"\s+", "", text or "").replace(",", ".").strip(".")
    if code and not (code.isascii() and _OKPD2.fullmatch(code)):
        raise Refused(
            _("An OKPD2 code looks like 10.51.30.110; a shorter one like 10.51 will do."),
            field="okpd2",
        )
    return code
