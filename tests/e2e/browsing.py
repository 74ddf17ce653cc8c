"""A customer's browser: Debian's Chromium, what one does in the chat, and what axe finds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Locator, Page, expect, sync_playwright

from meantime.settings import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
SCREENSHOTS = ROOT / "results" / "screenshots"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
SIZES = {"phone": PHONE, "desktop": DESKTOP}
PATIENCE_MS = 30_000
"""How long a machine that does much else may take; nothing is waited for longer than it takes."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that speaks to nobody but us."""
    if not CHROMIUM:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail("Chromium is not installed, and it is required here")
        pytest.skip("NOT COVERED: Chromium is not installed, so the page was not tried in a browser")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                  "--disable-background-networking", "--disable-component-update"],
        )  # fmt: skip
        yield browser
        browser.close()


class Troubles(list[str]):
    """What went wrong in a page without anybody seeing it: errors of scripts, and what a policy forbade."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", lambda line: self.append(line.text) if "Content Security Policy" in line.text else None)


def launcher(page: Page) -> Locator:
    return page.locator("meantime-chat .launcher")


def box(page: Page) -> Locator:
    return page.get_by_label("Your message")


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def open_chat(page: Page) -> Locator:
    launcher(page).click()
    return log(page)


def say(page: Page, words: str) -> None:
    box(page).fill(words)
    box(page).press("Enter")


def picture(page: Page, name: str) -> None:
    """Leave a screenshot in results/."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    file = SCREENSHOTS / f"{name}-{width}.png"
    try:
        page.screenshot(path=file)
    except Error as error:  # a busy Chromium now and then has no frame to show
        if "Unable to capture" not in str(error):
            raise
        page.screenshot(path=file)


def require_no_violations(page: Page) -> None:
    """Fail with axe's own words when it finds anything."""
    page.wait_for_function("document.getAnimations({subtree: true}).every(a => a.effect.getTiming().iterations > 1)")
    violations = Axe().run(page).response["violations"]
    assert not violations, [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]


def warnings_of(page: Page) -> list[str]:
    """Return what the widget warns of in the browser's console, as it comes."""
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)
    return warnings
