"""Scorebooks: begun, saved, signed, opened again, agreed."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from laureat.assessment import actions, permissions
from laureat.assessment.actions import Incomplete, MarkInput, Stale, WrongMarks
from laureat.assessment.actions.consensus import merged_lines, nearest
from laureat.assessment.actions.marks import lines, read_number, state_of
from laureat.assessment.actions.spreads import spread_of
from laureat.assessment.models import Mark, Scorebook
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.errors import Denied, Refused
from laureat.rulebook.schema.scales import PercentScale, PointsScale
from tests.worlds import assessment as world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return world_of.prize_at_desk(entries=1)


@pytest.fixture
def row(world):
    return world_of.team(world)[0]


@pytest.fixture
def book(world, row):
    with world.now():
        return actions.start_scorebook(row, by=row.assessor.user)


def mark(book, part="1a"):
    return Mark.objects.get(scorebook=book, part=part)


def test_a_scorebook_is_begun_once_and_only_after_accepting(world, row, book):
    with world.now():
        assert actions.start_scorebook(row, by=row.assessor.user) == book
        late = world.assessors[4]
        asked = actions.assign(world.stage, row.entry, late, by=None)
        with pytest.raises(Refused):
            actions.start_scorebook(asked, by=late.user)


def test_marks_are_kept_with_points_and_totals(world, row, book):
    with world.now():
        saved = actions.save_marks(
            book,
            {
                "1a": MarkInput("65,0", strengths="Одно\r\n\r\nДругое", visit_questions="Где?"),
                "6a": MarkInput(Decimal(40)),
                "1b": MarkInput(None, strengths="Пока без оценки"),
            },
            version=book.version,
            by=row.assessor.user,
        )
    assert (mark(book).value, mark(book).points) == (Decimal(65), Decimal("13.00"))
    assert mark(book).strengths == "Одно\n\nДругое"
    assert (mark(book, "1b").value, mark(book, "1b").points) == (None, None)
    assert (saved.points, saved.filled, saved.version) == (
        mark(book).points + mark(book, "6a").points, 2, 2,
    )  # fmt: skip
    with world.now():
        actions.save_marks(book, {"1a": MarkInput()}, version=2, by=row.assessor.user)
    assert book.points == mark(book, "6a").points
    assert book.filled == 1


def test_nothing_is_not_zero(world, row, book):
    assert book.points is None
    with world.now():
        actions.save_marks(book, {"1a": MarkInput(Decimal(0))}, version=1, by=row.assessor.user)
    assert (book.points, book.filled) == (Decimal(0), 1)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("63", "63"),
        ("105", "105"),
        ("-5", "-5"),
        ("много", "много"),
        ("1e9", "1e9"),
        ("NaN", "NaN"),
    ],
)
def test_a_mark_off_the_scale_is_refused_with_what_was_expected(world, row, book, value, said):
    with world.now(), pytest.raises(WrongMarks) as wrong:
        actions.save_marks(
            book,
            {"1a": MarkInput(value), "1b": MarkInput(50)},
            version=book.version,
            by=row.assessor.user,
        )
    assert set(wrong.value.errors) == {"1a"}
    assert said in wrong.value.errors["1a"]["value"]
    assert "0, 5, … 100" in wrong.value.errors["1a"]["value"]
    assert not Mark.objects.filter(scorebook=book).exists()


def test_unknown_parts_and_attributes_are_named(world, row, book):
    with world.now(), pytest.raises(WrongMarks) as wrong:
        actions.save_marks(
            book,
            {"99z": MarkInput(5), "1a": MarkInput(5, {"charm": 5, "approach": 7})},
            version=book.version,
            by=row.assessor.user,
        )
    assert set(wrong.value.errors) == {"99z", "1a"}
    assert set(wrong.value.errors["1a"]) == {"charm", "approach"}


def test_radar_suggests_and_limits_the_overall_mark(world, row, book):
    full = {"approach": 40, "deployment": 80, "assessment": "60"}
    with world.now():
        actions.save_marks(book, {"1a": MarkInput(None, full)}, version=1, by=row.assessor.user)
        assert mark(book).value == 40  # the mean is 60, the approach 40
        assert mark(book).attributes == {"approach": "40", "deployment": "80", "assessment": "60"}
        with pytest.raises(WrongMarks) as wrong:
            actions.save_marks(book, {"1a": MarkInput(45, full)}, version=2, by=row.assessor.user)
    assert "40" in wrong.value.errors["1a"]["value"]
    assert mark(book).value == 40


def test_writing_over_a_newer_state_is_refused_and_nothing_is_lost(world, row, book):
    with world.now():
        actions.save_marks(book, {"1a": MarkInput(50)}, version=1, by=row.assessor.user)
        with pytest.raises(Stale) as stale:
            actions.save_marks(book, {"1a": MarkInput(60)}, version=1, by=row.assessor.user)
    assert stale.value.version == 2
    assert mark(book).value == 50


def test_what_is_sent_again_because_its_answer_was_lost_is_no_conflict(world, row, book):
    def send(mark, key="1a"):
        return actions.save_marks(book, {key: mark}, version=1, seen={key: ""}, by=None)

    full = MarkInput("60,0", strengths="Раз\r\nДва ")
    with world.now():
        send(full)
        send(MarkInput(60, strengths="Раз\nДва"))
        for other in (MarkInput(65, strengths="Раз\nДва"), MarkInput(60), MarkInput("много")):
            with pytest.raises(Stale):
                send(other)
    assert (mark(book).value, mark(book).strengths) == (Decimal(60), "Раз\nДва")


def test_a_newer_version_is_written_on_where_the_same_part_was_not_touched(world, row, book):
    with world.now():
        actions.save_marks(book, {"1a": MarkInput(40)}, version=book.version, by=None)
        mine = Scorebook.objects.get(pk=book.pk)
        shown = {key: state_of(mine.marks.filter(part=key).first()) for key in ("1a", "1b")}
        actions.save_marks(book, {"1b": MarkInput(50)}, version=book.version, by=None)
        seen = {"1a": shown["1a"]}
        actions.save_marks(mine, {"1a": MarkInput(45)}, version=mine.version, seen=seen, by=None)
        with pytest.raises(Stale):
            seen = {"1b": shown["1b"]}
            actions.save_marks(
                mine, {"1b": MarkInput(60)}, version=book.version, seen=seen, by=None
            )
        with pytest.raises(Stale):
            actions.save_marks(mine, {"1c": MarkInput(60)}, version=0, by=None)
    assert list(mine.marks.order_by("part").values_list("part", "value")) == [
        ("1a", Decimal(45)),
        ("1b", Decimal(50)),
    ]


def test_a_comment_that_is_too_long_is_refused_with_its_length(world, row, book):
    with world.now(), pytest.raises(WrongMarks) as wrong:
        given = {"1a": MarkInput(40, strengths="я" * 10_001)}
        actions.save_marks(book, given, version=book.version, by=None)
    assert list(wrong.value.errors["1a"]) == ["strengths"]
    assert "10001" in wrong.value.errors["1a"]["strengths"]


def test_saving_takes_a_handful_of_queries(world, row, book):
    everything = world_of.full_marks(world.stage)
    with world.now(), CaptureQueriesContext(connection) as queries:
        actions.save_marks(book, everything, version=1, by=row.assessor.user)
    counted = [each for each in queries if "SAVEPOINT" not in each["sql"]]
    assert len(counted) <= 6, [each["sql"][:120] for each in counted]


def test_nobody_else_writes_and_nobody_after_the_deadline(world, row, book):
    stranger = world.assessors[5].user
    late = world.stage.last_moment
    with world.now():
        assert permissions.write_scorebook(row.assessor.user, book)
        with pytest.raises(Denied):
            actions.save_marks(book, {"1a": MarkInput(50)}, version=1, by=stranger)
    with clock.at(late.replace(year=late.year + 1)), pytest.raises(Denied):
        actions.save_marks(book, {"1a": MarkInput(50)}, version=1, by=row.assessor.user)


def test_signing_lists_what_is_missing(world, row, book):
    marks = world_of.full_marks(world.stage)
    marks["1a"] = MarkInput(50, strengths="Одна строка", improvements=marks["1b"].improvements)
    marks["1b"] = MarkInput(None, strengths=marks["1b"].strengths)
    with world.now():
        actions.save_marks(book, marks, version=1, by=row.assessor.user)
        with pytest.raises(Incomplete) as incomplete:
            actions.sign_scorebook(book, by=row.assessor.user)
    assert [(m.part, m.what, m.have, m.least) for m in incomplete.value.missing] == [
        ("1a", "strengths", 1, 3), ("1b", "mark", 0, 0), ("1b", "improvements", 0, 3),
    ]  # fmt: skip


def test_a_signed_scorebook_is_closed_until_the_secretary_opens_it(world, row):
    user = row.assessor.user
    with world.now():
        book = world_of.signed(row)
        with pytest.raises(Denied):
            actions.save_marks(book, {"1a": MarkInput(0)}, version=book.version, by=user)
        with pytest.raises(Refused) as refused:
            actions.reopen_scorebook(book, "", by=world.secretary)
        assert refused.value.field == "reason"
        with pytest.raises(Denied):
            actions.reopen_scorebook(book, "Сам себе", by=user)
        actions.reopen_scorebook(book, "Ошибка в 1a", by=world.secretary)
        assert not Record.objects.filter(content__contains="Ошибка").exists()
        actions.save_marks(book, {"1a": MarkInput(0)}, version=book.version, by=user)
    assert book.state == "draft"


def test_colleagues_are_hidden_until_ones_own_is_signed(world):
    rows = world_of.team(world)
    with world.now():
        own, other, third = (world_of.written(row) for row in rows[:3])
        user = rows[0].assessor.user
        assert permissions.read_scorebook(user, own)
        assert not permissions.read_scorebook(user, other)
        actions.sign_scorebook(other, by=None)
        assert not permissions.read_scorebook(user, other)
        actions.sign_scorebook(own, by=None)
        assert permissions.read_scorebook(user, other)
        assert not permissions.read_scorebook(user, third)


def test_the_consensus_starts_from_the_means_with_everybodys_comments(world):
    rows = world_of.team(world)
    lead = rows[0].assessor.user
    with world.now():
        for number, row in enumerate(rows):
            if number:
                world_of.signed(row, 40 + 10 * number)
        with pytest.raises(Refused, match=str(rows[0].assessor.serial)):
            actions.start_consensus(rows[0].entry, world.stage, by=lead)
        with pytest.raises(Denied):
            actions.start_consensus(rows[0].entry, world.stage, by=lead, override=True)
        world_of.signed(rows[0], 20)
        with pytest.raises(Denied):
            actions.start_consensus(rows[0].entry, world.stage, by=rows[1].assessor.user)
        book = actions.start_consensus(rows[0].entry, world.stage, by=lead)
        assert book.kind == "consensus"
        assert mark(book).value == 50  # 20, 50, 60, 70
        assert mark(book).strengths == "Первое.\nВторое.\nТретье."
        actions.save_marks(book, {"1a": MarkInput(55)}, version=book.version, by=lead)
        with pytest.raises(Denied):
            actions.save_marks(
                book, {"1a": MarkInput(5)}, version=book.version, by=rows[1].assessor.user
            )
        with pytest.raises(Incomplete):
            actions.sign_scorebook(book, by=lead)
        actions.save_marks(
            book, world_of.full_marks(world.stage, 55), version=book.version, by=lead
        )
        actions.sign_scorebook(book, by=lead)
        own = Scorebook.objects.get(assessor=rows[1].assessor)
        with pytest.raises(Refused):
            actions.reopen_scorebook(own, "Поздно", by=lead)


def test_the_secretary_may_start_it_without_the_missing_ones(world):
    rows = world_of.team(world)
    with world.now():
        world_of.signed(rows[1], 60)
        book = actions.start_consensus(
            rows[0].entry, world.stage, by=world.secretary, override=True
        )
    assert (mark(book).value, book.assessor) == (Decimal(60), rows[0].assessor)


def test_measured_values_of_the_applicant_are_filled_in():
    world = world_of.goods_at("matrix", entries=1, people=3)
    entry = world.entries[0]
    model = world.edition.rules.models["matrix-50"]
    scales = world.edition.rules.scales
    fields = {
        part.key: scales[part.scale].field
        for part in model.parts()
        if getattr(scales[part.scale], "field", None)
    }
    entry.answers |= dict.fromkeys(fields.values(), "1")
    entry.save(update_fields=["answers"])
    row = world_of.team(world)[0]
    row.entry.refresh_from_db()
    with world.now():
        book = actions.start_scorebook(row, by=None)
    stated = {each.part for each in book.marks.all()}
    assert stated
    assert stated <= set(fields)


PERCENT = PercentScale(input="percent", step=5)


@given(st.lists(st.integers(0, 20).map(lambda n: Decimal(5 * n)), min_size=1, max_size=7))
def test_the_nearest_value_is_on_the_scale_and_among_the_marks(values):
    found = nearest(PERCENT, values)
    assert PERCENT.allowed(found)
    assert min(values) <= found <= max(values)
    spread = spread_of(PERCENT, values)
    assert spread is None or spread == max(values) - min(values)


def test_small_helpers():
    scale = PointsScale(input="points", least=1, most=5, step=Decimal("0.5"))
    assert nearest(scale, [Decimal(1), Decimal(2)]) == Decimal("1.5")
    assert spread_of(scale, [Decimal(1), Decimal(3)]) == 50
    assert merged_lines(["а\nб", "Б\n\nв"]) == "а\nб\nв"
    assert lines("одна\n \nдве") == 2
    assert [read_number(text) for text in ("", " 65,5 % ", "−3", None)] == [
        None, Decimal("65.5"), Decimal(-3), None,
    ]  # fmt: skip
