"""The way of an entry is only ever added to: what was once said of a stage can be read later."""

import json
import re
from hashlib import sha256
from shutil import copytree

import pytest
import rfc8785
from django.db import transaction
from django.urls import reverse
from django.utils.translation import activate

from laureat import ledger
from laureat.intake import actions
from laureat.intake.models import Move, Passage
from laureat.intake.queries.receipts import receipt_data
from laureat.intake.queries.stages import intake_of
from laureat.intake.queries.working import handed_in_files
from laureat.ledger.models import Record
from laureat.rulebook.actions import load, open_stage
from laureat.rulebook.schema import Text
from tests.worlds import intake as world

pytestmark = pytest.mark.django_db
WHY = Text(ru="Потому.", en="Because.")
AGAIN = Text(ru="Апелляция.", en="An appeal.")


def way(entry):
    rows = entry.passages.order_by("stage__order").values_list("stage__key", "state")
    return dict(rows)


def moves(entry):
    rows = entry.moves.order_by("pk").values_list("stage__key", "state", "reason_ru")
    return [" ".join(filter(None, row)) for row in rows]


@pytest.fixture
def choosy(tmp_path):
    """The prize, but sites are visited only of those who agree; applications are open."""
    folder = tmp_path / "rf-quality-prize"
    copytree(world.AWARDS / "rf-quality-prize", folder)
    rules = folder / "2024.yaml"
    text = rules.read_text(encoding="utf-8")
    for key, condition in (("admission", "confidential"), ("visit", "consent_visit")):
        text = text.replace(
            f"  - key: {key}\n",
            f"  - key: {key}\n    for: answers.{condition} == true\n",
        )
    rules.write_text(text, encoding="utf-8")
    edition = load(rules, by=None)
    with world.at(edition, "2024-02-01"):
        open_stage(world.stage_of(edition, "intake"), by=None)
    return edition


def handed_in(edition, **answers):
    with world.at(edition, "2024-02-10"):
        entry = world.draft(edition, world.factory())
        world.filled(entry, confidential_parts="Раздел 3", **answers)
        actions.submit_entry(entry, by=None)
    return entry


def changed(edition, entry, day, **answers):
    with world.at(edition, day):
        answers |= {"confidential_parts": "Раздел 3"}
        actions.save_answers(entry, answers, version=entry.version, by=None)
        actions.submit_changes(entry, by=None)


def test_a_stage_that_changed_answers_spare_is_kept_and_can_be_needed_again(choosy):
    entry = handed_in(choosy, confidential=True, consent_visit=True)
    everything = {"intake": "passed", "admission": "active"} | dict.fromkeys(
        ("desk", "visit", "council"), "waiting"
    )
    assert way(entry) == everything
    rows = set(Passage.everything.filter(entry=entry).values_list("pk", flat=True))
    changed(choosy, entry, "2024-02-11", confidential=False, consent_visit=False)
    assert way(entry) == {"intake": "passed", "desk": "active", "council": "waiting"}
    changed(choosy, entry, "2024-02-12", confidential=True, consent_visit=False)
    assert way(entry) == {
        "intake": "passed", "admission": "active", "desk": "waiting", "council": "waiting",
    }  # fmt: skip
    changed(choosy, entry, "2024-02-13", confidential=True, consent_visit=True)
    assert way(entry) == everything
    assert set(Passage.everything.filter(entry=entry).values_list("pk", flat=True)) == rows
    assert moves(entry) == [
        "intake passed",
        "admission active",
        "admission spared",
        "visit spared",
        "desk active",
        "admission active",
        "desk waiting",
        "visit waiting",
    ]


def test_a_stage_that_changed_answers_add_comes_before_the_one_under_way(choosy):
    entry = handed_in(choosy, confidential=False, consent_visit=False)
    assert way(entry) == {"intake": "passed", "desk": "active", "council": "waiting"}
    changed(choosy, entry, "2024-02-11", confidential=True, consent_visit=False)
    assert way(entry) == {
        "intake": "passed", "admission": "active", "desk": "waiting", "council": "waiting",
    }  # fmt: skip


def test_changes_that_leave_the_way_as_it_is_move_nothing(choosy):
    entry = handed_in(choosy, confidential=True, consent_visit=True)
    before = moves(entry)
    changed(choosy, entry, "2024-02-11", confidential=True, consent_visit=True, summary="иначе")
    assert moves(entry) == before


def test_why_an_entry_was_stopped_is_still_read_after_it_was_taken_back(client):
    activate("ru")
    edition = world.prize()
    organisation = world.factory()
    applicant = world.acting_for(organisation)
    entry = world.submitted(edition, organisation)
    admission = world.stage_of(edition, "admission")
    secretary = world.secretary(edition)
    with world.at(edition, "2024-03-10"):
        actions.stop_at(entry, admission, reason=WHY, by=secretary)
        actions.reinstate(entry, reason=AGAIN, by=secretary)
        actions.withdraw_entry(entry, "Передумали.", by=applicant)
    assert moves(entry) == [
        "intake passed",
        "admission active",
        "admission stopped Потому.",
        "admission active Апелляция.",
        "admission withdrawn Апелляция.",
        *(f"{key} withdrawn" for key in ("desk", "visit", "council")),
    ]
    assert Move.objects.filter(by=secretary).count() == 2
    here = reverse("intake:entry", args=[entry.uid])
    client.force_login(secretary)
    page = client.get(here).content.decode()
    assert page.index("Потому.") < page.index("Апелляция.")
    assert "Заявка поступила на этап «Допуск»" in page
    assert "Заявка не прошла этап «Допуск». Потому." in page


def test_whoever_has_the_receipt_checks_the_journal_and_nobody_else_tries_it_out(client):
    prize = world.prize()
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation)
    record = Record.objects.get(action="entry.submitted")
    said = json.loads(record.content)["data"]
    sums = {each.field: each.file.sha256 for each in handed_in_files(entry).values()}
    assert entry.salt not in record.content
    assert not any(digest in record.content for digest in sums.values())
    assert said["salted"] is True
    assert said["files"] == {
        key: sha256(f"{entry.salt}\n{digest}".encode()).hexdigest() for key, digest in sums.items()
    }
    answers = {"salt": entry.salt, "answers": entry.answers}
    assert said["answers"] == sha256(rfc8785.dumps(answers)).hexdigest()
    whole = {**answers, "version": 1, "files": sums}
    assert said["hash"] == sha256(rfc8785.dumps(whole)).hexdigest()
    receipt = receipt_data(entry, intake_of(prize, entry.region), record, handed_in_files(entry))
    assert (receipt["salt"], {each["sha256"] for each in receipt["files"]}) == (
        entry.salt,
        set(sums.values()),
    )
    public = client.get(reverse("intake:verify", args=[entry.uid])).content.decode()
    assert all(commitment in public for commitment in said["files"].values())
    for secret in (entry.salt, *sums.values()):
        assert secret not in public
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    own = client.get(reverse("intake:receipt", args=[entry.uid])).content.decode()
    for secret in (entry.salt, *sums.values()):
        assert secret in own


def test_records_of_earlier_releases_are_shown_as_they_were_written(client):
    entry = world.submitted(world.prize())
    data = {"number": entry.number, "version": 2, "hash": "a" * 64, "answers": "b" * 64}
    with transaction.atomic():
        record = ledger.append(
            entry.edition.chain,
            "entry.resubmitted",
            subject=entry.uid,
            by=None,
            data={**data, "files": {"report": "c" * 64}},
        )
    page = client.get(reverse("intake:verify", args=[entry.uid])).content.decode()
    assert "c" * 64 in page
    assert "a" * 64 in page
    assert "секрета расписки" not in page
    stage = intake_of(entry.edition, entry.region)
    assert receipt_data(entry, stage, record, handed_in_files(entry))["salt"] is None


def test_a_receipt_says_what_its_long_figures_are(client):
    activate("ru")
    entry = world.submitted(world.prize())
    page = client.get(reverse("intake:verify", args=[entry.uid])).content.decode()
    assert page.count('<span class="quiet">отпечаток (SHA-256):</span> <code class="hash">') == 2
    assert re.search(r"<dd>№ 1 от <time", page)


def test_an_applicant_reads_nothing_in_the_history_that_the_way_keeps_back(client):
    activate("ru")
    edition = world.prize()
    organisation = world.factory()
    entry = world.submitted(edition, organisation)
    admission = world.stage_of(edition, "admission")
    here = reverse("intake:entry", args=[entry.uid])
    client.force_login(world.acting_for(organisation))
    with world.at(edition, "2024-03-10"):
        open_stage(admission, by=None)
        actions.stop_at(entry, admission, reason=WHY, by=None)
        page = client.get(here).content.decode()
        assert "Заявка прошла этап «Приём заявок»" in page
        assert "Потому." not in page
    client.force_login(world.secretary(edition))
    assert "Потому." in client.get(here).content.decode()


def test_days_of_a_past_season_are_told_with_their_year(client):
    activate("ru")
    edition = world.prize()
    organisation = world.factory()
    entry = world.submitted(edition, organisation)
    here = reverse("intake:mine")
    client.force_login(world.acting_for(organisation))
    with world.at(edition, "2024-03-10"):
        assert "15\u00a0февраля<" in client.get(here).content.decode()
    with world.at(edition, "2026-03-10"):
        assert "15\u00a0февраля 2024<" in client.get(here).content.decode()
        steps = client.get(reverse("intake:entry", args=[entry.uid])).content.decode()
        assert "15\u00a0февраля 2024" in steps
        assert "ещё не открыт" in steps
