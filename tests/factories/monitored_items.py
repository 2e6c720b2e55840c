"""Violation categories and monitored items, made through the API."""

from typing import Any

import httpx

ALERTS = (
    {"code": "nmls_id_missing", "text": "Add your NMLS id to the profile.", "regulation": "12 CFR 1026.36(g)"},
    {"code": "apr_missing", "text": "State the annual percentage rate.", "regulation": "12 CFR 1026.24"},
    {"code": "guarantee", "text": "Remove the guarantee of approval.", "regulation": "12 CFR 1014.3"},
)


async def create_category(staff: httpx.AsyncClient, regulation: str, name: str | None = None) -> str:
    """Create a violation category, as a lead or an admin, and return its id."""
    answer = await staff.post(
        "/api/v1/violation-categories", json={"name": name or f"On {regulation}", "regulation": regulation}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def report(**fields: Any) -> dict[str, Any]:
    """Return a monitor's report of a profile with three alerts."""
    return {
        "source": "social-monitor",
        "external_id": "profile-8812",
        "kind": "profile",
        "platform": "LinkedIn",
        "url": "https://social.example/in/anna",
        "captured_text": "Loans for everybody!\nGuaranteed.",
        "captured_at": "2026-03-02T08:00:00Z",
        "alerts": list(ALERTS),
        **fields,
    }


async def put_item(staff: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """Report a profile with three alerts, changed by ``fields``, and return the item."""
    answer = await staff.put("/api/v1/monitored-items", json=report(**fields))
    assert answer.is_success, answer.text
    item: dict[str, Any] = answer.json()
    return item
