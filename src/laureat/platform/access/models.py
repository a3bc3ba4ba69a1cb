"""Roles that people hold, each within a scope."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from laureat.platform.clock import now


class Role(models.TextChoices):
    """What somebody is for an award."""

    ORGANISER = "organiser", _("organiser")
    SECRETARY = "secretary", _("secretary")
    APPLICANT = "applicant", _("applicant")
    ASSESSOR = "assessor", _("assessor")
    CHAIR = "chair", _("chair")
    MEMBER = "member", _("panel member")
    AUDITOR = "auditor", _("auditor")


AUDITED = (Role.ORGANISER, Role.SECRETARY, Role.ASSESSOR, Role.CHAIR, Role.MEMBER)
"""Whose work in a contest its auditor looks at."""


class Grant(models.Model):
    """A role held by a person. An empty scope field means "any".

    organiser: loads rulebooks, gives roles · secretary: runs editions (of a region, if given) ·
    applicant: acts for an organisation · assessor: works in an edition · chair, member: sit in
    the panels of an edition (of a region, if given) · auditor: reads everything of an edition
    but personal data.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(max_length=12, choices=Role.choices)
    award = models.CharField(max_length=60, blank=True)
    edition = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=2, blank=True)
    panel = models.CharField(max_length=60, blank=True)
    organisation = models.CharField(max_length=16, blank=True)
    """uid of the organisation an applicant acts for."""
    given_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One grant per scope."""

        constraints = (
            models.UniqueConstraint(
                fields=["user", "role", "award", "edition", "region", "panel", "organisation"],
                condition=models.Q(ended_at__isnull=True),
                name="one_grant_per_scope",
            ),
        )

    def __str__(self) -> str:
        scope = "/".join(filter(None, [self.award, self.edition, self.region, self.organisation]))
        return f"{self.role}@{scope or '*'}"
