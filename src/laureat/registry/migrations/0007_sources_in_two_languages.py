"""The name of a source in two columns instead of one: «Новости / News»."""

from __future__ import annotations

import re
from typing import Any

from django.db import migrations, models

_RUSSIAN = re.compile("[\u0400-\u04ff]")


def parted(said: str) -> tuple[str, str]:
    """The Russian and the English name. One that stands alone is Russian if it has Russian letters;
    else (gazeta13.ru) it is said so in both languages.
    """
    first, _slash, second = said.partition(" / ")
    if second and _RUSSIAN.search(first) and not _RUSSIAN.search(second):
        return first, second
    return (said, "") if _RUSSIAN.search(said) else (said, said)


def part(apps: Any, _editor: Any) -> None:
    """Every name that is kept, once."""
    for model, column in (("Organisation", "source"), ("Distinction", "source_title")):
        rows = apps.get_model("registry", model).objects.order_by()
        said = rows.exclude(**{column: ""}).values_list(column, flat=True).distinct()
        for each in list(said):
            ru, en = parted(each)
            rows.filter(**{column: each}).update(**{f"{column}_ru": ru, f"{column}_en": en})


def _column() -> models.CharField[str, str]:
    return models.CharField(blank=True, max_length=300)


class Migration(migrations.Migration):
    """New columns, what they say, and the old ones away."""

    dependencies = [("registry", "0006_one_head_office")]
    operations = [
        migrations.AddField("organisation", "source_ru", _column()),
        migrations.AddField("organisation", "source_en", _column()),
        migrations.AddField("distinction", "source_title_ru", _column()),
        migrations.AddField("distinction", "source_title_en", _column()),
        migrations.RunPython(part, migrations.RunPython.noop),
        migrations.RemoveField("organisation", "source"),
        migrations.RemoveField("distinction", "source_title"),
    ]
