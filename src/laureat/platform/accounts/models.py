"""The person who signs in."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laureat.platform.clock import now
from laureat.platform.i18n.latin import called
from laureat.platform.identity import new_uid


def new_salt() -> str:
    """A secret that ties a person to ledger commitments; erased with the person."""
    return secrets.token_hex(16)


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new user; without a password they can sign in only after resetting it."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """E-mail addresses do not know case."""
        return self.get(email__iexact=username)


class DemoRole(models.TextChoices):
    """The sign-ins of the demo, in the order of its bar."""

    APPLICANT = "applicant", _("Applicant")
    ASSESSOR = "assessor", _("Assessor")
    LEAD = "lead", _("Lead assessor")
    SECRETARY = "secretary", _("Secretary")
    CHAIR = "chair", _("Chair of a regional commission")
    MEMBER = "member", _("Member of the Council")
    AUDITOR = "auditor", _("Auditor")
    ORGANISER = "organiser", _("Organiser")


class User(AbstractBaseUser):
    """A person. What they may do is in `access.Grant`, never in flags here."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("full name"), max_length=200)
    name_latin = models.CharField(_("name in Latin letters"), max_length=200, blank=True)
    """As in the passport for travel, for English pages and papers; "" is transliterated."""
    post = models.CharField(_("post"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ru", "Русский"), ("en", "English")], default="ru"
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Moscow")
    is_active = models.BooleanField(default=True)
    demo_role = models.CharField(max_length=20, blank=True)
    """The sign-in this person stands for in the demo ("" for everybody else)."""
    ledger_salt = models.CharField(max_length=32, default=new_salt, editable=False)
    joined_at = models.DateTimeField(default=now)
    consent_at = models.DateTimeField(null=True, blank=True)
    consent_to = models.CharField(max_length=10, blank=True)
    """When they agreed to the processing of their data, and the day of the text they agreed to."""
    erasure_asked_at = models.DateTimeField(null=True, blank=True)
    """When they first asked for the account to be erased."""

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """Names."""

        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_short_name()

    @property
    def called(self) -> str:
        """The full name as the reader's language writes it; in Russian it is the legal one."""
        return gettext("(person erased)") if self.is_erased else called(self.name, self.name_latin)

    def get_full_name(self) -> str:
        """The full name, in the reader's language."""
        return self.called

    def get_short_name(self) -> str:
        """The name as lists show it."""
        return self.get_full_name() or self.email

    @property
    def is_erased(self) -> bool:
        """Whether the person was forgotten: the salt goes with the name."""
        return not self.ledger_salt

    @property
    def commitment(self) -> str:
        """What the ledger writes instead of the person: SHA-256 of the salt and the uid.

        Not of the e-mail, which people change: all records of a person carry one commitment, and
        whoever knows the salt can show that they are theirs. Erasing the salt unties them.
        """
        return hashlib.sha256(f"{self.ledger_salt}:{self.uid}".encode()).hexdigest()
