"""One head office to an INN; a branch has a KPP; doubles that were merged count no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Rules only."""

    dependencies = [("registry", "0005_branches_and_doubles")]
    operations = [
        migrations.RemoveConstraint(
            model_name="organisation",
            name="one_organisation_per_inn_kpp",
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                fields=["inn", "kpp"],
                condition=~models.Q(inn="") & models.Q(merged_into=None),
                name="one_organisation_per_inn_kpp",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                fields=["inn"],
                condition=~models.Q(inn="") & models.Q(is_branch=False, merged_into=None),
                name="one_head_office_per_inn",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(is_branch=False) | ~models.Q(kpp=""),
                name="branches_have_a_kpp",
            ),
        ),
    ]
