"""Names of people in Latin letters: as Russian passports for travel write them."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform.i18n.latin import called, in_latin

RUSSIAN = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Щербакова Юлия Ильинична", "Shcherbakova Iuliia Ilinichna"),
        ("Ёжиков Эдуард Хасанович", "Ezhikov Eduard Khasanovich"),
        ("Подъячев Цезарь", "Podieiachev Tsezar"),
        ("ЖУКОВ Ян", "ZHUKOV Ian"),
        ("Шевчук Ю. Я.", "Shevchuk Iu. Ia."),
        ("Мамин-Сибиряк", "Mamin-Sibiriak"),
        ("Müller Анна", "Müller Anna"),
        ("", ""),
    ],
)
def test_a_name_is_transliterated_as_in_a_passport(name, latin):
    assert in_latin(name) == latin


@given(RUSSIAN, RUSSIAN)
def test_every_russian_letter_has_its_latin_ones_in_any_case(first, second):
    """Letter by letter, so parts do not change each other, and nothing Russian stays."""
    whole = in_latin(first + second)
    assert whole == in_latin(first) + in_latin(second)
    assert whole.isascii()
    assert in_latin((first + second).upper()).lower() == whole
    assert in_latin(whole) == whole


def test_russian_readers_get_the_legal_name_and_english_ones_what_the_person_said():
    for language, latin, said in (
        ("ru", "Ivan Kolosoff", "Колосов Иван"),
        ("en", "Ivan Kolosoff", "Ivan Kolosoff"),
        ("en", "", "Kolosov Ivan"),
    ):
        with translation.override(language):
            assert called("Колосов Иван", latin) == said
