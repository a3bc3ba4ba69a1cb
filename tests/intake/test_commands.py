"""`laureat clock tick` does what is due, and says so."""

import pytest
from click.testing import CliRunner

from laureat.intake.commands import clock
from laureat.platform.errors import Refused
from tests.worlds import intake as world

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(clock, ["tick", *words], catch_exceptions=False).output


def test_what_is_due_is_done_once_and_told():
    edition = world.prize("2024-01-10", opened=False)
    intake = edition.stages.get(key="intake")
    moment = intake.opens_at.isoformat()
    assert run("--at", moment) == f"открыт: {edition.chain} {intake}\n"
    assert run("--at", moment) == "ничего не подошло по сроку\n"


@pytest.mark.parametrize(
    "moment", ["soon", "2024-13-01", "24:00", "0001-01-01", "9999-12-31T23:59"]
)
def test_what_is_no_time_is_told_with_an_example(moment):
    with pytest.raises(Refused, match=f"«{moment}» — не время: ожидается, например, 2024"):
        run("--at", moment)
