"""Every letter of a season can be read: who it is for, which contest, where to click."""

import re

import pytest
from django.conf import settings

from laureat.platform.mail.models import Message
from laureat.rulebook.models import Edition
from tests.worlds import small_season

pytestmark = pytest.mark.django_db

RAW = re.compile(
    r"%\(|%s|\{\{|\{%|\bNone\b|\bTrue\b|&(amp|quot|lt|#39);|\w\.\.(?!\.)|\.,|\(\)|«»|“”"
    r"|(Europe|Asia)/|\d{4}-\d\d-\d\dT"
)
"""What a program says and no person would write."""


def test_letters_hold_nothing_raw_name_the_contest_and_lead_somewhere():
    small_season.build()
    titles = {
        edition.chain: {edition.title_ru, edition.title_en} for edition in Edition.objects.all()
    }
    wrong = []
    for letter in Message.objects.order_by("kind", "pk"):
        text = f"{letter.subject}\n{letter.body}"
        if found := RAW.search(text):
            wrong.append((letter.kind, "raw", found[0], text))
        if len(letter.subject) > 200:
            wrong.append((letter.kind, "long", letter.subject))
        if letter.body != letter.body.strip() + "\n":
            wrong.append((letter.kind, "edges", letter.body))
        named = titles.get(letter.scope, set())
        if named and not any(title and title in letter.body for title in named):
            wrong.append((letter.kind, "contest", text))
        if settings.BASE_URL not in letter.body:
            wrong.append((letter.kind, "link", text))
    assert wrong == []
