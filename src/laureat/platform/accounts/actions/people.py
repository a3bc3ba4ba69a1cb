"""What people do with their accounts: being invited, consenting, changing."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessLog
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.accounts.permissions import invite_people, see_person
from laureat.platform.accounts.permissions import reset_factor as may_reset
from laureat.platform.accounts.personal_data import CONSENT
from laureat.platform.accounts.queries import roles
from laureat.platform.accounts.signals import second_factor_reset
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.platform.ui.zones import known_zones

INVITATION_LASTS = timedelta(days=30)
_SALT = "laureat.invitation"
LANGUAGES = ("ru", "en")


@transaction.atomic
def register_person(
    email: str,
    name: str,
    *,
    language: str = "ru",
    password: str | None = None,
    demo_role: str = "",
    post: str = "",
    letter: bool = True,
    by: User | None,
) -> User:
    """Make an account for somebody else; an e-mail that is known gives that person back unchanged.

    A person without password who is registered by somebody gets an invitation by mail: its link
    leads to a page where they choose a password. The letter names the roles they hold: who gives
    one afterwards says `letter=False` and sends it then. Raises Denied, Refused (`field` email or
    name).
    """
    if by is not None:
        answer = invite_people(by)
        if not answer:
            raise Denied(answer.reason)
    email = checked_email(email)
    known = User.objects.filter(email=email).first()
    if known:
        if not known.is_active:
            raise Refused(_("This account is closed. Use another e-mail address."), field="email")
        return known
    name = _checked_name(name)
    user = _create(email, password, name, language, demo_role, post)
    if password is not None:
        _confirm_address(user)
    elif letter and by is not None and not demo_role:
        send_invitation(user, by=by)
    return user


@transaction.atomic
def sign_up(user: User, *, name: str, language: str, consent: bool = False) -> User:
    """Keep somebody who signs up themselves; `user` has address and password. Raises Refused (also
    without consent to the processing of personal data).
    """
    if not consent:
        raise Refused(_no_consent(), field="consent")
    _agree(user)
    user.name = _checked_name(name)
    user.language = language if language in LANGUAGES else "ru"
    user.joined_at = now()
    user.save()
    return user


@transaction.atomic
def agree(user: User, *, consent: bool = False) -> None:
    """Keep that `user` agreed to the text of today, and when. Raises Refused (they did not)."""
    if not consent:
        raise Refused(_no_consent(), field="consent")
    _agree(user)
    user.save(update_fields=["consent_at", "consent_to"])


def _no_consent() -> str:
    return _("Without your consent to the processing of personal data there can be no account.")


def _agree(user: User) -> None:
    user.consent_at, user.consent_to = now(), CONSENT


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give the full name: documents will carry it."), field="name")
    if len(name) > 200:
        raise Refused(_("The name is too long: at most 200 characters."), field="name")
    return name


def _checked_latin(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > 200:
        raise Refused(_("The name is too long: at most 200 characters."), field="name_latin")
    if any(each.isalpha() and not unicodedata.name(each).startswith("LATIN") for each in name):
        raise Refused(
            _("Latin letters only, as in the passport for travel: Ivan Kolosov."),
            field="name_latin",
        )
    if name and not any(each.isalpha() for each in name):
        raise Refused(
            _("Write the name in Latin letters, or leave this empty."), field="name_latin"
        )
    return name


def _create(
    email: str, password: str | None, name: str, language: str, demo_role: str, post: str
) -> User:
    """A new person, or the one that somebody else made in the same moment."""
    try:
        with transaction.atomic():
            return User.objects.create_user(
                email,
                password,
                name=name,
                language=language if language in LANGUAGES else "ru",
                demo_role=demo_role,
                post=" ".join(post.split())[:200],
                joined_at=now(),
            )
    except IntegrityError:
        return User.objects.get(email=email)


def checked_email(email: str) -> str:
    """The address as it is stored. Raises Refused."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(
            _("«%(email)s» is not an e-mail address: expected name@example.org.")
            % {"email": email},
            field="email",
        ) from None
    return email


def _confirm_address(user: User) -> None:
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )


def invitation_link(user: User) -> str:
    """The address where an invited person chooses a password; good until they did, at most 30 days."""
    until = now() + INVITATION_LASTS
    token = signing.dumps({"person": user.uid, "until": until.isoformat()}, salt=_SALT)
    with translation.override(user.language):
        return settings.BASE_URL + reverse("accounts:invitation", args=[token])


def invited_person(token: str) -> User:
    """Whom an invitation link is for. Raises Refused (broken, too old)."""
    try:
        said = signing.loads(token, salt=_SALT)
        user = User.objects.get(uid=said["person"], is_active=True)
    except (signing.BadSignature, User.DoesNotExist, KeyError, TypeError):
        raise Refused(
            _("This invitation link is not complete. Copy the whole line from the letter.")
        ) from None
    if now() > datetime.fromisoformat(said["until"]):
        raise Refused(_("This invitation has expired. Ask the secretary to send a new one."))
    return user


@transaction.atomic
def send_invitation(user: User, *, by: User) -> None:
    """Send the invitation (again). Raises Denied, Refused (they have chosen a password already)."""
    from laureat.platform.mail import actions as mail  # noqa: PLC0415 - mail knows accounts

    see_person.require(by, user)
    if user.has_usable_password():
        raise Refused(_("%(name)s has accepted the invitation already.") % {"name": user.called})
    with translation.override(user.language):
        words = {
            "user": user,
            "by": by,
            "roles": roles(user),
            "link": invitation_link(user),
            "lasts": INVITATION_LASTS,
        }
        mail.queue(
            to=user.email,
            kind="account.invitation",
            subject=_("Invitation to laureat"),
            body=render_to_string("accounts/mail/invitation.txt", words),
            user=user,
            language=user.language,
        )


@transaction.atomic
def accept_invitation(
    token: str, password: str, *, consent: bool = False, language: str = ""
) -> User:
    """Choose the first password; the link proves the e-mail address, and the `language` of the page
    on which it is chosen is that of the letters to come. Raises Refused (also without consent to the
    processing of personal data).
    """
    invited = invited_person(token)
    user = User.objects.select_for_update().get(pk=invited.pk)
    if user.has_usable_password():
        raise Refused(_("A password has been chosen already. Please sign in with it."))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password1") from error
    if not consent:
        raise Refused(_no_consent(), field="consent")
    _agree(user)
    user.set_password(password)
    user.language = language or user.language
    user.save(update_fields=["password", "language", "consent_at", "consent_to"])
    _confirm_address(user)
    return user


@transaction.atomic
def change_profile(
    user: User,
    *,
    name: str,
    name_latin: str = "",
    post: str = "",
    phone: str = "",
    language: str = "ru",
    time_zone: str = "Europe/Moscow",
    by: User,
) -> User:
    """Change how a person is named and reached; only they themselves. Raises Denied, Refused."""
    if by.pk != user.pk:
        raise Denied(_("Everybody changes their own profile only."))
    name, name_latin = _checked_name(name), _checked_latin(name_latin)
    if language not in LANGUAGES:
        raise Refused(_("Choose Russian or English."), field="language")
    if time_zone not in known_zones():
        raise Refused(
            _("Unknown time zone: choose one, such as Asia/Novokuznetsk."), field="time_zone"
        )
    row = User.objects.select_for_update().get(pk=user.pk)
    row.name, row.name_latin = name, name_latin
    row.post, row.phone = " ".join(post.split()), " ".join(phone.split())
    row.language, row.time_zone = language, time_zone
    row.save(update_fields=["name", "name_latin", "post", "phone", "language", "time_zone"])
    return row


@transaction.atomic
def follow_address(user: User, email: str, former: str = "") -> None:
    """The account's address is the one that was confirmed, in lower case as all of them.

    The journal of sign-ins goes with it, so that whoever takes the `former` address later sees
    nothing of it; wrong passwords for an address that opens nothing any more are dropped.
    """
    email = email.lower()
    User.objects.filter(pk=user.pk).update(email=email)
    if former and former.lower() != email:
        AccessLog.objects.filter(username__iexact=former).update(username=email)
        AccessAttempt.objects.filter(username__iexact=former).delete()


def open_door(user: User) -> None:
    """Who has proved to be the owner of the address may try to sign in again at once."""
    reset(username=user.email)


@transaction.atomic
def reset_second_factor(user: User, *, reason: str, by: User | None) -> None:
    """Switch off every second factor of somebody who has lost theirs; the password alone then opens
    the account. They get a letter, the journals where they hold a role a record. `reason` says how
    it was made sure that it is them. Raises Denied, Refused (no reason; nothing to switch off).
    """
    from laureat.platform.mail import actions as mail  # noqa: PLC0415 - mail knows accounts

    if by is not None:
        may_reset.require(by, user)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say how you made sure that it is this person."), field="reason")
    row = User.objects.select_for_update().get(pk=user.pk)
    if not Authenticator.objects.filter(user=row).delete()[0]:
        raise Refused(_("%(name)s has no second factor.") % {"name": row.called})
    second_factor_reset.send(sender=User, user=row, by=by, reason=reason)
    with translation.override(row.language):
        words = {"user": row, "by": by, "reason": reason}
        mail.queue(
            to=row.email,
            kind="account.second_factor_reset",
            subject=_("Your second factor was switched off"),
            body=render_to_string("accounts/mail/second_factor_reset.txt", words),
            user=row,
            language=row.language,
        )
