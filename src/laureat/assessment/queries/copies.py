"""What is kept about somebody as an assessor: their part of the copy of their data."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.query import QuerySet

from laureat.assessment.models import Assessor, Assignment, Conflict, Mark, Scorebook
from laureat.platform.accounts.models import User


def copy_of_assessor(user: User) -> list[dict[str, Any]]:
    """A row for each contest. No entry is named: tasters must not learn whose sample was whose; nor
    is what applicants said in confidence.
    """
    return [_assessor(each) for each in _assessors(user)]


def _assessors(user: User) -> QuerySet[Assessor]:
    return Assessor.objects.filter(user=user).select_related("edition__award").order_by("pk")


def _assessor(row: Assessor) -> dict[str, Any]:
    asked = Assignment.objects.filter(assessor=row).order_by("pk")
    conflicts = Conflict.objects.filter(assessor=row).exclude(kind=Conflict.Kind.APPLICANT)
    books = Scorebook.objects.filter(assessor=row).order_by("pk")
    marks = Mark.objects.filter(scorebook__assessor=row).order_by("pk")
    return {
        "contest": row.edition.chain,
        "number": row.serial,
        "region": row.region,
        "may_lead": row.may_lead,
        "max_load": row.max_load,
        "active": row.active,
        "works_for": list(row.works_for.order_by("pk").values_list("name_ru", flat=True)),
        "sectors": list(row.sectors.order_by("pk").values_list("key", flat=True)),
        "conflicts": [
            {
                "organisation": each.organisation.name_ru,
                "kind": each.kind,
                "reason": each.said,
                "at": each.at,
                "lifted_at": each.lifted_at,
            }
            for each in conflicts.select_related("organisation").order_by("pk")
        ],
        "asked": list(asked.values("lead", "state", "moved_at", at=F("stage__key"))),
        "scorebooks": list(
            books.values("uid", "kind", "state", "points", "signed_at", at=F("stage__key"))
        ),
        "marks": list(
            marks.values(
                "part",
                "value",
                "strengths",
                "improvements",
                "evidence",
                "visit_questions",
                book=F("scorebook__uid"),
            )
        ),
    }
