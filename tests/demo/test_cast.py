"""The people of a season."""

import pytest

from laureat.demo.cast import PASSWORD, sign_in

pytestmark = pytest.mark.django_db


def test_the_sign_ins_have_the_password_that_everybody_knows_in_a_demo_only(settings):
    settings.DEMO = False
    assert not sign_in("organiser").has_usable_password()
    settings.DEMO = True
    assert sign_in("auditor").check_password(PASSWORD)
