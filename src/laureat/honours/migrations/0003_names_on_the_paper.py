"""A diploma keeps the names that stand on the paper; those issued before get today's."""

from django.db import migrations, models


def write_down(apps, _schema_editor):
    """What the page of each diploma has shown until now: the register's names."""
    diplomas = apps.get_model("honours", "Diploma").objects
    some = diplomas.select_related("honour__entry__organisation", "honour__entry__good")
    for diploma in some.iterator(chunk_size=500):
        organisation, good = diploma.honour.entry.organisation, diploma.honour.entry.good
        for language in ("ru", "en"):
            setattr(diploma, f"holder_{language}", getattr(organisation, f"name_{language}"))
            setattr(diploma, f"place_{language}", getattr(organisation, f"city_{language}"))
            setattr(diploma, f"good_{language}", getattr(good, f"name_{language}") if good else "")
        diploma.save()


class Migration(migrations.Migration):
    dependencies = [
        ("honours", "0002_terms_of_the_emblem"),
        ("intake", "0001_initial"),
        ("registry", "0001_initial"),
    ]

    operations = [
        *(
            migrations.AddField("diploma", name, models.CharField(blank=True, max_length=length))
            for name, length in (
                ("holder_ru", 500),
                ("holder_en", 500),
                ("place_ru", 200),
                ("place_en", 200),
                ("good_ru", 500),
                ("good_en", 500),
            )
        ),
        migrations.AddField("diploma", "earlier", models.JSONField(blank=True, default=list)),
        migrations.AddField("diploma", "reissued_on", models.DateField(blank=True, null=True)),
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
