"""All that `make demo` shows: two whole seasons, one edition under way, a contest to try by hand."""

from __future__ import annotations

import gc
from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rich.console import Console

from laureat.demo import living
from laureat.demo.cast import SIGN_INS, sign_in
from laureat.demo.plan import load_plan
from laureat.demo.season import Season
from laureat.demo.showing import Bars
from laureat.platform import clock
from laureat.registry.actions import import_history
from laureat.rulebook.actions import load
from laureat.rulebook.models import Edition
from laureat.rulebook.schema.loading import load_edition as load_rules
from laureat.rulebook.schema.stages import instant

BEFORE = timedelta(days=40)
"""So long before applications open the rules are loaded; people are called together later."""
PLAYED = ("rf-quality-prize/2024", "best-goods/2023")


def load_edition(chain: str) -> Edition:
    """Load an edition of the repository before its season begins: rules come first, also in the
    journal, so they are loaded by the clock of the season.
    """
    award, _slash, key = chain.partition("/")
    path = settings.AWARDS / award / f"{key}.yaml"
    rules = load_rules(path).edition
    opens = [instant(each.opens, rules.zone) for each in rules.stages if each.opens]
    with clock.at(min(opens) - BEFORE):
        return load(path, by=None, demo=True)


def play_everything(console: Console) -> None:
    """Play into an empty database; the same in whatever language the console is told of it."""
    bars = Bars(console)
    with translation.override(settings.LANGUAGE_CODE):
        _play_everything(bars)


def _play_everything(bars: Bars) -> None:
    gc.freeze()  # what is loaded stays
    gc.set_threshold(200_000, 20, 20)  # rows by the hundred thousand, hardly a cycle among them
    for key, _name in SIGN_INS:
        sign_in(key)
    with bars.step(_("honours of past years")):
        for award in ("rf-quality-prize", "best-goods"):
            import_history(settings.AWARDS / award / "history.yaml", by=None)
    for chain in PLAYED:
        edition = load_edition(chain)
        bars.head(edition, chain)
        Season(edition, load_plan(chain), bars).play()
    bars.head(_("Contests under way"))
    with bars.step(_("contests"), 3) as tick:
        for prepare in (living.prize_in_progress, living.session_to_vote, living.open_intake):
            with clock.at(clock.now() - timedelta(days=3)):
                prepare()
            tick()
