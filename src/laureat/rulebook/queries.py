"""Reading awards and editions for pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import Person, grants, holds
from laureat.platform.access.queries import endable_waiting
from laureat.platform.access.scopes import Scope
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.mail.permissions import handle_message, handles_mail
from laureat.platform.mail.queries import counts as mail_counts
from laureat.rulebook.models import Award, Edition, Stage, Version
from laureat.rulebook.permissions import read_rules, run_stage


def scopes() -> Iterator[Scope]:
    """All editions as scopes of roles, newest first."""
    for edition in Edition.objects.select_related("award", "version"):
        yield scope(edition)


def scope(edition: Edition) -> Scope:
    """One edition as the scope of a role."""
    rules = edition.rules
    return Scope(
        award=edition.award.key,
        edition=edition.key,
        title=localised(edition, "title"),
        url=reverse("rulebook:edition", args=[edition.award.key, edition.key]),
        regions={key: localised(region, "title") for key, region in rules.regions.items()},
        panels={key: localised(panel, "title") for key, panel in rules.panels.items()},
    )


@dataclass(frozen=True)
class Row:
    """An edition with the versions of its rules, the newest first."""

    edition: Edition
    versions: list[Version]


@dataclass(frozen=True)
class Shelf:
    """An award with its editions, the newest first."""

    award: Award
    rows: list[Row]


def shelves(user: User) -> list[Shelf]:
    """The awards whose editions `user` runs (or some stages of them) or organises."""
    editions = (
        Edition.objects.filter(pk__in=run_stage.of(user).values("edition"))
        .select_related("award", "version")
        .order_by("award__key", "-year", "-key")
    )
    frozen: dict[tuple[int, str], list[Version]] = {}
    for version in Version.objects.order_by("-loaded_at", "-pk"):
        frozen.setdefault((version.award_id, version.edition_key), []).append(version)
    found: dict[int, Shelf] = {}
    for edition in editions:
        shelf = found.setdefault(edition.award_id, Shelf(edition.award, []))
        shelf.rows.append(Row(edition, frozen.get((edition.award_id, edition.key), [])))
    return list(found.values())


def edition(award: str, key: str) -> Edition:
    """One edition with its award, version and stages; Edition.DoesNotExist."""
    return (
        Edition.objects.select_related("award", "version")
        .prefetch_related(Prefetch("stages", Stage.objects.order_by("order", "region")))
        .get(award__key=award, key=key)
    )


def siblings(edition: Edition, reader: Person) -> list[Edition]:
    """The editions of the same award whose rules `reader` may read, newest first."""
    rows = Edition.objects.filter(award=edition.award).order_by("-year", "-key")
    found = list(rows.select_related("award", "version"))
    return [each for each in found if read_rules(reader, each)]


def versions(edition: Edition) -> QuerySet[Version]:
    """All versions of an edition's rules, newest first."""
    return (
        Version.objects.filter(award=edition.award, edition_key=edition.key)
        .annotate(in_force=Count("editions"))
        .order_by("-loaded_at", "-pk")
    )


def in_force() -> set[int]:
    """The versions that editions go by now, of all awards."""
    return set(Version.objects.filter(editions__isnull=False).values_list("pk", flat=True))


def rules_to_compare(edition: Edition, other: str, reader: Person) -> tuple[Version, str] | None:
    """The rules of a sibling edition (`other` is its key) or an earlier version (its hash), and
    the sibling's title; None where `reader` may not read them.
    """
    for sibling in siblings(edition, reader):
        if sibling.key == other:
            return sibling.version, localised(sibling, "title")
    earlier = version(edition.award.key, edition.key, other)
    return (earlier, "") if earlier else None


def version(award: str, key: str, content_hash: str) -> Version | None:
    """A version by its hash."""
    found = Version.objects.filter(award__key=award, edition_key=key, content_hash=content_hash)
    return found.select_related("document").first()


def folders(user: User) -> list[tuple[str, str]]:
    """The awards whose folders lie on this server and whose rules `user` loads: key and title."""
    return [
        (award.key, localised(award, "short_title"))
        for award in Award.objects.order_by("key")
        if holds(user, Role.ORGANISER, award=award.key)
        and (settings.AWARDS / award.key / "award.yaml").is_file()
    ]


def office(user: User) -> Iterator[Section]:
    """The desk of those who run contests: rules, people, mail."""
    held = grants(user, Role.ORGANISER, Role.SECRETARY)
    if not held:
        return
    items = [
        Item(
            title=_("Awards and their rules"),
            url=reverse("rulebook:awards"),
            detail=_("Editions, versions of rules, uploading"),
        )
    ]
    invited = endable_waiting(user)
    items.append(
        Item(
            title=_("People and roles"),
            url=reverse("access:editions"),
            detail=_("Assessors, chairs, members of panels, auditors"),
            state=(
                ngettext("%(n)s has not come in yet", "%(n)s have not come in yet", invited)
                % {"n": invited}
                if invited
                else ""
            ),
        )
    )
    if handles_mail(user):
        counted = mail_counts(handle_message.of(user))
        failed = counted["failed"]
        items.append(
            Item(
                title=_("Outgoing mail"),
                url=reverse("mail:outbox") + ("?state=failed" if failed else ""),
                detail=_("Who was told what, and when"),
                state=(
                    ngettext("%(n)s message failed", "%(n)s messages failed", failed)
                    % {"n": failed}
                    if failed
                    else ""
                ),
                tone="warn" if failed else "",
                urgent=bool(failed),
            )
        )
    yield Section(title=_("The office"), items=items)
