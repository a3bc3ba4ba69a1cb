"""Head office or branch, doubles that were merged, and indexes by INN and OGRN."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

_BRANCH = {"02", "03", "04", "05", "31", "32", "43", "44", "45"}
"""Reasons (digits 5 and 6 of a KPP) for which the tax service knows a branch."""


def tell_branches(apps: Any, _editor: Any) -> None:
    """Say of every organisation with a KPP whether it is a branch.

    Its KPP says so; and where several of one INN could be the head office, only one is: the one
    without a KPP, else the one whose KPP says so, else the first. Those that are doubles of it keep
    all they have; the list of likely doubles shows them to the secretary.
    """
    rows = apps.get_model("registry", "Organisation").objects.order_by("inn", "pk")
    branches: list[int] = []
    heads: dict[str, list[tuple[bool, bool, int]]] = {}
    for key, inn, kpp in rows.exclude(inn="").values_list("pk", "inn", "kpp"):
        if kpp[4:6] in _BRANCH:
            branches.append(key)
        else:
            heads.setdefault(inn, []).append((kpp != "", kpp[4:6] != "01", key))
    for same in heads.values():
        branches += [key for _kpp, _place, key in sorted(same)[1:]]
    for start in range(0, len(branches), 500):
        rows.filter(pk__in=branches[start : start + 500]).update(is_branch=True)


class Migration(migrations.Migration):
    """Columns, indexes, data; the rules that hold from then on follow."""

    dependencies = [("registry", "0004_codes_are_no_words")]
    operations = [
        migrations.AddField(
            model_name="organisation",
            name="is_branch",
            field=models.BooleanField(default=False, verbose_name="branch"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["inn"], name="organisations_by_inn"),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["ogrn"], name="organisations_by_ogrn"),
        ),
        migrations.RunPython(tell_branches, migrations.RunPython.noop),
    ]
