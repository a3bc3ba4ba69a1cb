"""The web application for gunicorn."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from laureat.platform.i18n import compiled

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laureat.settings")
application = get_wsgi_application()
if errors := compiled.check():
    # A server without them would show English where people expect Russian, and say nothing.
    raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in errors))
# Every view is read before the first visitor comes, who would otherwise wait for all of them.
get_resolver().url_patterns  # noqa: B018 - reading it is what it is for
