"""All settings, from the environment, with defaults that serve a demo on one machine."""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from laureat.environment import (
    env,
    env_bool,
    env_choice,
    env_database,
    env_int,
    env_list,
    env_site,
    proxies,
)

PACKAGE = Path(__file__).resolve().parent
ROOT = Path(env("LAUREAT_ROOT", str(PACKAGE.parents[1])))
DATA = Path(env("LAUREAT_DATA", str(ROOT / "var")))
AWARDS = Path(env("LAUREAT_AWARDS", str(ROOT / "awards")))
DATA.mkdir(parents=True, exist_ok=True)

DEBUG = env_bool("LAUREAT_DEBUG")
DEMO = env_bool("LAUREAT_DEMO")
"""Shows the bar that switches between demo sign-ins. Never on where real people work."""


def _secret_key() -> str:
    """The key of this installation: from the environment, or made once and kept in the data."""
    if said := env("LAUREAT_SECRET_KEY"):
        return said
    path = DATA / "secret-key"
    if not path.exists():
        beside = DATA / f"secret-key.{os.getpid()}"
        beside.touch(mode=0o600)
        beside.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)  # whole, and only if nobody else was first
        beside.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
DATABASES = {
    "default": env_database("LAUREAT_DATABASE", f"sqlite:///{DATA / 'laureat.db'}"),
}
CACHES = {
    # Rate limits count here: in the database, so that all processes count together.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "platform_cache",
    },
    # Public pages, kept by each process for itself.
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BASE_URL = env_site("LAUREAT_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env_list("LAUREAT_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env_list("LAUREAT_ORIGINS")
INTERNAL_IPS: list[str] = []
TRUSTED_PROXIES = proxies("LAUREAT_TRUSTED_PROXIES")

INSTALLED_APPS = [
    "laureat.platform.ui",
    "laureat.platform.accounts",
    "laureat.platform.access",
    "laureat.platform.mail",
    "laureat.platform.files",
    "laureat.ledger",
    "laureat.rulebook",
    "laureat.registry",
    "laureat.outreach",
    "laureat.intake",
    "laureat.assessment",
    "laureat.council",
    "laureat.honours",
    "laureat.feedback",
    "laureat.showcase",
    "laureat.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "laureat.platform.operations.health.HealthMiddleware",
    "laureat.platform.access.visitors.VisitorsAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "laureat.platform.ui.middleware.MarkedLanguage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "laureat.platform.accounts.middleware.ReaderZoneMiddleware",
    "laureat.platform.accounts.consent.ConsentMiddleware",
    "laureat.platform.access.middleware.DeniedMiddleware",
    "laureat.platform.access.proof.ProofMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "laureat.urls"
WSGI_APPLICATION = "laureat.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "laureat.platform.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "laureat.platform.ui.context.page",
                "laureat.platform.accounts.context.demo",
            ],
        },
    }
]
FORM_RENDERER = "laureat.platform.ui.forms.Renderer"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:desk"
LOGOUT_REDIRECT_URL = "showcase:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = env_choice(
    "LAUREAT_EMAIL_VERIFICATION", "mandatory", ("mandatory", "optional", "none")
)
ACCOUNT_ADAPTER = "laureat.platform.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "laureat.platform.accounts.forms.SignIn",
    "signup": "laureat.platform.accounts.forms.SignUp",
    "add_email": "laureat.platform.accounts.forms.AddEmail",
    "change_password": "laureat.platform.accounts.forms.ChangePassword",
    "set_password": "laureat.platform.accounts.forms.SetPassword",
    "reset_password": "laureat.platform.accounts.forms.ResetPassword",
    "reset_password_from_key": "laureat.platform.accounts.forms.ResetPasswordKey",
    "reauthenticate": "laureat.platform.accounts.forms.Reauthenticate",
}
OPERATOR = env("LAUREAT_OPERATOR")
OPERATOR_ADDRESS = env("LAUREAT_OPERATOR_ADDRESS")
OPERATOR_EMAIL = env("LAUREAT_OPERATOR_EMAIL")
"""Who answers for personal data: the page about them names it (platform/accounts/personal_data.py)."""
ERASED_WITHIN = timedelta(days=env_int("LAUREAT_ERASURE_DAYS", 30))
"""How long after somebody asked for it their account is erased (152-FZ, article 21: thirty days)."""
PROOF_LASTS = timedelta(minutes=env_int("LAUREAT_PROOF_MINUTES", 15))
"""How long a sign-in allows what cannot be taken back (see platform/access/proof.py)."""
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(PROOF_LASTS.total_seconds())
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    # Passwords are counted by django-axes below, codes of the second factor by account.
    "wrong_passwords": "20/m/ip",
    # One account, from wherever it is tried: many addresses give no more tries than this.
    "wrong_passwords_of_account": "8/5m/key",
    "login_failed": "5/15m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    # Who is not a secretary asks the register about INNs: enough for one's own, not for all.
    "organisation_by_inn": "20/m/user,100/d/user,60/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "laureat.platform.accounts.forms.SecondFactor",
    "reauthenticate": "laureat.platform.accounts.forms.SecondFactorAgain",
    "add_webauthn": "laureat.platform.accounts.forms.AddPasskey",
    "edit_webauthn": "laureat.platform.accounts.forms.EditPasskey",
}
MFA_TOTP_ISSUER = "laureat"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "laureat.platform.accounts.views.locked"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time that was said holds
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "laureat.platform.accounts.adapter.signing_in"
AXES_ENABLE_ADMIN = False

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]  # the command line; each room has its own
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Moscow"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if env_bool("LAUREAT_STATIC_MANIFEST")
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not env_bool("LAUREAT_STATIC_MANIFEST")
FILES = DATA / "files"
"""Where content-addressed files live."""
FILES_SYNC = env_bool("LAUREAT_FILES_SYNC", default=True)
"""Off only where data is thrown away: tests, and the demo while it is played."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

EMAIL_BACKEND = env("LAUREAT_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA / "mailbox"
EMAIL_HOST = env("LAUREAT_EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("LAUREAT_EMAIL_PORT", 25, most=65535)
EMAIL_HOST_USER = env("LAUREAT_EMAIL_USER")
EMAIL_HOST_PASSWORD = env("LAUREAT_EMAIL_PASSWORD")
EMAIL_USE_TLS = env_bool("LAUREAT_EMAIL_TLS")
DEFAULT_FROM_EMAIL = env("LAUREAT_EMAIL_FROM", "laureat <noreply@laureat.invalid>")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "laureat.platform.ui.views.csrf_failure"

LOG = env_choice("LAUREAT_LOG", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "datefmt": "%Y-%m-%d %H:%M:%S %z",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
