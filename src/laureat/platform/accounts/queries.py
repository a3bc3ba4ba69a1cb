"""Reading people for pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessLog
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.platform import words
from laureat.platform.access.models import Grant
from laureat.platform.access.permissions import Answer, grants
from laureat.platform.access.scopes import scopes
from laureat.platform.accounts import copies
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import DemoRole, User
from laureat.platform.accounts.permissions import erase_people, erase_person, reset_factor
from laureat.platform.accounts.personal_data import ERASED_WITHIN, operator


def demo_roles(user: Any) -> list[dict[str, Any]]:
    """The demo sign-ins in the order of the bar, with the current one marked."""
    there = set(demo_people().values_list("demo_role", flat=True))
    current = getattr(user, "demo_role", "")
    return [
        {"key": role.value, "label": role.label, "current": role.value == current}
        for role in DemoRole
        if role.value in there
    ]


def demo_people() -> Any:
    """The people behind the demo sign-ins, the oldest of each role first."""
    return User.objects.filter(is_active=True).exclude(demo_role="").order_by("pk")


@dataclass(frozen=True)
class HeldRole:
    """A role as its holder reads it."""

    label: str
    where: str
    since: datetime


def role_names(user: User) -> list[str]:
    """What a person is here, each word once, as sentences begin."""
    return list(dict.fromkeys(_capital(grant.get_role_display()) for grant in grants(user)))


def roles(user: User) -> list[HeldRole]:
    """The roles of a person with the titles of their editions and organisations."""
    titles = {(each.award, each.edition): each for each in scopes()}
    organisations = words.things(
        user, "organisation", (grant.organisation for grant in grants(user) if grant.organisation)
    )
    held = []
    for grant in grants(user):
        edition = titles.get((grant.award, grant.edition))
        where = edition.title if edition else "/".join(filter(None, [grant.award, grant.edition]))
        organisation = organisations.get(grant.organisation)
        region = edition.regions.get(grant.region, grant.region) if edition else grant.region
        held.append(
            HeldRole(
                _capital(grant.get_role_display()),
                " · ".join(
                    filter(None, [organisation.name if organisation else "", where, region])
                ),
                grant.given_at,
            )
        )
    return held


def find(uid: str) -> User | None:
    """One person, or None."""
    return User.objects.filter(uid=uid).first()


def has_factor(user: User) -> bool:
    """Whether signing in asks `user` for more than the password."""
    return Authenticator.objects.filter(user=user).exists()


def everybody(search: str = "") -> QuerySet[User]:
    """All people who are not erased, by name; `search` is part of the name or the address.

    No database of ours compares Cyrillic without case, so a name is also sought as names are
    written: each word with a capital letter.
    """
    found = User.objects.exclude(ledger_salt="")
    if search:
        named = Q(name__contains=search) | Q(name__contains=search.title())
        latin = Q(name_latin__icontains=search)
        found = found.filter(named | latin | Q(email__icontains=search))
    return found.order_by("name", "pk")


def is_unconfirmed(user: User) -> bool:
    """Whether the address that mail to `user` goes to was typed but never confirmed (one query)."""
    return EmailAddress.objects.filter(user=user, email=user.email, verified=False).exists()


@dataclass(frozen=True)
class AccountLine:
    """A person as the list of accounts shows them."""

    person: User
    roles: list[str]
    waiting: bool
    """Invited, no password chosen yet."""
    erase: Answer
    guarded: bool
    """Has a second factor, which `user` may switch off."""


def account_lines(user: User, people: list[User]) -> list[AccountLine]:
    """The rows of the list, with what `user` may do."""
    held: dict[int, list[str]] = {}
    for grant in Grant.objects.filter(user__in=people, ended_at=None).order_by("role", "pk"):
        held.setdefault(grant.user_id, []).append(_capital(grant.get_role_display()))
    guarded = set(Authenticator.objects.filter(user__in=people).values_list("user", flat=True))
    return [
        AccountLine(
            person=each,
            roles=list(dict.fromkeys(held.get(each.pk, []))),
            waiting=each.is_active and not each.has_usable_password(),
            erase=erase_person(user, each),
            guarded=each.pk in guarded and bool(reset_factor(user, each)),
        )
        for each in people
    ]


def desk_sections(user: User) -> list[Section]:
    """Who waits to be erased, for those who may: the first who asked stands first."""
    if not erase_people(user):
        return []
    asked = erase_person.of(user).filter(erasure_asked_at__isnull=False, is_active=True)
    items = [
        Item(
            _("%(name)s asks to be erased") % {"name": each},
            reverse("accounts:erase", args=[each.uid]),
            detail=_("Consent withdrawn: the law gives thirty days"),
            due=each.erasure_asked_at + ERASED_WITHIN,
            urgent=True,
            todo=True,
        )
        for each in asked.order_by("erasure_asked_at", "pk")
        if each.erasure_asked_at
    ]
    return [Section(_("Personal data"), items)] if items else []


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def copy_of(user: User) -> dict[str, Any]:
    """Everything that is kept about `user` as a person, in plain values."""
    from laureat.platform.mail.models import Message  # noqa: PLC0415 - mail knows accounts

    addresses = EmailAddress.objects.filter(user=user).order_by("pk")
    factors = Authenticator.objects.filter(user=user).order_by("pk")
    held = Grant.objects.filter(user=user).order_by("given_at", "pk")
    letters = Message.objects.filter(user=user).order_by("queued_at", "pk")
    entered = AccessLog.objects.filter(username__iexact=user.email).order_by("attempt_time")
    failed = AccessAttempt.objects.filter(username__iexact=user.email).order_by("attempt_time")
    return {
        "operator": operator(),
        "account": {
            "email": user.email,
            "name": user.name,
            "name_latin": user.name_latin,
            "post": user.post,
            "phone": user.phone,
            "language": user.language,
            "time_zone": user.time_zone,
            "joined_at": user.joined_at,
            "consent_at": user.consent_at,
            "consent_to": user.consent_to,
            "erasure_asked_at": user.erasure_asked_at,
        },
        "addresses": [{"email": each.email, "confirmed": each.verified} for each in addresses],
        "second_factors": [
            {"kind": each.type, "added_at": each.created_at, "used_at": each.last_used_at}
            for each in factors
        ],
        "roles": [
            {
                "role": each.role,
                "award": each.award,
                "edition": each.edition,
                "region": each.region,
                "panel": each.panel,
                "organisation": each.organisation,
                "given_at": each.given_at,
                "ended_at": each.ended_at,
            }
            for each in held
        ],
        "failed_sign_ins": [
            {"at": each.attempt_time, "address": each.ip_address, "program": each.user_agent}
            for each in failed
        ],
        "sign_ins": [
            {"at": each.attempt_time, "address": each.ip_address, "program": each.user_agent}
            for each in entered
        ],
        "letters": [
            {"to": each.to, "subject": each.subject, "sent_at": each.sent_at}
            # Links in mail of the account open it: whoever holds a session shall not get them.
            | ({} if each.kind.startswith("account.") else {"text": each.body})
            for each in letters
        ],
        **copies.rooms(user),
    }


def last_wrong_password(name: str, ip_address: str | None) -> datetime | None:
    """When somebody last tried a wrong password as `name` from this address."""
    return (
        AccessAttempt.objects.filter(username=name, ip_address=ip_address)
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
