"""The web application for gunicorn."""

import gc
import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from laureat.platform.i18n import compiled

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laureat.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Do now what the first visitor would wait for: addresses and texts in both languages, the
    page that all others extend, the engines that say what scorebooks say together.
    """
    from django.conf import settings  # noqa: PLC0415 - Django has started by now
    from django.template.loader import get_template  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415
    from django.utils.translation import gettext, override  # noqa: PLC0415

    from laureat.science.judging import fair_scores, panel, standings  # noqa: F401, PLC0415
    from laureat.science.teaming import propose  # noqa: F401, PLC0415

    for language, _name in settings.LANGUAGES:
        with override(language):
            gettext("Yes")
            reverse("showcase:home")
    for name in ("ui/base.html", "showcase/home.html", "showcase/edition.html"):
        get_template(name)


if errors := compiled.check():
    # A server without them would show English where people expect Russian, and say nothing.
    raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in errors))
_warm()
# Modules, rules and templates stay as long as the process: to look through them for garbage, again
# and again in the middle of requests, took a tenth of the time of large pages.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
