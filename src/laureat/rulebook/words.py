"""What the journals call what happens to rules, stages and roles."""

from django.utils.translation import gettext_lazy as _

from laureat.platform.words import Subject
from laureat.rulebook.models import Edition, Stage

TITLE = _("Rules, stages and roles")
ACTIONS = {
    "edition": {
        "rulebook.loaded": _("Rules put in force"),
        "award.changed": _("What is said of the award changed"),
        "edition.prepared": _("Contest prepared"),
        "edition.running": _("Contest begun"),
        "edition.published": _("Results of the contest published"),
        "edition.archived": _("Contest put into the archive"),
    },
    "stage": {
        "stage.planned": _("Stage planned anew"),
        "stage.open": _("Stage opened"),
        "stage.closed": _("Stage closed"),
        "stage.dates": _("Dates of a stage moved"),
    },
    "grant": {
        "role.given": _("Role given"),
        "role.ended": _("Role ended"),
        "role.factor_reset": _("Lost second factor switched off"),
    },
}
SUBJECTS = {
    # Titles of editions and stages stand in the rules, which everybody reads.
    "edition": Subject(
        _("contest"), lambda _user: Edition.objects.all(), ru="title_ru", en="title_en"
    ),
    "stage": Subject(_("stage"), lambda _user: Stage.objects.all(), ru="title_ru", en="title_en"),
    "grant": Subject(_("role")),
}
