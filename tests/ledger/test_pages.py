"""The pages of the journal: short lists in words, with everything a checker needs folded away."""

import re
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client

from laureat import ledger
from laureat.ledger.actions import open_to_public
from laureat.ledger.models import Chain, Record
from laureat.ledger.queries import kinds
from laureat.platform import clock

pytestmark = pytest.mark.django_db
KEY = "award/2024"


@pytest.fixture
def chain():
    with transaction.atomic():
        for number in range(60):
            action = "entry.submitted" if number % 2 else "panel.made"
            ledger.append(KEY, action, subject=f"subject{number:04}", by=None, data={"n": number})
        ledger.append(KEY, "future.action", subject="subject9999", by=None, data={})
    open_to_public(KEY)
    return Chain.objects.get(key=KEY)


def page(query="", prefix=""):
    answer = Client().get(f"{prefix}/ledger/{KEY}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_page_is_short_and_says_no_codes_outside_its_folded_details(chain):
    html = page()
    assert html.count("<tr ") - 1 == 25
    seen = re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL).partition("<tbody")[2]
    assert "Заявка подана" in seen
    assert "Событие, неизвестное этой версии" in seen
    for code in ("entry.submitted", "panel.made", "future.action"):
        assert code not in seen
        assert f"&quot;action&quot;:&quot;{code}&quot;" in html, "the content is there for checkers"


def test_the_filter_offers_what_occurs_by_room(chain):
    options = page().partition('<select id="action"')[2].partition("</select>")[0]
    assert re.findall(r'<optgroup label="([^"]+)"', options) == [
        "Приём заявок",
        "Советы и комиссии",
    ]
    assert re.findall(r'<option value="([^"]*)"', options) == ["", "entry.submitted", "panel.made"]
    assert page(prefix="/en").count("Intake of applications") == 1
    chosen = page("?action=letter.sent")
    assert '<option value="letter.sent" selected>' in chosen, "what was asked for stays chosen"
    assert "Таких записей нет" in chosen


def test_the_kinds_follow_the_journal(chain):
    assert kinds(chain) == {"entry.submitted", "panel.made", "future.action"}
    with transaction.atomic():
        ledger.append(KEY, "panel.seated", subject="subject0001", by=None, data={})
    chain.refresh_from_db()
    assert kinds(chain) == {"entry.submitted", "panel.made", "panel.seated", "future.action"}


@pytest.mark.parametrize("spell", [str, str.upper])
def test_a_checksum_noted_down_is_found_again(chain, spell):
    noted = Record.objects.get(chain=chain, seq=7)
    html = page(f"?subject={spell(noted.hash)}")
    assert re.findall(r'<tr role="row" id="r(\d+)"', html) == ["7"]
    other = "0" * 64
    assert "Таких записей нет" in page(f"?subject={other}")
    assert "Таких записей нет" in page("?subject=никого")


def test_a_clock_that_was_set_is_a_note_beside_a_sound_journal(chain):
    assert "Время идёт назад" not in page("?verify=1")
    with clock.at(datetime(2001, 9, 9, tzinfo=UTC)), transaction.atomic():
        ledger.append(KEY, "panel.made", subject="subject0001", by=None, data={})
    told = page("?verify=1", prefix="/en")
    assert "The journal is sound" in told
    assert "Time runs backwards at 1 record (№ 62). That is no fault" in " ".join(told.split())
