"""Reading people for pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessLog
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.platform import words
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.permissions import Answer, grants
from laureat.platform.access.scopes import scopes
from laureat.platform.accounts import copies
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import DemoRole, User
from laureat.platform.accounts.permissions import (
    erase_people,
    erase_person,
    reset_factor,
    ruling_everything,
)
from laureat.platform.accounts.personal_data import operator, until


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
    until: datetime | None = None


def role_names(user: User) -> list[str]:
    """What a person is here, each word once, as sentences begin."""
    return list(dict.fromkeys(_capital(grant.get_role_display()) for grant in grants(user)))


def roles(user: User) -> list[HeldRole]:
    """The roles of a person with the titles of their editions and organisations."""
    return [_held(grant, where) for grant, where in _where(user, grants(user))]


def _held(grant: Grant, where: str) -> HeldRole:
    return HeldRole(_capital(grant.get_role_display()), where, grant.given_at, grant.ended_at)


def _where(user: User, held: list[Grant]) -> Iterator[tuple[Grant, str]]:
    """Each of the roles with what it is over, in words."""
    titles = {(each.award, each.edition): each for each in scopes()}
    organisations = words.things(
        user, "organisation", (grant.organisation for grant in held if grant.organisation)
    )
    for grant in held:
        edition = titles.get((grant.award, grant.edition))
        where = edition.title if edition else "/".join(filter(None, [grant.award, grant.edition]))
        organisation = organisations.get(grant.organisation)
        region = edition.regions.get(grant.region, grant.region) if edition else grant.region
        name = organisation.name if organisation else ""
        yield grant, " · ".join(filter(None, [name, where, region]))


MOST_ENDED = 10


@dataclass(frozen=True)
class Farewell:
    """What is told to somebody all of whose roles have ended."""

    roles: list[HeldRole]
    ask: list[User]
    """Whom to ask about it: organisers of those contests, else of the whole installation."""


def farewell(user: User) -> Farewell | None:
    """For somebody who holds no role any more; None for who holds one, or never did."""
    if grants(user):
        return None
    ended = Grant.objects.filter(user=user, ended_at__isnull=False).order_by("-ended_at", "-pk")
    rows = list(ended[:MOST_ENDED])
    if not rows:
        return None
    near = Q(award="", edition="")
    for row in rows:
        near |= Q(award=row.award, edition="") | Q(award=row.award, edition=row.edition)
    organisers = (
        Grant.objects.filter(near, role=Role.ORGANISER, ended_at=None, user__is_active=True)
        .exclude(user=user)
        .select_related("user")
        .order_by("-award", "given_at", "pk")
    )
    people = list(dict.fromkeys(each.user for each in organisers[:MOST_ENDED]))[:3]
    return Farewell([_held(grant, where) for grant, where in _where(user, rows)], people)


def find(uid: str) -> User | None:
    """One person, or None."""
    return User.objects.filter(uid=uid).first()


def has_factor(user: User) -> bool:
    """Whether signing in asks `user` for more than the password."""
    return Authenticator.objects.filter(user=user).exists()


def named(search: str, person: str = "") -> Q:
    """People by a part of the name or the address; `person` leads to them (`user__`).

    No database of ours compares Cyrillic without case, so a name is also sought as names are
    written: each word with a capital letter.
    """
    parts = {
        "name__contains": (search, search.title()),
        "name_latin__icontains": (search,),
        "email__icontains": (search,),
    }
    found = Q()
    for lookup, texts in parts.items():
        for text in texts:
            found |= Q(**{f"{person}{lookup}": text})
    return found


def everybody(search: str = "") -> QuerySet[User]:
    """All people who are not erased: who asks to be stands first, then by name; see `named`."""
    found = User.objects.exclude(ledger_salt="")
    if search:
        found = found.filter(named(search))
    return found.order_by(F("erasure_asked_at").asc(nulls_last=True), "name", "pk")


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


MOST_ASKED = 20
"""So many stand on the desk; the list of accounts has all of them first."""


def who_asked() -> QuerySet[User]:
    """Who waits to be erased; the first who asked stands first."""
    asked = User.objects.filter(erasure_asked_at__isnull=False, is_active=True)
    return asked.order_by("erasure_asked_at", "pk")


def desk_sections(user: User) -> list[Section]:
    """Who waits to be erased: for those who may erase them; where nobody may, for every organiser,
    who asks the operator.
    """
    ruling = bool(erase_people(user))
    if not ruling and (not grants(user, Role.ORGANISER) or ruling_everything()):
        return []
    asked = list(who_asked().exclude(pk=user.pk)[: MOST_ASKED + 1])
    detail = _("Consent withdrawn: the law names the term")
    if not ruling:
        detail = _("Only the operator of this installation erases: write to them")
    items = [
        Item(
            _("%(name)s asks to be erased") % {"name": each},
            reverse("accounts:erase", args=[each.uid])
            if ruling
            else reverse("accounts:personal_data"),
            detail=detail,
            due=until(each.erasure_asked_at),
            urgent=True,
            todo=True,
        )
        for each in asked[:MOST_ASKED]
        if each.erasure_asked_at
    ]
    more = reverse("accounts:people") if ruling and len(asked) > MOST_ASKED else ""
    return [Section(_("Personal data"), items, more=more)] if items else []


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
