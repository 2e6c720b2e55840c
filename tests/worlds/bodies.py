"""One valid body for each operation that takes one, so that nothing but the caller decides about the answer."""

from typing import Any
from uuid import UUID

from tests.factories.monitored_items import report

CONTACTS = b"name,email\nCaro Lind,caro.lind@brightpath.example\n"
NOTE = {"file": ("note.txt", b"Seen on Monday.", "text/plain")}
UPLOADS = {
    "import_contacts": {"file": ("contacts.csv", CONTACTS, "text/csv")},
    "create_attachment": NOTE,
    "create_portal_attachment": NOTE,
}

_NEW_USER = {"email": "new@desk.example", "name": "New User", "role": "agent", "password": "correct horse battery"}
_NEW_TICKET = {
    "kind": "corrective",
    "title": "Correct the yield claim",
    "recipient": {"name": "Caro Lind", "email": "caro.lind@brightpath.example"},
}
_RENAMED = {"name": "Renamed"}
_TICKED = {"is_done": True}
_COMMENT = {"body": "Which sentence do you mean?"}

_FIXED: dict[str, Any] = {
    "create_api_key": {"name": "Monitor", "scopes": ["api_keys:write"]},
    "create_user": _NEW_USER,
    "update_user": _RENAMED,
    "upgrade_user": {"role": "agent"},
    "replace_availability": {"is_away": True},
    "create_team": {"name": "New Team"},
    "update_team": _RENAMED,
    "create_contact": {"name": "Caro Lind"},
    "update_contact": _RENAMED,
    "create_account": {"name": "New Account"},
    "update_account": _RENAMED,
    "create_violation_category": {"name": "New Category", "regulation": "12 CFR 1"},
    "update_violation_category": _RENAMED,
    "create_product": {"name": "New Product"},
    "update_product": _RENAMED,
    "create_category": {"name": "New Category"},
    "update_category": _RENAMED,
    "update_ticket_template": _RENAMED,
    "put_monitored_item": report(external_id="profile-new"),
    "create_document": {"module": "tom", "title": "Measures"},
    "update_document": {"title": "Renamed"},
    "create_document_version": {"note": "As shown to the auditor"},
    "import_document": {"format": "ticketdesk.document/1", "module": "vv", "title": "Imported"},
    "create_document_section": {"title": "Retention"},
    "update_document_section": {"title": "Renamed"},
    "create_document_question": {"text": "On what legal basis?", "kind": "text"},
    "answer_document_question": {"value": 12},
    "update_document_question": {"text": "For how long?"},
    "create_ticket": _NEW_TICKET,
    "edit_ticket": {"priority": "high"},
    "create_compilation_ticket": {"title": "Yearly review"},
    "create_recipient": {"email": "caro.lind@brightpath.example"},
    "transition_ticket": {"action": "close", "reason": "No longer needed"},
    "edit_requested_action": _TICKED,
    "close_tickets": {"ticket_ids": ["0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"], "reason": "No longer needed"},
    "create_saved_view": {"name": "Stuck at the bank", "filters": {"assignee_id": ["me"], "status": ["open"]}},
    "update_saved_view": {"name": "Renamed"},
    "create_compilation": {"name": "New Compilation"},
    "update_compilation": _RENAMED,
    "create_questionnaire": {"name": "For the processor"},
    "update_questionnaire": _RENAMED,
    "create_outreach": {"channel": "mail", "note": "Sent the guide once more."},
    "replace_call_ticket": {"outcome": "excused", "text": "Out of time"},
    "complete_call": {"summary": "All is well."},
    "accept_ticket_answers": {"all": True},
    "create_comment": _COMMENT,
    "replace_ticket_reminder": {"every_days": 3},
    "mark_notifications_read": {"all": True},
    "create_dispatch": {"all": True},
    "create_portal_comment": _COMMENT,
    "transition_portal_ticket": {"action": "complete"},
    "edit_portal_action": _TICKED,
    "update_calendar_settings": {"time_zone": "Europe/Berlin"},
    "update_reminders_settings": {"every_days": 3},
    "update_dispatch_settings": {"automatic": True},
    "update_checks_settings": {"management_team_id": None},
    "update_mail_settings": {"subject_prefix": "[Desk]"},
    "update_branding_settings": {"desk_name": "Desk"},
    "update_limits_settings": {"quotas": {}},
    "update_attachments_settings": {"max_ticket_files": 50},
    "resend_ticket": {},
    "transfer_ticket": {"comment": "For whoever knows this client."},
    "update_assignment_settings": {"handover_hours": 8},
    "update_tasks_settings": {"overdue_every_days": 5},
}


def bodies(email: str, password: str, refresh_token: str, link: str, member: UUID, contact: UUID) -> dict[str, Any]:
    """Return the body of each operation, from a user's credentials and id, a link's token, and a client's id."""
    return _FIXED | {
        "create_session": {"email": email, "password": password},
        "refresh_session": {"refresh_token": refresh_token},
        "sign_account_up": {"contact_id": str(contact)},
        "create_call": {"contact_id": str(contact)},
        "exchange_link": {"token": link},
        "create_password_reset": {"email": email},
        "replace_team_members": {"user_ids": [str(member)]},
        "assign_ticket": {"user_id": str(member)},
        "create_handover": {"user_id": str(member), "note": "You know them."},
    }
