"""A visit to the portal page with a real browser, which notes everything that must not happen."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, expect
from tests.browsers import PATIENCE_MS

# The browser says this of every answer that is not a success, also of those that a test provokes.
EXPECTED_ERROR = "Failed to load resource"

WATCH_LAYOUT = """
window.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

UNAVAILABLE = {"status": 503, "detail": "The desk is not there just now.", "code": "unavailable", "request_id": "r-1"}


class Visit:
    """One browser context with its page. ``complaints`` are what the console, scripts and requests do wrong."""

    def __init__(self, context: BrowserContext, page: Page, base_url: str) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        self._origin = base_url
        context.on("request", self._check_request)
        context.on("console", self._check_console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _check_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self._origin:
            self.complaints.append(f"request to {request.url}")
        if request.method == "POST" and not request.headers.get("idempotency-key"):
            self.complaints.append(f"POST {request.url} without an Idempotency-Key")

    def _check_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED_ERROR):
            self.complaints.append(message.text)

    async def open(self, url: str, heading: str) -> None:
        """Go to ``url`` and wait for its main heading."""
        await self.page.goto(url)
        await self.sees_heading(heading)

    async def sees_heading(self, text: str) -> None:
        """Wait until the page's one main heading is ``text`` and holds the focus."""
        heading = self.page.get_by_role("heading", level=1)
        await expect(heading).to_have_text(text)
        await expect(heading).to_be_focused()

    async def focused(self) -> str:
        """Return the accessible name of what holds the focus, or its text."""
        return str(
            await self.page.evaluate(
                "() => { const e = document.activeElement; return (e.labels?.[0] ?? e).textContent.trim(); }"
            )
        )

    async def tab_to(self, text: str) -> None:
        """Press the tab key until what holds the focus reads ``text``."""
        for _ in range(30):
            await self.page.keyboard.press("Tab")
            if (await self.focused()).startswith(text):
                return
        pytest.fail(f"the tab key does not lead to {text!r}")


@asynccontextmanager
async def open_visit(browser: Browser, base_url: str, **options: Any) -> AsyncIterator[Visit]:
    """Open a page in a context of its own; fails afterwards if anything was noted that must not happen."""
    context = await browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(WATCH_LAYOUT)
    visit = Visit(context, await context.new_page(), base_url)
    try:
        yield visit
    finally:
        await context.close()
    assert visit.complaints == []


async def refuse(route: Route) -> None:
    """Answer a request as a desk does that has lost its database, in the desk's place."""
    headers = {"Retry-After": "7", "Content-Type": "application/problem+json"}
    await route.fulfill(status=503, headers=headers, body=json.dumps(UNAVAILABLE))
