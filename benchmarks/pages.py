"""What pages and actions cost: processor time of the application and of the database per request.

    python benchmarks/pages.py --demo var/demo         a copy of a played demo, on SQLite
    python benchmarks/pages.py --entries 1000          plays its own data first (some minutes)
    python -m tests.postgres -- python benchmarks/pages.py --entries 300         on PostgreSQL

A request goes through the WSGI application: every middleware, the session, the page as bytes; no
network, DEBUG off. Caches are warm after --warm requests; the median of --times is
told, and the least, which another program on the machine disturbs less. Time in
the database is processor time where it works in this process (SQLite), else how long it took to
answer. Whoever waits for the disk or for another process costs nothing here.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from metering import Browser, Case, fields, measure

PRIZE, NEXT, OPEN = "rf-quality-prize/2024", "rf-quality-prize/2025", "sandbox/2026"


def start(demo: Path | None, folder: Path) -> None:
    """Point the settings to `folder`: with a copy of the demo's database, if there is one."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "laureat.settings", "LAUREAT_DATA": str(folder),
                   "LAUREAT_DEBUG": "0", "LAUREAT_DEMO": "0"}  # fmt: skip
    if demo:
        os.environ["LAUREAT_DATABASE"] = f"sqlite:///{folder / 'laureat.db'}"
        for part in demo.glob("laureat.db*"):
            shutil.copy(part, folder)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def play(entries: int) -> None:
    """A prize of so many entries until its remote assessment is closed; the next one under way."""
    from laureat.demo import living
    from laureat.demo.cast import SIGN_INS, sign_in
    from laureat.demo.everything import load_edition
    from laureat.demo.plan import load_plan
    from laureat.demo.season import Season
    from laureat.platform import clock

    for key, _name in SIGN_INS:
        sign_in(key)
    plan = load_plan(PRIZE, entries=entries)
    plan = plan.model_copy(update={"assessors": max(24, entries // 3), "letters": None})
    Season(load_edition(PRIZE), plan).play(until="desk")
    with clock.at(clock.now() - timedelta(days=3)):
        living.prize_in_progress()
        living.open_intake()


def drafts(count: int) -> Iterator[tuple[Browser, str]]:
    """Complete applications, each with the browser of its applicant."""
    from laureat.demo import applicants, applying
    from laureat.demo.cast import person
    from laureat.demo.plan import Plan
    from laureat.demo.season import Season
    from laureat.platform.access.actions import give_role
    from laureat.platform.access.models import Role
    from laureat.rulebook.models import Edition

    award, _slash, key = OPEN.partition("/")
    edition = Edition.objects.get(award__key=award, key=key)
    season = Season(edition, Plan(edition=OPEN, seed=77, entries=count))
    wishes = applicants.wishes(edition.rules, season.plan, ["42"], season.random("wishes"))
    for number, wish in enumerate(wishes, 1000):
        with season.at(edition.stages.get(key="intake").opens_at + timedelta(days=1)):
            entry = applying.fill_in(season, wish, number)
        user = person(f"benchmark{number}@demo.invalid", season.random(f"person {number}"))
        give_role(user, Role.APPLICANT, organisation=entry.organisation.uid, by=None)
        yield Browser.of(user), f"/entries/{entry.uid}/review/"


def cases(times: int) -> Iterator[Case]:
    """What is measured, in the data at hand."""
    from django.urls import reverse

    from laureat.assessment.models import Scorebook, ScorebookState
    from laureat.demo.cast import sign_in
    from laureat.registry.models import Distinction
    from laureat.rulebook.models import Stage

    secretary, nobody = Browser.of(sign_in("secretary")), Browser()
    award, _slash, year = PRIZE.partition("/")
    desk = Stage.objects.get(edition__award__key=award, edition__key=year, key="desk")
    scored, entries = desk.passages.count(), desk.edition.entries.count()
    results = reverse("assessment:results", args=[desk.uid])
    listed = reverse("intake:entries", args=[desk.edition.uid])
    teams = reverse("assessment:teams", args=[desk.uid])
    yield Case("list of scored entries", scored, 40, lambda: secretary.ask(results))
    yield Case("list of entries", entries, 40, lambda: secretary.ask(listed))
    yield Case("list of teams", scored, 40, lambda: secretary.ask(teams))

    drafts_ = Scorebook.objects.filter(state=ScorebookState.DRAFT, filled__gt=0)
    book = drafts_.filter(stage__edition__key=NEXT.partition("/")[2],
                          assessor__user__demo_role="assessor")[0]  # fmt: skip
    assessor = Browser.of(book.assessor.user)
    whole = reverse("assessment:scorebook", args=[book.uid])
    first = book.marks.order_by("part")[0]
    part = reverse("assessment:part", args=[book.uid, first.part])
    parts = book.marks.count()
    yield Case("open a scorebook", parts, 12, lambda: assessor.ask(whole))
    yield Case("open a part of it", 1, 12, lambda: assessor.ask(part))
    typed = fields(assessor.ask(part)[1])

    def save() -> tuple[int, str]:
        status, page = assessor.ask(part, typed | {"strengths": f"Замер {time.monotonic_ns()}."})
        typed.update(fields(page))
        return status, page

    yield Case("save scores", 1, 12, save)
    waiting = drafts(times)

    def submit() -> tuple[int, str]:
        browser, path = next(ready)
        return browser.ask(path, {"go": "submit"})

    ready = iter(list(waiting))
    yield Case("submit an application", 1, 25, submit, 302)
    home, register = reverse("showcase:home"), reverse("showcase:register")
    public = Distinction.objects.count()
    yield Case("public page, cached", 1, 2, lambda: nobody.ask(home))
    yield Case("public register, cached", public, 2, lambda: nobody.ask(register))
    places = iter(range(10_000))
    yield Case("public register, made anew", public, None,
               lambda: nobody.ask(f"{register}?new={next(places)}"))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--demo", type=Path, help="folder of a played demo (a copy is used)")
    parser.add_argument("--entries", type=int, default=1000, help="to play without --demo")
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--warm", type=int, default=5)
    parser.add_argument("--only", default="", help="part of a name: measure these only")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start(given.demo, Path(folder))
        if not given.demo:
            play(given.entries)
        from django.db import connection

        print(f"{connection.vendor}, {given.warm} warm, median of {given.times}; ms")
        print(
            f"{'':30}{'rows':>6}{'SQL':>5}{'app':>8}{'db':>8}{'both':>8}{'least':>8}{'budget':>8}{'KB':>6}"
        )
        rows = []
        for case in cases(given.times + given.warm):
            if given.only not in case.name:
                continue
            row = measure(case, warm=given.warm, times=given.times)
            rows.append({**asdict(row), "total": round(row.total, 2)})
            print(f"{row.name:30}{row.rows:6}{row.queries:5}{row.application:8.1f}"
                  f"{row.database:8.1f}{row.total:8.1f}{row.least:8.1f}{row.budget or '':>8}"
                  f"{row.bytes / 1024:6.0f}", flush=True)  # fmt: skip
        connection.close()
    if given.json:
        told = {"database": connection.vendor, "warm": given.warm, "times": given.times}
        given.json.write_text(json.dumps(told | {"pages": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
