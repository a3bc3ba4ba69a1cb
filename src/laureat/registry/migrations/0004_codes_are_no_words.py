"""The key that goods are searched by holds words only: digits of a code matched numbers in names."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from laureat.platform.i18n.search import search_key


def words_only(apps: Any, _editor: Any) -> None:
    """Derive the keys anew, as the model does from now on."""
    goods = apps.get_model("registry", "Good").objects
    batch = []
    for good in goods.only("pk", "name_ru", "name_en", "search").iterator(chunk_size=1000):
        good.search = search_key(f"{good.name_ru} {good.name_en}")[:700]
        batch.append(good)
        if len(batch) == 1000:
            goods.bulk_update(batch, ["search"])
            batch = []
    goods.bulk_update(batch, ["search"])


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("registry", "0003_newest_distinctions_first")]
    operations = [migrations.RunPython(words_only, migrations.RunPython.noop)]
