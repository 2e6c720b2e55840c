"""Request bodies that show how the main operations are used; a test holds each against its schema."""

from collections.abc import Mapping
from typing import Any

_TICKET = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
_CONTACT = "0199a1b2-0a1b-7c2d-8e3f-4a5b6c7d8e9f"
_CATEGORY = "0199a1b2-1111-7222-8333-444455556666"

REQUEST_EXAMPLES: Mapping[str, dict[str, Any]] = {
    "create_session": {"email": "lea@desk.example", "password": "correct horse battery staple"},
    "exchange_link": {"token": "the part of the link after #/t/"},
    "redeem_invite": {
        "token": "the part of the link after #/i/",
        "name": "Clara Voss",
        "password": "correct horse battery staple",
    },
    "create_contact": {"name": "Ana Ruiz", "addresses": ["ana.ruiz@branch.example"], "job_title": "Loan officer"},
    "put_monitored_item": {
        "source": "social-monitor",
        "external_id": "profile-2207",
        "kind": "profile",
        "platform": "LinkedIn",
        "url": "https://www.linkedin.com/in/ana-ruiz",
        "contact": {"name": "Ana Ruiz", "email": "ana.ruiz@branch.example"},
        "captured_text": "Ana Ruiz, Loan Officer. The lowest rates in town, guaranteed!",
        "captured_at": "2026-03-02T15:04:05Z",
        "alerts": [
            {
                "code": "nmls_id_missing",
                "text": "Add your NMLS id to the profile.",
                "regulation": "12 CFR 1026.36(g)",
            }
        ],
    },
    "create_ticket": {
        "kind": "corrective",
        "title": "Correct your LinkedIn profile",
        "description": "The profile promises rates that nobody can guarantee.",
        "contact_id": _CONTACT,
        "requested_actions": [
            {"text": "Add your NMLS id to the profile."},
            {"text": "Remove “guaranteed”.", "note": "In the headline."},
        ],
        "violation_category_ids": [_CATEGORY],
        "priority": "high",
        "send": "later",
    },
    "transition_ticket": {"action": "return", "reason": "The headline still says “guaranteed”."},
    "create_comment": {"body": "A screenshot of the new headline would do.", "visibility": "public"},
    "create_dispatch": {"ticket_ids": [_TICKET], "scheduled_for": "end_of_business_day"},
    "create_portal_comment": {"body": "Which headline do you mean?"},
    "transition_portal_ticket": {"action": "complete", "comment": "Both are done."},
}
