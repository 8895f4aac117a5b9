"""The pages as a person sees them, in a real browser."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

from daybook.cli.services import BY_NAME

from .processes import Platform

QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page in Chromium; what it complains of in its console or cannot load fails the test."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip("The pages are looked at in Chromium: install the package chromium")
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        made = await browser.new_page(viewport={"width": 1280, "height": 900})
        made.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.on("requestfailed", lambda asked: complaints.append(asked.url))
        yield made
        await browser.close()
    assert complaints == []


async def test_the_first_page_leads_to_every_description(platform: Platform, page: Page) -> None:
    await page.goto(platform.address)
    links = await page.get_by_role("link").all_inner_texts()
    assert {*BY_NAME, "/dev", "/metrics"} == set(links)
    await page.get_by_role("link", name="registration").click()
    await page.get_by_text("Daybook registration").wait_for()


async def test_a_description_shows_the_operations_and_can_be_tried(
    platform: Platform, page: Page
) -> None:
    await page.goto(f"{platform.address}/registration/docs")
    path = page.locator('[data-path="/registration/patients"]')
    register = page.locator(".opblock-post").filter(has=path)
    await register.wait_for()
    assert await page.locator(".opblock").count() >= 12
    await page.get_by_role("button", name="Authorize").click()
    await page.locator(".auth-container input").first.fill(platform.token("front-desk"))
    await page.get_by_role("button", name="Apply credentials").click()
    await page.get_by_role("button", name="Close").click()
    await register.click()
    await register.get_by_role("button", name="Try it out").click()
    await register.locator("textarea").fill(
        '{"demographics": {"names": [{"given": ["Wren"], "family": "Fairbrook"}]}}'
    )
    await register.get_by_role("button", name="Execute").click()
    status = register.locator(".live-responses-table .response-col_status").last
    await status.wait_for()
    assert (await status.inner_text()).startswith("201")
