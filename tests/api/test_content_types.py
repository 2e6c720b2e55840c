"""Which type an answer has."""

import pytest
from tests.application import ClientFor

from ticketdesk.api.content_types import CSV, JSON, SVG, choose

REPORT = "/api/v1/reports/violations"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV ; header=present", CSV),
        ("image/svg+xml, */*;q=0.1", SVG),
        ("image/*", SVG),
        ("text/*, application/json;q=0.9", CSV),
        ("application/json;q=0, */*", CSV),
        ("text/csv;q=0.2, image/svg+xml;q=0.3", SVG),
        ("text/csv, image/svg+xml", CSV),
        # What browsers send for an image and for a page.
        ("image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8", SVG),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("text/html", None),
        ("application/json;q=0", None),
        ("text/csv;q=nan", None),
        ("text/csv;q=-1", None),
        (",;,", None),
    ],
)
def test_the_best_liked_type_is_chosen(accept: str | None, expected: str | None) -> None:
    assert choose(accept, (JSON, CSV, SVG)) == expected


async def test_a_type_that_there_is_not_is_refused(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    answer = await lead.get(REPORT, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    for accept in ("text/html", "text/csv", "application/json"):
        assert (await lead.get(REPORT, headers={"Accept": accept})).headers["vary"] == "Accept"
