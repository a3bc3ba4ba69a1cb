"""What `laureat manage check` finds wrong in an operator's environment."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from laureat import environment


def check_environment(app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """Settings that nobody reads, because of their names or of what they name."""
    return [*_misspelt(), *_no_backend()]


def check_production(app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """What would let strangers in, or let no page out, where real people work."""
    found: list[checks.CheckMessage] = []
    if settings.DEMO:
        hint = "Anybody becomes a secretary by one click. Unset it where real people work."
        found.append(checks.Error("LAUREAT_DEMO is on.", hint=hint, id="laureat.E003"))
    hashed = not settings.WHITENOISE_USE_FINDERS
    if hashed and not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        hint = "Run: laureat manage collectstatic --noinput"
        said = f"LAUREAT_STATIC_MANIFEST is on, but {settings.STATIC_ROOT} holds no static files."
        found.append(checks.Error(said, hint=hint, id="laureat.E004"))
    return found


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
