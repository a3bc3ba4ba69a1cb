"""Hands and eyes of the people in a journey: they press what they can read, as people do.

    anna = Hands(open_page(), live_server.url, look)
    anna.go("/account/login/")
    anna.type("Пароль", "…")
    anna.press("Войти")
    anna.reads("Моя работа")

`look` is called on every page that `see()` is asked to look at: it runs axe and measures the width.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

YES = "Да, продолжить"
AT_WORK = "domcontentloaded"
"""When people begin: all scripts have run, letters and pictures may still be on their way."""


class Hands:
    """One person at one window."""

    def __init__(self, page: Page, url: str, look: Callable[..., None] | None = None) -> None:
        """`url` is where the site lives; `look` examines a page."""
        self.page, self.url, self._look = page, url, look

    # ------------------------------------------------------------ going

    def go(self, address: str) -> Hands:
        """Open an address of the site."""
        full = address if address.startswith("http") else self.url + address
        self.page.goto(full, wait_until=AT_WORK)
        return self

    def follow(self, name: str, *, within: Locator | None = None, exact: bool = True) -> Hands:
        """Follow the link called `name`."""
        link = (within or self.main).get_by_role("link", name=name, exact=exact)
        with self.page.expect_navigation(wait_until=AT_WORK):
            link.first.click()
        return self

    def see(self) -> Hands:
        """Look at the page carefully: nothing may bar anybody, nothing may be too wide."""
        if self._look is not None:
            self._look(self.page)
        return self

    # ------------------------------------------------------------ doing

    @property
    def main(self) -> Locator:
        """What the page is about."""
        return self.page.locator("main")

    def row(self, *words: str) -> Locator:
        """The row of a table (or item of a list) that has all these words."""
        rows = self.main.locator("tbody tr, li.sheet, article, section.sheet")
        for each in words:
            rows = rows.filter(has_text=each)
        return rows.first

    def type(self, label: str, text: str, *, within: Locator | None = None) -> Hands:
        """Type into the field called `label`."""
        self.field(label, within=within).fill(text)
        return self

    def field(self, label: str, *, within: Locator | None = None) -> Locator:
        """The field called `label`; one that may stay empty says so after its name."""
        name = re.compile(rf"^\s*{re.escape(label)}(\s+необязательно)?\s*$")
        return (within or self.main).get_by_label(name).first

    def choose(self, label: str, option: str) -> Hands:
        """Choose from the list called `label`."""
        self.field(label).select_option(label=option)
        return self

    def tick(self, label: str, *, within: Locator | None = None) -> Hands:
        """Tick a box or pick an answer."""
        self.field(label, within=within).check()
        return self

    def press(self, name: str, *, within: Locator | None = None, moves: bool = True) -> Hands:
        """Press the button called `name`, and say yes if the page asks whether one is sure."""
        button = (within or self.main).get_by_role("button", name=name, exact=True).first
        if not moves:
            button.click()
            return self
        asks = button.evaluate("each => each.dataset.confirm || each.form?.dataset.confirm")
        with self.page.expect_navigation(wait_until=AT_WORK):
            button.click()
            if asks:
                self.page.locator("dialog[open]").get_by_role("button", name=YES).click()
        return self

    def download(self, name: str, *, within: Locator | None = None) -> bytes:
        """Take what the link called `name` gives."""
        link = (within or self.main).get_by_role("link", name=name, exact=True).first
        return self.fetch(link.get_attribute("href") or "")

    def fetch(self, address: str) -> bytes:
        """What an address gives, with the cookies of this window."""
        full = address if address.startswith("http") else self.url + address
        response = self.page.request.get(full)
        assert response.ok, f"{response.status} {full}"
        return response.body()

    # ------------------------------------------------------------ reading

    def reads(self, *words: str) -> Hands:
        """All these words stand on the page."""
        for each in words:
            expect(self.page.locator("body")).to_contain_text(spaced(each))
        return self

    def misses(self, *words: str) -> Hands:
        """None of these words stands on the page."""
        for each in words:
            expect(self.page.locator("body")).not_to_contain_text(spaced(each))
        return self

    # ------------------------------------------------------------ coming in

    def sign_in(self, email: str, password: str) -> Hands:
        """Sign in on the sign-in page."""
        self.go("/account/login/")
        self.type("Адрес электронной почты", email)
        self.page.locator("[name=password]").fill(password)
        return self.press("Войти")


def spaced(words: str) -> re.Pattern[str]:
    """`words` with any kind of space between them."""
    return re.compile(r"\s+".join(re.escape(each) for each in words.split()))
