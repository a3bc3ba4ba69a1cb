"""Parts of a team's scorebook are to be discussed until the lead has saved them. What was signed
before is past discussing; of drafts nobody knows, so they are asked about.
"""

from typing import Any

from django.db import migrations, models


def settle(apps: Any, _schema: Any) -> None:
    """The marks of the teams' scorebooks that are signed."""
    apps.get_model("assessment", "Mark").objects.filter(
        scorebook__kind="consensus", scorebook__state="signed"
    ).update(settled=True)


class Migration(migrations.Migration):
    dependencies = [("assessment", "0007_judging")]

    operations = [
        migrations.AddField(
            model_name="mark", name="settled", field=models.BooleanField(default=False)
        ),
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]
