"""Photographs the main pages of every role in the played demo: python tools/screenshots.py

Serves the demo in var/demo (`SERVE=0 make demo` plays it) and writes
var/screenshots/{role}/{page}-{width}-{language}.png, 1280 and 390 pixels wide, in Russian and
English, and docs/pictures/home.png for the README. Words after the command choose what is
photographed: `python tools/screenshots.py secretary assessor-book`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMO = Path(os.environ.get("LAUREAT_DATA", ROOT / "var")) / "demo"
PICTURES = DEMO.parent / "screenshots"
HOME = ROOT / "docs" / "pictures" / "home.png"
SIZES = {1280: 900, 390: 844}
HOST = "127.0.0.1"
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip


def start_django() -> None:
    """With the demo's data."""
    from laureat.demo.building import environment  # noqa: PLC0415 - settings first

    os.environ |= environment(DEMO) | {"DJANGO_SETTINGS_MODULE": "laureat.settings"}
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    import django  # noqa: PLC0415

    django.setup()


def pages() -> Iterator[tuple[str, str, str]]:
    """(role, name, address) of everything worth a look; role "" is somebody signed out."""
    from django.urls import reverse  # noqa: PLC0415

    from laureat.assessment.models import Assignment, Scorebook  # noqa: PLC0415
    from laureat.council.models import Session  # noqa: PLC0415
    from laureat.feedback.models import Report  # noqa: PLC0415
    from laureat.honours.models import Diploma  # noqa: PLC0415
    from laureat.intake.models import Entry  # noqa: PLC0415
    from laureat.outreach.models import Campaign  # noqa: PLC0415
    from laureat.platform.accounts.models import User  # noqa: PLC0415
    from laureat.registry.models import Distinction  # noqa: PLC0415
    from laureat.rulebook.models import Edition  # noqa: PLC0415

    def edition(award: str, key: str) -> Edition:
        return Edition.objects.get(award__key=award, key=key)

    prize, goods = edition("rf-quality-prize", "2024"), edition("best-goods", "2023")
    running, training = edition("rf-quality-prize", "2025"), edition("sandbox", "2026")
    desk = running.stages.get(key="desk")
    good = Distinction.objects.filter(good__isnull=False).select_related("good", "organisation")[0]
    diploma = Diploma.objects.order_by("pk")[0]

    yield "", "home", reverse("showcase:home")
    yield "", "awards", reverse("showcase:awards")
    yield "", "award", reverse("showcase:award", args=["rf-quality-prize"])
    yield "", "apply", reverse("intake:apply", args=[training.uid])
    yield "", "results-prize", reverse("showcase:edition", args=["rf-quality-prize", "2024"])
    yield "", "results-goods", reverse("showcase:edition", args=["best-goods", "2023"])
    yield "", "register", reverse("showcase:register")
    yield "", "goods", reverse("showcase:goods")
    yield "", "good", reverse("showcase:good", args=[good.good.uid])
    yield "", "organisation", reverse("showcase:organisation", args=[good.organisation.uid])
    yield "", "check", reverse("showcase:check", args=[diploma.check_code])
    yield "", "statistics", reverse("showcase:statistics")
    yield "", "about", reverse("showcase:about")
    yield "", "rules", reverse("rulebook:edition", args=["rf-quality-prize", "2024"])
    yield "", "journal", reverse("ledger:chain", args=["rf-quality-prize", "2024"]) + "?verify=1"
    yield "", "sign-in", reverse("account_login")

    applicant = User.objects.get(demo_role="applicant")
    uids = applicant.grants.exclude(organisation="").values("organisation")
    mine = Entry.objects.filter(organisation__uid__in=uids)
    draft = mine.get(state="draft")
    yield "applicant", "desk", reverse("accounts:desk")
    yield "applicant", "entries", reverse("intake:mine")
    yield "applicant", "form", reverse("intake:form", args=[draft.uid])
    yield "applicant", "review", reverse("intake:review", args=[draft.uid])
    yield "applicant", "entry", reverse("intake:entry", args=[mine.exclude(number="")[0].uid])
    yield "applicant", "honours", reverse("honours:mine")
    report = Report.objects.filter(entry__in=mine, state="released").first()
    if report:
        yield "applicant", "report", reverse("feedback:report", args=[report.uid])

    book = Scorebook.objects.get(
        stage=desk, assessor__user__demo_role="assessor", state="draft", kind="individual"
    )
    asked = Assignment.objects.get(
        stage=desk, assessor__user__demo_role="assessor", state="proposed"
    )
    yield "assessor", "desk", reverse("accounts:desk")
    yield "assessor", "assessments", reverse("assessment:mine")
    yield "assessor", "answer", reverse("assessment:assignment", args=[asked.uid])
    yield "assessor", "material", reverse("assessment:material", args=[book.entry.uid])
    yield "assessor", "book", reverse("assessment:scorebook", args=[book.uid])
    yield "assessor", "part", reverse("assessment:part", args=[book.uid, "1a"])

    led = Assignment.objects.filter(
        stage=desk, assessor__user__demo_role="lead", lead=True, state="accepted"
    )[0]
    yield "lead", "desk", reverse("accounts:desk")
    yield "lead", "team", reverse("assessment:team", args=[desk.uid, led.entry.uid])

    campaign = Campaign.objects.order_by("pk")[0]
    yield "secretary", "desk", reverse("accounts:desk")
    yield "secretary", "contest", reverse("intake:edition", args=[running.uid])
    yield "secretary", "entries", reverse("intake:entries", args=[goods.uid])
    yield "secretary", "progress", reverse("assessment:stage", args=[desk.uid])
    yield "secretary", "teams", reverse("assessment:teams", args=[desk.uid])
    yield "secretary", "assessors", reverse("assessment:assessors", args=[running.uid])
    yield (
        "secretary",
        "results",
        reverse("assessment:results", args=[prize.stages.get(key="desk").uid]),
    )
    yield "secretary", "letters", reverse("outreach:campaign", args=[campaign.uid])
    yield "secretary", "new-letters", reverse("outreach:new")
    yield "secretary", "honours", reverse("honours:edition", args=["best-goods", "2023"])
    yield "secretary", "reports", reverse("feedback:list", args=[prize.uid])
    yield "secretary", "mail", reverse("mail:outbox")
    yield "secretary", "organisations", reverse("registry:organisations")

    sitting = Session.objects.get(stage__edition__key="2025", state="open")
    yield "chair", "session", reverse("council:lead", args=[sitting.uid])
    yield "member", "desk", reverse("accounts:desk")
    yield "member", "session", reverse("council:session", args=[sitting.uid])
    entry = sitting.motions.order_by("order")[0].entry
    yield "member", "dossier", reverse("council:dossier", args=[sitting.uid, entry.uid])

    yield "auditor", "desk", reverse("accounts:desk")
    yield "auditor", "journals", reverse("ledger:chains")
    yield "organiser", "rules", reverse("rulebook:awards")
    yield "organiser", "people", reverse("access:people", args=["rf-quality-prize", "2025"])


def photograph(url: str, chosen: list[str]) -> int:
    """Take the pictures; how many there are."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed to serve

    program = os.environ.get("LAUREAT_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        sys.exit("screenshots need a browser: apt-get install chromium, or LAUREAT_CHROMIUM=/path")
    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        for width, height in SIZES.items():
            for language in ("ru", "en"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, locale=f"{language}-RU",
                    timezone_id="Europe/Moscow", reduced_motion="reduce",
                )  # fmt: skip
                page, role_now = context.new_page(), ""
                for role, name, address in pages():
                    who = role or "public"
                    if chosen and not {who, f"{who}-{name}"} & set(chosen):
                        continue
                    if role != role_now:
                        page.goto(url)
                        # On a phone the bar is folded: its form is sent without opening it.
                        chosen_role = page.locator(f".demo-bar button[value={role}]")
                        chosen_role.evaluate("button => button.form.requestSubmit(button)")
                        page.wait_for_url("**/account/")
                        role_now = role
                    page.goto(f"{url}{'/en' if language == 'en' else ''}{address}")
                    # The bar belongs to the demo, not to the page.
                    page.evaluate("() => document.querySelector('.demo-bar')?.remove()")
                    path = PICTURES / who / f"{name}-{width}-{language}.png"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=path, full_page=True)
                    if (role, name, width, language) == ("", "home", 1280, "ru"):
                        HOME.parent.mkdir(exist_ok=True)
                        page.screenshot(path=HOME)
                    taken += 1
                context.close()
        browser.close()
    return taken


def main() -> None:
    """Serve, photograph, stop."""
    if not (DEMO / "laureat.db").exists():
        sys.exit(f"no demo in {DEMO}: play it first with SERVE=0 make demo")
    start_django()
    from laureat.demo.building import environment  # noqa: PLC0415
    from laureat.demo.serving import free_port, start, stop, wait_until_up  # noqa: PLC0415

    port = free_port(HOST, 8600)
    url = f"http://{HOST}:{port}"
    processes = start(HOST, port, environment(DEMO) | {"LAUREAT_URL": url})
    stop(processes[1:])  # no letters leave while pictures are taken
    try:
        wait_until_up(HOST, port, processes[:1])
        print(f"{photograph(url, sys.argv[1:])} pictures in {PICTURES}")
    finally:
        stop(processes[:1])


if __name__ == "__main__":
    main()
