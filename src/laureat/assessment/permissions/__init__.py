"""Who judges, sees and runs what. Applicants see nothing of scores before publication."""

from laureat.assessment.permissions.people import (
    confirm_visit,
    declare_for,
    holds_for,
    see_visit,
)
from laureat.assessment.permissions.staff import (
    change_teams,
    judging,
    keep_assessor,
    manage_assessors,
    manage_stage,
    require_staff,
    see_progress,
    see_results,
)
from laureat.assessment.permissions.teams import (
    answer_assignment,
    blind,
    lead_team,
    read_scorebook,
    sealed,
    see_material,
    see_team,
    team_of,
    walks,
    working_at,
    write_scorebook,
)

__all__ = [
    "answer_assignment",
    "blind",
    "change_teams",
    "confirm_visit",
    "declare_for",
    "holds_for",
    "judging",
    "keep_assessor",
    "lead_team",
    "manage_assessors",
    "manage_stage",
    "read_scorebook",
    "require_staff",
    "sealed",
    "see_material",
    "see_progress",
    "see_results",
    "see_team",
    "see_visit",
    "team_of",
    "walks",
    "working_at",
    "write_scorebook",
]
