"""Ties that were found become a code with what it is about: sentences were stored in the language of
whoever looked for them, and everybody read that.
"""

from __future__ import annotations

import re
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SENTENCES = {
    "employer": ("Works for this organisation", "Работает в этой организации"),
    "applicant": (
        "Acts for this organisation as an applicant",
        "Действует от имени этой организации как соискатель",
    ),
    "inn": (
        "Works for an organisation with the same INN (.+)",
        "Работает в организации с тем же ИНН (.+)",
    ),
    "domain": (
        "Mail address of the organisation's domain (.+)",
        "Почтовый адрес в домене организации (.+)",
    ),
}


def told(reason: str) -> tuple[str, str]:
    """The code and what it is about; "" where a person wrote the reason."""
    for tie, sentences in SENTENCES.items():
        for sentence in sentences:
            found = re.fullmatch(sentence, reason)
            if found:
                return tie, found.group(1) if found.groups() else ""
    return "", ""


def read(apps: Any, _editor: Any) -> None:
    """Reasons of conflicts that were found, and of the assignments that they ended."""
    conflict = apps.get_model("assessment", "Conflict")
    assignment = apps.get_model("assessment", "Assignment")
    for row in conflict.objects.filter(kind="detected").order_by("pk").iterator():
        reason = row.reason
        row.tie, row.about = told(reason)
        if not row.tie:
            continue
        row.reason = ""
        row.save(update_fields=["tie", "about", "reason"])
        assignment.objects.filter(
            assessor=row.assessor_id,
            entry__organisation=row.organisation_id,
            state="conflicted",
            reason=reason,
        ).update(conflict=row, reason="")


class Migration(migrations.Migration):
    """The columns, then the rows."""

    dependencies = (("assessment", "0005_pairings"),)

    operations = (
        migrations.AddField(
            model_name="assignment",
            name="conflict",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessment.conflict",
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="about",
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="conflict",
            name="tie",
            field=models.CharField(
                blank=True,
                choices=[
                    ("employer", "Works for this organisation"),
                    ("applicant", "Acts for this organisation as an applicant"),
                    ("inn", "Works for an organisation with the same INN %(about)s"),
                    ("domain", "Mail address of the organisation's domain %(about)s"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="conflict",
            name="reason",
            field=models.TextField(blank=True),
        ),
        migrations.RunPython(read, migrations.RunPython.noop),
    )
