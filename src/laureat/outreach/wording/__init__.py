"""From a letter of the rulebook to the words of one letter: the data of `documents/letter.*`."""

from laureat.outreach.wording.data import letter_data, letter_to, template_of
from laureat.outreach.wording.filling import Values, check_placeholders, fill, used
from laureat.outreach.wording.values import Addressee, Calendar, addressee_of, apply_url, missing

__all__ = [
    "Addressee",
    "Calendar",
    "Values",
    "addressee_of",
    "apply_url",
    "check_placeholders",
    "fill",
    "letter_data",
    "letter_to",
    "missing",
    "template_of",
    "used",
]
