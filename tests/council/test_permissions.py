"""Predicates and querysets of the room agree."""

from __future__ import annotations

import pytest

from laureat.council import actions
from laureat.council.models import Motion, Panel, Seat, Session
from laureat.council.permissions import (
    lead_session,
    preside,
    run_panel,
    run_session,
    see_motion,
    see_session,
    vote_in_session,
)
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Refused
from tests.worlds import council as world
from tests.worlds.intake import acting_for, person

pytestmark = pytest.mark.django_db


def test_predicates_and_querysets_agree_for_every_role():
    edition = world.at_regional([("food", 48), ("food", 40)])
    _panel, seats = world.seated(edition, key="commission", region="42")
    _other, others = world.seated(edition, key="commission", region="54")
    session = world.planned(edition, stage="regional", region="42", held_at="2023-07-14T10:00")
    world.published(world.decided(session))
    scope = {"award": edition.award.key, "edition": edition.key}
    auditor, organiser = person(), person()
    give_role(auditor, Role.AUDITOR, by=None, **scope)
    give_role(organiser, Role.ORGANISER, by=None)
    people = [
        person(),
        auditor,
        organiser,
        world.secretary(edition),
        world.secretary(edition, "42"),
        world.secretary(edition, "54"),
        acting_for(session.motions.first().entry.organisation),
        *[seat.user for seat in (*seats, *others)],
    ]
    session_rights = (run_session, see_session, vote_in_session, preside, lead_session)
    seen = {}
    for user in people:
        for permission, objects in (
            (run_panel, Panel.objects.all()),
            (see_motion, Motion.objects.all()),
            *((right, Session.objects.all()) for right in session_rights),
        ):
            allowed = {each.pk for each in objects if permission(user, each)}
            assert allowed == set(permission.of(user).values_list("pk", flat=True))
            seen.setdefault(permission.name, set()).add(bool(allowed))
    assert seen == {name: {True, False} for name in seen}


@pytest.mark.parametrize("role", Seat.Role.values)
def test_an_auditor_of_the_contest_takes_no_seat_not_even_the_secretarys(role):
    edition = world.at_council([("small", 500)])
    (panel,) = actions.make_panels(edition)
    auditor = person()
    give_role(auditor, Role.AUDITOR, award=edition.award.key, edition=edition.key, by=None)
    with pytest.raises(Refused, match="аудитор"):
        actions.seat_member(panel, auditor, role, by=None)
    assert not panel.seats.exists()
