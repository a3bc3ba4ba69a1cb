"""The journal holds: what is appended verifies, what is tampered with is named."""

import hashlib
import json

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.db.utils import DatabaseError, InternalError
from hypothesis import given
from hypothesis import strategies as st

from laureat import ledger
from laureat.ledger.actions import digest
from laureat.ledger.commands import ledger as command
from laureat.ledger.models import GENESIS, AppendOnlyError, Chain, Record, Words
from laureat.ledger.queries import lines, verdict
from laureat.ledger.verification import Line, export_line, lines_of_export, verify
from laureat.platform.errors import Refused
from tests.worlds.together import overlapping

CHAIN = "demo/2024"


def write(count: int) -> Chain:
    with transaction.atomic():
        for number in range(1, count + 1):
            ledger.append(
                CHAIN, "entry.submitted", subject=f"entry{number}", by=None, data={"n": number}
            )
    return Chain.objects.get(key=CHAIN)


def tamper(sql: str) -> None:
    """What somebody with the database password can do, append-only rule taken away first."""
    with connection.cursor() as cursor:
        table = " ON ledger_record" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER ledger_record_is_final{table}")
        cursor.execute(sql)


@pytest.mark.django_db
def test_records_follow_each_other_and_verify():
    chain = write(3)
    found = verdict(chain)
    records = list(chain.records.all())
    assert (found.length, found.head, found.faults) == (3, records[-1].hash, ())
    assert [record.previous for record in records] == [GENESIS, records[0].hash, records[1].hash]
    assert json.loads(records[1].content) == {
        "action": "entry.submitted",
        "at": records[1].at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "by": "clock",
        "chain": CHAIN,
        "data": {"n": 2},
        "seq": 2,
        "subject": "entry2",
    }


def chain_at(*moments: str) -> list[Line]:
    """A sound chain of records that bear these times."""
    found, previous = [], GENESIS
    for seq, at in enumerate(moments, 1):
        content = json.dumps({"chain": CHAIN, "seq": seq, "at": at})
        found.append(Line(seq, content, previous, digest(previous, content)))
        previous = found[-1].hash
    return found


def test_time_that_runs_backwards_is_a_note_and_no_fault():
    """The rules of the demo came last by their date, and verification said nothing."""
    rows = chain_at(
        "2026-11-20T22:11:00.000000Z",
        "2023-06-23T20:59:59.000000Z",
        "2023-06-24T20:59:59.000000Z",
        "2023-06-24T20:59:30.000000Z",
    )
    found = verify(CHAIN, rows)
    assert found.sound
    assert [(each.seq, each.at, each.before) for each in found.backwards] == [
        (2, "2023-06-23T20:59:59+00:00", "2026-11-20T22:11:00+00:00")
    ], "half a minute is who came first to the journal"


@pytest.mark.parametrize("said", ["", "no time", "2023-06-23", 7, None])
def test_what_is_no_time_is_no_news(said):
    assert verify(CHAIN, chain_at("2026-11-20T22:11:00Z", said)).backwards == ()


def test_the_command_tells_it_and_ends_well(tmp_path):
    file = tmp_path / "chain.jsonl"
    rows = chain_at("2026-11-20T22:11:00Z", "2023-06-23T20:59:59Z")
    file.write_text("\n".join(map(export_line, rows)), encoding="utf-8")
    run = CliRunner().invoke(command, ["verify", "--file", str(file)])
    assert run.exit_code == 0
    assert "№ 2" in run.output or "#2" in run.output
    assert "2023-06-23T20:59:59+00:00" in run.output
    assert len(run.output.splitlines()) == 3


@pytest.mark.django_db(transaction=True)
def test_a_record_is_written_in_the_transaction_of_what_it_records():
    with pytest.raises(transaction.TransactionManagementError):
        ledger.append(CHAIN, "x", subject="s", by=None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ledger.append(CHAIN, "x", subject="s", by=None)
        raise ZeroDivisionError
    assert Record.objects.count() == 0


@pytest.mark.django_db
def test_the_application_never_changes_or_removes_a_record():
    record = write(1).records.get()
    with pytest.raises(AppendOnlyError):
        record.save()
    with pytest.raises(AppendOnlyError):
        record.delete()


@pytest.mark.django_db
def test_the_database_refuses_to_change_a_record():
    write(1)
    with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
        Record.objects.update(subject="other")


TAMPERINGS = {
    "one byte of the content": (
        "UPDATE ledger_record SET content = replace(content, '\"n\":2', '\"n\":3') WHERE seq = 2",
        [(2, "content")],
    ),
    "a column beside the content": (
        "UPDATE ledger_record SET subject = 'entry9' WHERE seq = 2",
        [(2, "columns")],
    ),
    "a removed record": ("DELETE FROM ledger_record WHERE seq = 2", [(2, "missing"), (3, "link")]),
    "the last record removed": ("DELETE FROM ledger_record WHERE seq = 4", [(4, "head")]),
    "two records swapped": (
        "UPDATE ledger_record SET seq = CASE seq WHEN 2 THEN 103 WHEN 3 THEN 102 ELSE seq END",
        [(2, "missing"), (4, "link"), (5, "missing"), (102, "link"), (102, "columns")],
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_the_record_is_named(name):
    sql, expected = TAMPERINGS[name]
    chain = write(4)
    try:
        tamper(sql)
        faults = [(fault.seq, fault.kind) for fault in verdict(chain).faults]
        result = CliRunner().invoke(command, ["verify"])
    finally:
        restore_rule()
    assert set(expected) <= set(faults)
    assert result.exit_code == 1
    assert f"{CHAIN} #{expected[0][0]}: " in result.output


def restore_rule() -> None:
    import importlib

    rule = importlib.import_module("laureat.ledger.migrations.0003_append_only")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(rule.SQLITE)
        else:
            cursor.execute("DROP FUNCTION ledger_record_is_final()")
            cursor.execute(rule.POSTGRES)


@pytest.mark.django_db
def test_an_export_verifies_without_the_database(tmp_path):
    chain = write(3)
    file = tmp_path / "chain.jsonl"
    run = CliRunner().invoke(command, ["export", CHAIN, "--out", str(file)])
    assert (run.exit_code, run.output) == (0, f"3 записи, контрольная сумма {chain.head}\n")
    good = CliRunner().invoke(command, ["verify", CHAIN, "--file", str(file)])
    assert good.exit_code == 0
    text = file.read_text()
    file.write_text(text.replace('\\"n\\":2', '\\"n\\":7'))
    bad = CliRunner().invoke(command, ["verify", CHAIN, "--file", str(file)])
    assert bad.exit_code == 1
    assert f"{CHAIN} #2: содержание не соответствует контрольной сумме" in bad.output


@given(st.lists(st.text(min_size=1), min_size=2, max_size=8), st.data())
def test_any_single_change_of_an_export_is_found(contents, data):
    rows, previous = [], GENESIS
    for seq, text in enumerate(contents, 1):
        content = json.dumps({"chain": CHAIN, "seq": seq, "data": text})
        rows.append(Line(seq, content, previous, digest(previous, content)))
        previous = rows[-1].hash
    exported = [export_line(row) for row in rows]
    assert verify(CHAIN, lines_of_export(exported), length=len(rows), head=previous).sound
    drop = data.draw(st.integers(0, len(rows) - 1))
    shorter = exported[:drop] + exported[drop + 1 :]
    assert not verify(CHAIN, lines_of_export(shorter), length=len(rows), head=previous).sound


@pytest.mark.django_db
def test_an_unknown_edition_is_said_clearly():
    write(1)
    result = CliRunner().invoke(command, ["verify", "nowhere/1999"])
    assert "«nowhere/1999»" in str(result.exception)
    assert CHAIN in str(result.exception)


@pytest.mark.django_db
def test_lines_come_in_order_of_place():
    assert [line.seq for line in lines(write(5))] == [1, 2, 3, 4, 5]


@pytest.mark.django_db
def test_own_words_stay_beside_the_journal_where_they_can_be_proved_and_erased():
    with transaction.atomic():
        said = ledger.words("  Из-за Демова Д. Д. ", "Because of D. Demov")
        ledger.append(CHAIN, "x", subject="s", by=None, data={"reason_sha256": said})
        assert ledger.words("", " ") == ""
        again = ledger.words("Из-за Демова Д. Д.", "Because of D. Demov")
    assert again != said
    assert "Демов" not in Record.objects.get().content
    shown = CliRunner().invoke(command, ["words", said]).output
    salt, _, text = shown.removeprefix("соль ").partition("\n")
    assert text == "Из-за Демова Д. Д.\nBecause of D. Demov\n"
    assert hashlib.sha256(f"{salt}\n{text.strip()}".encode()).hexdigest() == said
    CliRunner().invoke(command, ["words", said, "--forget"])
    assert not Words.objects.filter(commitment=said).exists()
    assert CliRunner().invoke(command, ["words", said]).exit_code != 0
    assert verdict(Chain.objects.get(key=CHAIN)).sound


@pytest.mark.django_db
def test_after_records_that_were_rolled_back_the_chain_goes_on_where_it_ended():
    write(1)
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            ledger.append(CHAIN, "x", subject="undone", by=None)
            ledger.append(CHAIN, "x", subject="undone too", by=None)
            raise ZeroDivisionError
        ledger.append(CHAIN, "x", subject="kept", by=None)
    chain = write(1)
    found = list(chain.records.values_list("seq", "subject"))
    assert found == [(1, "entry1"), (2, "kept"), (3, "entry1")]
    assert verdict(chain).sound


@pytest.mark.django_db(transaction=True)
def test_two_who_append_at_once_follow_each_other():
    write(2)

    def append(subject):
        return lambda: ledger.append(CHAIN, "x", subject=subject, by=None).seq

    one, two = overlapping(append("first"), append("second"))
    assert (one.value, two.value, two.waited) == (3, 4, True)
    assert verdict(Chain.objects.get(key=CHAIN)).sound


@pytest.mark.django_db
def test_a_record_takes_two_statements(django_assert_num_queries):
    write(1)
    with transaction.atomic(), django_assert_num_queries(2):
        ledger.append(CHAIN, "x", subject="s", by=None)


def asked(*words):
    done = CliRunner().invoke(command, [str(word) for word in words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.mark.django_db
@pytest.mark.parametrize("exported", [False, True])
def test_a_head_written_down_elsewhere_is_compared_with_the_chain_and_with_an_export(
    exported, tmp_path
):
    noted = write(3).head
    chain = write(2)
    file = tmp_path / "chain.jsonl"
    asked("export", CHAIN, "--out", file)
    where = ["--file", file] if exported else []
    sound = f"✓ {CHAIN}: 5 записей, контрольная сумма {chain.head}\n"
    place = "  записанная отдельно сумма — у записи {}; после неё: {}\n"
    assert asked("verify", CHAIN, *where, "--head", noted) == (
        0,
        sound + place.format(3, "2 записи"),
    )
    assert asked("verify", CHAIN, *where, "--head", chain.head.upper()) == (
        0, sound + place.format(5, "0 записей"),
    )  # fmt: skip
    status, said = asked("verify", CHAIN, *where, "--head", "zzz")
    assert status == 1
    assert f"{CHAIN} #5: ни у одной записи нет записанной отдельно суммы zzz" in said


@pytest.mark.django_db
def test_a_head_without_the_name_of_its_journal_is_refused():
    chain = write(1)
    assert asked("verify", "--head", chain.head)[0] == 2


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["export", "verify"])
def test_an_unknown_journal_is_named_with_those_there_are(what):
    write(1)
    with pytest.raises(Refused, match=f"«nowhere/1999».*{CHAIN}"):
        asked(what, "nowhere/1999")


@pytest.mark.django_db
def test_exporting_the_journal_of_nothing_is_refused():
    write(1)
    with pytest.raises(Refused, match=CHAIN):
        asked("export", "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "нет записей"),
        (b"\n \n", "нет записей"),
        (b"{", "Строка 1"),
        (b'\n{"seq": 1}', "Строка 2"),
        (b'{"seq": "1", "content": "", "previous": "", "hash": ""}', "Строка 1"),
        (b'{"seq": 1, "content": {}, "previous": "", "hash": ""}', "Строка 1"),
        (b"[1, 2]", "Строка 1"),
        (b"[" * 100_000, "Строка 1"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_file_that_is_no_export_is_told_by_its_line(tmp_path, content, said):
    file = tmp_path / "chain.jsonl"
    file.write_bytes(content)
    with pytest.raises(Refused, match=said):
        asked("verify", CHAIN, "--file", file)


def test_content_that_is_no_record_is_a_fault_not_a_crash(tmp_path):
    row = Line(1, "[]", GENESIS, digest(GENESIS, "[]"))
    file = tmp_path / "chain.jsonl"
    file.write_text(export_line(row), encoding="utf-8")
    status, said = asked("verify", CHAIN, "--file", file)
    assert status == 1
    assert f"{CHAIN} #1: содержание — не запись в JSON" in said


@pytest.mark.django_db
def test_a_downloaded_journal_says_itself_whose_it_is(tmp_path):
    head = write(3).head
    file = tmp_path / "rf-quality-prize-2024 (1).jsonl"
    asked("export", CHAIN, "--out", file)
    status, said = asked("verify", "--file", file, "--head", head)
    assert (status, said.startswith(f"✓ {CHAIN}: ")) == (0, True)
    status, said = asked("verify", "other/2024", "--file", file)
    assert status == 1
    assert (
        f"other/2024 #1: chain: 'other/2024', а в содержании под контрольной суммой '{CHAIN}'"
        in said
    )
    rows = file.read_text(encoding="utf-8").splitlines()
    strange = rows[1].replace(CHAIN, "other/2024")
    file.write_text("\n".join([rows[0], strange]), encoding="utf-8")
    assert asked("verify", "--file", file)[0] == 1
