"""Reading entries: for pages, for conditions, for the rooms to the left."""

from laureat.intake.queries.eligibility import Eligibility, Verdict, check_eligibility
from laureat.intake.queries.facts import all_fields, facts, facts_of_many, form_of
from laureat.intake.queries.people import applicants, secretaries
from laureat.intake.queries.stages import in_both_zones, intake_of, intake_stages, why_closed

__all__ = [
    "Eligibility",
    "Verdict",
    "all_fields",
    "applicants",
    "check_eligibility",
    "facts",
    "facts_of_many",
    "form_of",
    "in_both_zones",
    "intake_of",
    "intake_stages",
    "secretaries",
    "why_closed",
]
