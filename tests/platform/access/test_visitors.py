"""Whose address counts: the visitor's, and never what a visitor claims."""

import ipaddress
import os
import subprocess
import sys

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from laureat.environment import proxies
from laureat.platform.access.visitors import VisitorsAddress, visitor

UNSET = "LAUREAT_TEST_PROXIES"
PROXY, VISITOR, FORGED = "10.0.0.7", "203.0.113.5", "198.51.100.99"


@pytest.fixture
def trusting(settings):
    settings.TRUSTED_PROXIES = proxies(UNSET, "10.0.0.0/8,::1,unix")


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        (PROXY, VISITOR, VISITOR),
        (PROXY, f"{FORGED}, {VISITOR}", VISITOR),
        (PROXY, f"{FORGED}, {VISITOR}, 10.1.1.1", VISITOR),
        (PROXY, "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("::ffff:10.0.0.7", VISITOR, VISITOR),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("", VISITOR, VISITOR),
        (PROXY, "", PROXY),
        (PROXY, f"{FORGED}, unknown", PROXY),
        (PROXY, f"{FORGED}, nonsense, 10.1.1.1", "10.1.1.1"),
        (VISITOR, FORGED, VISITOR),
        (VISITOR, f"{FORGED}, 10.1.1.1", VISITOR),
    ],
)
def test_the_nearest_address_that_is_no_proxys_is_the_visitors(trusting, peer, forwarded, found):
    assert visitor(peer, forwarded) == found


@pytest.mark.parametrize("peer", [VISITOR, PROXY, "127.0.0.1", ""])
def test_nobody_is_believed_unless_the_operator_says_so(settings, peer):
    assert settings.TRUSTED_PROXIES == []
    assert visitor(peer, FORGED) == peer


@given(st.text(alphabet="0123456789abcdef:., ", max_size=60))
def test_nothing_that_a_visitor_writes_moves_their_address(settings_of_proxy, claimed):
    assert visitor(PROXY, f"{claimed},{VISITOR}") == VISITOR
    assert visitor(VISITOR, claimed) == VISITOR


@pytest.fixture(scope="module")
def settings_of_proxy():
    from django.test import override_settings

    with override_settings(TRUSTED_PROXIES=proxies(UNSET, "10.0.0.0/8")):
        yield


def fail(client, claimed, peer):
    return client.post(
        reverse("account_login"),
        {"login": "nobody@example.invalid", "password": "wrong-password"},
        HTTP_X_FORWARDED_FOR=claimed,
        REMOTE_ADDR=peer,
    )


@pytest.mark.django_db
def test_a_forged_address_does_not_open_the_locked_door(client, settings):
    """Otherwise whoever tries passwords would claim a new address for every try."""
    settings.AXES_ENABLED = True
    answers = [fail(client, f"198.51.100.{n}", VISITOR).status_code for n in range(7)]
    assert answers[-1] == 429
    from axes.models import AccessAttempt

    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {VISITOR}


@pytest.mark.django_db
def test_visitors_behind_a_trusted_proxy_are_locked_out_one_by_one(client, trusting, settings):
    settings.AXES_ENABLED = True
    for _n in range(6):
        locked = fail(client, VISITOR, PROXY)
    assert locked.status_code == 429
    assert fail(client, FORGED, PROXY).status_code == 200


@pytest.mark.parametrize(("peer", "kept"), [(PROXY, True), (VISITOR, False)])
def test_only_a_trusted_proxy_says_that_a_request_came_over_tls(trusting, rf, peer, kept):
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    VisitorsAddress(lambda request: None)(request)
    assert ("HTTP_X_FORWARDED_PROTO" in request.META) is kept


@pytest.mark.parametrize("said", ["proxy.example.org", "10.0.0.1/8", "10.0.0.0/40"])
def test_what_is_no_network_is_refused_at_the_start(said):
    with pytest.raises(ValueError, match=f"{UNSET}: expected addresses"):
        proxies(UNSET, said)


def test_the_environment_names_the_proxies():
    done = subprocess.run(
        [sys.executable, "-c", "from laureat import settings; print(settings.TRUSTED_PROXIES)"],
        env={**os.environ, "LAUREAT_TRUSTED_PROXIES": "127.0.0.1, unix"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str([ipaddress.ip_network("127.0.0.1"), "unix"])
