"""Who reads a chain before its edition is published."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.ledger.models import Chain
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, grants, holds, no
from laureat.platform.accounts.models import User

_READERS = (Role.ORGANISER, Role.SECRETARY, Role.AUDITOR)
_NOT_YET = no(
    _("The journal is open to everybody once the results are published; until then to the auditor.")
)


def _may_read(user: User, chain: Chain) -> Answer:
    award, _slash, edition = chain.key.partition("/")
    if chain.public or holds(user, *_READERS, award=award, edition=edition, region=""):
        return YES
    return _NOT_YET


def _read_by(user: User) -> QuerySet[Chain]:
    found = Q(public=True)
    for grant in grants(user, *_READERS):
        if grant.region:
            continue
        if not grant.award:
            return Chain.objects.all()
        if grant.edition:
            found |= Q(key=f"{grant.award}/{grant.edition}")
        else:
            found |= Q(key__startswith=f"{grant.award}/")
    return Chain.objects.filter(found)


def _anybody(chain: Chain) -> Answer:
    return YES if chain.public else _NOT_YET


read_chain = Permission("read_chain", may=_may_read, among=_read_by, anonymous=_anybody)
