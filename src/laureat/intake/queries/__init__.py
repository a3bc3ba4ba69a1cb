"""Reading entries: for pages, for conditions, for the rooms to the left."""

from laureat.intake.queries.eligibility import Eligibility, Verdict, check_eligibility
from laureat.intake.queries.entrance import intake_told
from laureat.intake.queries.facts import all_fields, facts, facts_of_many, form_of
from laureat.intake.queries.lists import counts_by_stage, counts_by_state, passages_of_many
from laureat.intake.queries.people import applicants, organisers_of, secretaries, secretaries_of
from laureat.intake.queries.stages import in_both_zones, intake_of, intake_stages, why_closed
from laureat.intake.queries.walking import Step, known, knows_all, passages_of, way

__all__ = [
    "Eligibility",
    "Step",
    "Verdict",
    "all_fields",
    "applicants",
    "check_eligibility",
    "counts_by_stage",
    "counts_by_state",
    "facts",
    "facts_of_many",
    "form_of",
    "in_both_zones",
    "intake_of",
    "intake_stages",
    "intake_told",
    "known",
    "knows_all",
    "organisers_of",
    "passages_of",
    "passages_of_many",
    "secretaries",
    "secretaries_of",
    "way",
    "why_closed",
]
