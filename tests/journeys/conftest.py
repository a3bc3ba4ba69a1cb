"""A browser for the journeys: Debian's Chromium, driven by Playwright, against the live server.

    def test_a_visitor_reads_the_results(page, live_server, check_axe):
        page.goto(live_server.url)
        check_axe(page)

`page` is a desktop window in Russian; `open_page(width=390, locale="en-GB", …)` opens others, each
with cookies of its own (a second person, a telephone, dark colours). A page fails its test if it
breaks the content security policy, throws an error, writes one or a warning to the console, misses
a picture, font, style or script, or is answered with 500. When a test fails, its windows are
photographed into `var/journeys/`. LAUREAT_CHROMIUM names another browser; LAUREAT_SHOW=1 shows it.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests.journeys.hands import Hands

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "var" / "journeys"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
# Refused forms and a cut connection stand in the console too: that is what some journeys are about.
OF_THE_WIRE = (
    "Failed to load resource",
    "Response Status Error Code",
    "htmx:afterRequest",
    "htmx:sendError",
)
PARTS_OF_A_PAGE = {"stylesheet", "script", "image", "font"}
# Everything WCAG 2.2 asks at A and AA.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Playwright's synchronous interface keeps an event loop in this thread, which Django takes for
# asynchronous code; the tests' own queries are made one after another all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.when == "call" and report.failed:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(getattr(item, "open_pages", [])):
            if page.is_closed():
                continue
            name = re.sub(r"\W+", "-", item.name)[:100]
            path = PICTURES / f"{name}-{number}.png"
            try:
                page.screenshot(path=path, full_page=True)
            except Exception as error:  # noqa: BLE001 - a dead browser must not hide the failure
                path = error
            report.sections.append((f"window {number}", f"{page.url}\n{path}"))
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("LAUREAT_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        message = "journeys need a browser: apt-get install chromium, or LAUREAT_CHROMIUM=/path"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            headless=not os.environ.get("LAUREAT_SHOW"),
            args=CHROMIUM_OPTIONS,
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Open a window of its own: `open_page(width=390, locale="en-GB", color_scheme="dark")`."""
    contexts, complaints = [], []
    request.node.open_pages = []

    def listen(message: ConsoleMessage) -> None:
        told = message.text.startswith(OF_THE_WIRE)
        if message.type in {"error", "warning"} and not told:
            complaints.append(f"{message.page and message.page.url}: {message.text}")

    def answered(response: Response) -> None:
        missing = response.status >= 400 and response.request.resource_type in PARTS_OF_A_PAGE
        if missing or response.status >= 500:
            complaints.append(f"{response.status} {response.url}")

    def open_page(*, width: int = 1280, height: int = 900, **options: object) -> Page:
        options = {"locale": "ru-RU", "timezone_id": "Asia/Novokuznetsk"} | options
        context = browser.new_context(
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(15_000)
        context.on("console", listen)
        context.on("response", answered)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        page = context.new_page()
        request.node.open_pages.append(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == [], "the browser complained"


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A desktop window, 1280 pixels wide, in Russian."""
    return open_page()


@pytest.fixture(scope="session")
def check_axe() -> Callable[..., None]:
    """Assert that nothing on the page bars people who see, hear or move differently."""
    # Run through the debugger, which the page's content security policy does not touch.
    axe = (HERE / "axe.min.js").read_text(encoding="utf-8")

    def check_axe(page: Page, *, within: str | None = None, ignore: tuple[str, ...] = ()) -> None:
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(f"() => {{ {axe}\n }}")
        # axe leaves empty style attributes behind, which htmx would copy against the policy.
        found = page.evaluate(
            """async ([within, options]) => {
                const found = await axe.run(within || document, options);
                document.querySelectorAll('[style=""]').forEach(
                    (each) => each.removeAttribute("style"));
                return found;
            }""",
            [
                within,
                {
                    "runOnly": {"type": "tag", "values": AXE_RULES},
                    "rules": {rule: {"enabled": False} for rule in ignore},
                    "resultTypes": ["violations"],
                },
            ],
        )
        violations = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
            + "\n    ".join(
                f"{node['target']}  {node['html'][:160]}" for node in violation["nodes"]
            )
            for violation in found["violations"]
        ]
        assert not violations, f"{page.url} bars people:\n" + "\n".join(violations)

    return check_axe


@pytest.fixture(scope="session")
def check_width() -> Callable[[Page], None]:
    """Assert that the page does not scroll sideways, as on a narrow telephone."""

    def check_width(page: Page) -> None:
        wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{page.url} is {wide} pixels wider than its window"

    return check_width


@pytest.fixture(scope="session")
def check_sense() -> Callable[[Page], None]:
    """Assert that every part has a name of its own and every link leads somewhere.

    Waits for the letters: what is measured afterwards is what people see.
    """

    def check_sense(page: Page) -> None:
        found = page.evaluate(
            """async () => {
                await document.fonts.ready;
                const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
                return {
                    twice: [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))],
                    nowhere: [...document.querySelectorAll('a[href=""]:not([target])')]
                        .map((each) => each.innerText.trim()),
                    headings: document.querySelectorAll("h1").length,
                };
            }"""
        )
        assert found == {"twice": [], "nowhere": [], "headings": 1}, page.url

    return check_sense


@pytest.fixture(scope="session")
def examine(
    check_axe: Callable[..., None],
    check_width: Callable[[Page], None],
    check_sense: Callable[[Page], None],
) -> Callable[..., None]:
    """Look at a page closely, on a desk and on a telephone; the window keeps its own size.

    `briefly`: its structure is the same as in the other language, where it is looked at twice.
    """

    def examine(page: Page, *, briefly: bool = False) -> None:
        own = page.viewport_size
        check_sense(page)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            check_width(page)
            if width == 390 or not briefly:
                check_axe(page)
        if own:
            page.set_viewport_size(own)

    return examine


@pytest.fixture
def somebody(
    open_page: Callable[..., Page],
    live_server: object,
    examine: Callable[..., None],
    settings: object,
) -> Callable[..., Hands]:
    """A person at a window of their own: `somebody(width=390)`."""
    settings.BASE_URL = live_server.url  # type: ignore[attr-defined]
    # On a busy machine a season by hand takes longer than a proof of identity lasts.
    settings.PROOF_LASTS = timedelta(hours=12)  # type: ignore[attr-defined]

    def somebody(**options: object) -> Hands:
        return Hands(open_page(**options), live_server.url, examine)  # type: ignore[attr-defined]

    return somebody
