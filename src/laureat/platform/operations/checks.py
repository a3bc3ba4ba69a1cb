"""What `laureat manage check` finds wrong in an operator's environment."""

from __future__ import annotations

import os

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from laureat import environment


def check_environment(app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """Settings that nobody reads, because of their names or of what they name."""
    return [*_misspelt(), *_no_backend()]


def _misspelt() -> list[checks.CheckMessage]:
    return [
        checks.Warning(
            f"{name} is set, but laureat has no such setting.",
            hint=f"Is {meant} meant?" if meant else "docs/operators.md lists the settings.",
            id="laureat.W002",
        )
        for name, meant in environment.unknown(os.environ).items()
    ]


def _no_backend() -> list[checks.CheckMessage]:
    try:
        import_string(settings.EMAIL_BACKEND)
    except ImportError as error:
        hint = "No letter will leave. For SMTP: django.core.mail.backends.smtp.EmailBackend"
        return [checks.Error(f"LAUREAT_EMAIL_BACKEND: {error}", hint=hint, id="laureat.E002")]
    return []
