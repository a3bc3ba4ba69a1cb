"""Numbers: right ones pass in any spelling, wrong ones are told from each other."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform.errors import Refused
from laureat.registry import tables
from laureat.registry.identifiers import (
    check_together,
    checked_inn,
    checked_kpp,
    checked_ogrn,
    checked_okpd2,
)
from laureat.registry.queries import months_between, years_between
from tests.worlds import registry as world


@given(st.integers(0, 9_999_999))
def test_every_inn_with_right_check_digits_passes_and_every_other_last_digit_does_not(number):
    for right in (world.inn(number), world.individual_inn(number)):
        assert checked_inn(f" {right[:4]} {right[4:]}\u00a0") == right
        for digit in set("0123456789") - {right[-1]}:
            with pytest.raises(Refused) as refused:
                checked_inn(right[:-1] + digit)
            assert refused.value.field == "inn"


@given(st.integers(0, 9_999_999))
def test_ogrn_and_ogrnip_are_checked_alike(number):
    for right in (world.ogrn(number), world.ogrnip(number)):
        assert checked_ogrn(right) == right
        wrong = str((int(right[-1]) + 1) % 10)
        with pytest.raises(Refused):
            checked_ogrn(right[:-1] + wrong)


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (checked_inn, "123"),
        (checked_inn, "12345678901"),
        (checked_inn, "42O5000001"),
        (checked_inn, "٤٢٠٥٠٠٠٠٠١"),
        (checked_ogrn, "1234"),
        (checked_ogrn, "0024200000001"),
        (checked_ogrn, "abc"),
        (checked_kpp, "42050100"),
        (checked_kpp, "4205Я1001"),
        (checked_okpd2, "1"),
        (checked_okpd2, "10.51.30.11"),
        (checked_okpd2, "10.511"),
        (checked_okpd2, "сыр"),
    ],
)
def test_what_is_no_number_is_refused_with_its_field(check, text):
    with pytest.raises(Refused) as refused:
        check(text)
    assert refused.value.field == check.__name__.removeprefix("checked_")
    assert str(refused.value)


@pytest.mark.parametrize(
    ("check", "text", "stored"),
    [
        (checked_inn, "", ""),
        (checked_kpp, "4205 01 001", "420501001"),
        (checked_kpp, "4205aB001", "4205AB001"),
        (checked_okpd2, "10", "10"),
        (checked_okpd2, "10.5", "10.5"),
        (checked_okpd2, "10.51", "10.51"),
        (checked_okpd2, "10.51.3", "10.51.3"),
        (checked_okpd2, "10,51,30", "10.51.30"),
        (checked_okpd2, " 10.51.30.110 ", "10.51.30.110"),
    ],
)
def test_spellings_are_tidied(check, text, stored):
    assert check(text) == stored


@pytest.mark.parametrize(
    ("inn", "ogrn", "kpp", "field"),
    [
        (world.inn(1), world.ogrn(1), "420501001", None),
        (world.individual_inn(1), world.ogrnip(1), "", None),
        (world.inn(1), world.ogrnip(1), "", "ogrn"),
        (world.individual_inn(1), world.ogrn(1), "", "ogrn"),
        (world.individual_inn(1), "", "420501001", "kpp"),
        ("", world.ogrn(1), "420501001", None),
    ],
)
def test_numbers_must_be_those_of_one_kind_of_person(inn, ogrn, kpp, field):
    if field is None:
        check_together(inn, ogrn, kpp)
        return
    with pytest.raises(Refused) as refused:
        check_together(inn, ogrn, kpp)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2022, 3, 1), date(2024, 3, 1), 24.0),
        (date(2022, 3, 1), date(2024, 2, 29), 23 + 28 / 29),
        (date(2024, 1, 31), date(2024, 2, 29), 1.0),
        (date(2023, 12, 31), date(2024, 12, 31), 12.0),
        (date(2024, 5, 1), date(2024, 4, 1), 0.0),
        (None, date(2024, 4, 1), None),
    ],
)
def test_months_are_counted_by_the_calendar(start, end, months):
    found = months_between(start, end)
    assert found == (None if months is None else pytest.approx(months, abs=1e-4))


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 20_000))
def test_a_day_more_is_more_and_whole_years_are_whole(start, days):
    from datetime import timedelta

    end = start + timedelta(days=days)
    assert months_between(start, end) < months_between(start, end + timedelta(days=1))
    if (start.month, start.day) != (2, 29):
        assert years_between(start, start.replace(year=start.year + 3)) == 3.0


def test_the_table_of_regions_has_eighty_nine_subjects_each_on_a_tile_of_its_own():
    regions = tables.rows("regions")
    assert len(regions) == 89
    assert len({row["code"] for row in regions}) == 89
    assert len({(row["row"], row["column"]) for row in regions}) == 89
    for column in ("name_ru", "name_en", "short_ru", "short_en"):
        assert len({row[column] for row in regions}) == 89
    assert all(len(row["short_ru"]) <= 3 and len(row["short_en"]) <= 3 for row in regions)


def test_every_region_has_a_zone_that_machines_know():
    from zoneinfo import ZoneInfo

    assert {ZoneInfo(row["zone"]).key for row in tables.rows("regions")}
