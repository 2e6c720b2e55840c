"""Who may call what, and see what: written by hand, apart from what the routes declare.

``test_permission_matrix.py`` calls every operation as everybody, on every object below, and compares:

* no credential, or one that does not hold: 401;
* an operation that is not for the caller, or not within the scopes of their API key: 403, whatever the object, so
  that the answer tells nothing of it; for guests and portal sessions 404, since the desk does not exist for them;
* an object that the caller does not see: 404, just as one that was never there;
* everything else is allowed.

A new route is one row of ``ROWS``, a new kind of object one of ``OBJECTS``, a new kind of caller a name in ``Who``.
"""

from enum import StrEnum
from typing import NamedTuple

from ticketdesk.domain.permissions import Permission

P = Permission


class Who(StrEnum):
    """Those who can come in: users by their role, and contacts through a link from a mail."""

    ADMIN = "admin"
    LEAD = "lead"
    AGENT = "agent"
    AUDITOR = "auditor"
    # Registered: a user who is also a contact, whom the same tickets were sent to as to the recipient.
    GUEST = "guest"
    # In a portal session: one whom tickets were sent to, and one whom none was.
    RECIPIENT = "recipient"
    STRANGER = "stranger"


ADMINS = frozenset({Who.ADMIN})
LEADS = ADMINS | {Who.LEAD}
STAFF = LEADS | {Who.AGENT}
# Those who lead people or audit the desk.
OVERSEERS = LEADS | {Who.AUDITOR}
READERS = STAFF | {Who.AUDITOR}
OUTSIDE = frozenset({Who.GUEST, Who.RECIPIENT, Who.STRANGER})
SIGNED_IN = READERS | OUTSIDE
# Those whom tickets were sent to, and those who come into the portal, where staff are nobody's recipient.
RECIPIENTS = frozenset({Who.RECIPIENT, Who.GUEST})
VISITORS = OUTSIDE | STAFF
EVERYBODY = frozenset(Who)
NOBODY: frozenset[Who] = frozenset()


class Row(NamedTuple):
    """One operation: the permission it requires (``None``: public), who has it, and what its path names.

    ``also`` are further permissions, which the answer needs.
    """

    permission: Permission | None
    callers: frozenset[Who]
    about: str = ""
    also: tuple[Permission, ...] = ()


class Sight(NamedTuple):
    """Whom an object is for, and the scope that an API key needs besides that of the operation.

    Others get ``refusal``: 404 unless they see it all the same.
    """

    seen_by: frozenset[Who]
    scope: Permission | None = None
    refusal: str = "404"


_SEEN = Sight(READERS, P.TICKETS_READ)
_UNSEEN = Sight(NOBODY)
_TICKET = {
    "own": _SEEN,
    "someone else's": _SEEN,
    "held": _SEEN,
    "archived": _SEEN,
    "deleted": _UNSEEN,
    "missing": _UNSEEN,
}
_PORTAL_TICKET = {
    "own": Sight(RECIPIENTS),
    "someone else's": _UNSEEN,
    "held": _UNSEEN,
    "archived": Sight(RECIPIENTS),
    "deleted": _UNSEEN,
    "missing": _UNSEEN,
}
_OF_THE_DESK = {"existing": Sight(READERS), "missing": _UNSEEN}

# Kind of object → what it is to the caller, or what became of it → who sees it. A ticket is staff's own if they made
# it, and the recipient's own if it was written to them; "held", "archived" and "deleted" ones are written to them, too.
OBJECTS: dict[str, dict[str, Sight]] = {
    "": {"": Sight(EVERYBODY)},
    "ticket": _TICKET,
    # A task that people can be added to, and a recipient who can be taken off it.
    "task": {"sent": _SEEN, "deleted": _UNSEEN, "missing": _UNSEEN},
    "task recipient": {"of a task": _SEEN, "of a deleted task": _UNSEEN, "missing": _UNSEEN},
    "task compilation": {"of a task": _SEEN, "of a deleted task": _UNSEEN, "missing": _UNSEEN},
    "requested action": {**_TICKET, "of another ticket": _UNSEEN},
    "portal ticket": {**_PORTAL_TICKET, "a task": Sight(RECIPIENTS)},
    # Of which the caller has a part.
    "portal task": {
        "own": Sight(RECIPIENTS),
        "someone else's": _UNSEEN,
        "missing": _UNSEEN,
    },
    "task with answers": {"own": _SEEN, "someone else's": _SEEN, "deleted": _UNSEEN, "missing": _UNSEEN},
    "task question": {"own": _SEEN, "of another ticket": _UNSEEN, "missing": _UNSEEN},
    # Whoever made it accepts its answers, and who checks others' work.
    "ticket to accept": {
        "own": _SEEN,
        "someone else's": Sight(LEADS, P.TICKETS_CHECK, refusal="403"),
        "deleted": _UNSEEN,
        "missing": _UNSEEN,
    },
    # Given away by the caller. That whom it was given to cannot end it: tests/api/v1/test_delegations.py.
    "portal delegation": {
        "own": Sight(RECIPIENTS),
        "someone else's": _UNSEEN,
        "between others": _UNSEEN,
        "of another ticket": _UNSEEN,
        "missing": _UNSEEN,
    },
    "delegation": {"own": _SEEN, "someone else's": _SEEN, "of another ticket": _UNSEEN, "missing": _UNSEEN},
    "portal action": {**_PORTAL_TICKET, "of another ticket": _UNSEEN},
    "attachment": {
        "own": _SEEN,
        "someone else's": _SEEN,
        "internal": _SEEN,
        "of a question of others": _SEEN,
        "of a held ticket": _SEEN,
        "of a deleted ticket": _UNSEEN,
        "missing": _UNSEEN,
    },
    "portal attachment": {
        "own": Sight(RECIPIENTS),
        "someone else's": _UNSEEN,
        "internal": _UNSEEN,
        "of a question of others": _UNSEEN,
        "of a held ticket": _UNSEEN,
        "of a deleted ticket": _UNSEEN,
        "missing": _UNSEEN,
    },
    "file link": {"in force": Sight(EVERYBODY)},
    # Offered to the caller, who may answer; and by the caller, who may take it back.
    "handover": {"own": _SEEN, "about a deleted ticket": _UNSEEN, "missing": _UNSEEN},
    "own handover": {"own": _SEEN, "missing": _UNSEEN},
    # One that the caller has, to offer it.
    "ticket in hand": {"own": _SEEN, "deleted": _UNSEEN, "missing": _UNSEEN},
    "message": {
        "delivered": _SEEN,
        "failed": _SEEN,
        "about a deleted ticket": _UNSEEN,
        "missing": _UNSEEN,
    },
    "dispatch": {"scheduled": Sight(READERS), "done": Sight(READERS), "missing": _UNSEEN},
    "api key": {
        "own": Sight(STAFF),
        # Those who administer users see everybody's.
        "someone else's": Sight(ADMINS, P.USERS_WRITE),
        "revoked": _UNSEEN,
        "missing": _UNSEEN,
    },
    "session": {"own": Sight(SIGNED_IN), "someone else's": _UNSEEN, "ended": _UNSEEN, "missing": _UNSEEN},
    "user": {
        "own": Sight(READERS),
        "someone else's": Sight(READERS),
        "deactivated": Sight(READERS),
        "missing": _UNSEEN,
    },
    "guest": {"existing": Sight(READERS), "one of the staff": Sight(READERS), "missing": _UNSEEN},
    "availability": {
        "own": Sight(STAFF),
        # Those who give tickets out say it of everybody.
        "someone else's": Sight(LEADS, P.TICKETS_ASSIGN, refusal="403"),
        "missing": _UNSEEN,
    },
    "invite": _OF_THE_DESK,
    "team": _OF_THE_DESK,
    "saved view": {
        "own": Sight(STAFF),
        "shared by someone else": Sight(READERS),
        "someone else's": _UNSEEN,
        "missing": _UNSEEN,
    },
    # Of those that are shared, leads and admins are the editors: tests/api/v1/test_saved_views.py.
    "saved view to change": {"own": Sight(STAFF), "someone else's": _UNSEEN, "missing": _UNSEEN},
    "call": _OF_THE_DESK,
    "ticket of a call": {**_OF_THE_DESK, "of another call": _UNSEEN},
    "contact": {"existing": Sight(READERS), "deactivated": Sight(READERS), "missing": _UNSEEN},
    "account": _OF_THE_DESK,
    "violation category": _OF_THE_DESK,
    "product": _OF_THE_DESK,
    "category": _OF_THE_DESK,
    "ticket template": _OF_THE_DESK,
    "monitored item": _OF_THE_DESK,
    "document": _OF_THE_DESK,
    "document section": {**_OF_THE_DESK, "of another document": _UNSEEN},
    "document version": _OF_THE_DESK,
    "document question": {**_OF_THE_DESK, "of another document": _UNSEEN},
    "compilation": _OF_THE_DESK,
    "compilation revision": {**_OF_THE_DESK, "not sent": _UNSEEN},
    "questionnaire": {**_OF_THE_DESK, "of another compilation": _UNSEEN},
    "questionnaire item": {**_OF_THE_DESK, "of another questionnaire": _UNSEEN},
    "section": {"existing": Sight(READERS)},
}

ROWS: dict[str, Row] = {
    # auth
    "create_session": Row(None, EVERYBODY),
    "refresh_session": Row(None, EVERYBODY),
    "exchange_link": Row(None, EVERYBODY),
    "create_password_reset": Row(None, EVERYBODY),
    "redeem_password_reset": Row(None, EVERYBODY),
    "delete_current_session": Row(P.PROFILE_READ, SIGNED_IN),
    "list_sessions": Row(P.PROFILE_READ, SIGNED_IN),
    "delete_session": Row(P.PROFILE_READ, SIGNED_IN, "session"),
    "get_me": Row(P.PROFILE_READ, SIGNED_IN),
    "list_invites": Row(P.INVITES_READ, READERS),
    "create_invite": Row(P.INVITES_WRITE, STAFF),
    "get_invite": Row(P.INVITES_READ, READERS, "invite"),
    "resend_invite": Row(P.INVITES_WRITE, STAFF, "invite"),
    "delete_invite": Row(P.INVITES_WRITE, STAFF, "invite"),
    "redeem_invite": Row(None, EVERYBODY),
    "list_api_keys": Row(P.API_KEYS_WRITE, STAFF),
    "create_api_key": Row(P.API_KEYS_WRITE, STAFF),
    "delete_api_key": Row(P.API_KEYS_WRITE, STAFF, "api key"),
    # users
    "list_users": Row(P.USERS_READ, READERS),
    "create_user": Row(P.USERS_WRITE, ADMINS),
    "get_user": Row(P.USERS_READ, READERS, "user"),
    "update_user": Row(P.USERS_WRITE, ADMINS, "user"),
    "upgrade_user": Row(P.USERS_WRITE, ADMINS, "guest"),
    "replace_availability": Row(P.AVAILABILITY_WRITE, STAFF, "availability"),
    "list_teams": Row(P.USERS_READ, READERS),
    "create_team": Row(P.USERS_WRITE, ADMINS),
    "get_team": Row(P.USERS_READ, READERS, "team"),
    "update_team": Row(P.USERS_WRITE, ADMINS, "team"),
    "replace_team_members": Row(P.USERS_WRITE, ADMINS, "team"),
    # contacts and accounts
    "list_contacts": Row(P.CONTACTS_READ, READERS),
    "create_contact": Row(P.CONTACTS_WRITE, STAFF),
    "get_contact": Row(P.CONTACTS_READ, READERS, "contact"),
    "update_contact": Row(P.CONTACTS_WRITE, STAFF, "contact"),
    "import_contacts": Row(P.CONTACTS_WRITE, STAFF),
    "get_contact_card": Row(P.CONTACTS_READ, READERS, "contact", also=(P.TICKETS_READ,)),
    "list_contact_tickets": Row(P.TICKETS_READ, READERS, "contact"),
    "list_accounts": Row(P.CONTACTS_READ, READERS),
    "create_account": Row(P.CONTACTS_WRITE, STAFF),
    "get_account": Row(P.CONTACTS_READ, READERS, "account"),
    "update_account": Row(P.CONTACTS_WRITE, STAFF, "account"),
    "sign_account_up": Row(P.TICKETS_WRITE, STAFF, "account"),
    # catalogue and items
    "list_violation_categories": Row(P.CATALOGUE_READ, READERS),
    "create_violation_category": Row(P.CATALOGUE_WRITE, LEADS),
    "get_violation_category": Row(P.CATALOGUE_READ, READERS, "violation category"),
    "update_violation_category": Row(P.CATALOGUE_WRITE, LEADS, "violation category"),
    "list_products": Row(P.CATALOGUE_READ, READERS),
    "create_product": Row(P.CATALOGUE_WRITE, LEADS),
    "get_product": Row(P.CATALOGUE_READ, READERS, "product"),
    "update_product": Row(P.CATALOGUE_WRITE, LEADS, "product"),
    "list_categories": Row(P.CATALOGUE_READ, READERS),
    "create_category": Row(P.CATALOGUE_WRITE, LEADS),
    "get_category": Row(P.CATALOGUE_READ, READERS, "category"),
    "update_category": Row(P.CATALOGUE_WRITE, LEADS, "category"),
    "list_ticket_templates": Row(P.CATALOGUE_READ, READERS),
    "create_ticket_template": Row(P.CATALOGUE_WRITE, LEADS),
    "get_ticket_template": Row(P.CATALOGUE_READ, READERS, "ticket template"),
    "update_ticket_template": Row(P.CATALOGUE_WRITE, LEADS, "ticket template"),
    "put_monitored_item": Row(P.ITEMS_WRITE, STAFF),
    "list_monitored_items": Row(P.ITEMS_READ, READERS),
    "get_monitored_item": Row(P.ITEMS_READ, READERS, "monitored item"),
    "get_monitored_item_prefill": Row(P.ITEMS_READ, READERS, "monitored item"),
    # documents
    "list_documents": Row(P.DOCUMENTS_READ, READERS),
    "create_document": Row(P.DOCUMENTS_WRITE, STAFF, also=(P.DOCUMENTS_READ,)),
    "get_document": Row(P.DOCUMENTS_READ, READERS, "document"),
    "update_document": Row(P.DOCUMENTS_WRITE, STAFF, "document", also=(P.DOCUMENTS_READ,)),
    "archive_document": Row(P.DOCUMENTS_WRITE, STAFF, "document", also=(P.DOCUMENTS_READ,)),
    "reactivate_document": Row(P.DOCUMENTS_WRITE, STAFF, "document", also=(P.DOCUMENTS_READ,)),
    "list_document_versions": Row(P.DOCUMENTS_READ, READERS, "document"),
    "create_document_version": Row(P.DOCUMENTS_WRITE, STAFF, "document", also=(P.DOCUMENTS_READ,)),
    "get_document_version": Row(P.DOCUMENTS_READ, READERS, "document version"),
    "export_document": Row(P.DOCUMENTS_READ, READERS, "document"),
    "import_document": Row(P.DOCUMENTS_WRITE, STAFF, also=(P.DOCUMENTS_READ,)),
    "create_document_section": Row(P.DOCUMENTS_WRITE, STAFF, "document", also=(P.DOCUMENTS_READ,)),
    "update_document_section": Row(P.DOCUMENTS_WRITE, STAFF, "document section", also=(P.DOCUMENTS_READ,)),
    "delete_document_section": Row(P.DOCUMENTS_WRITE, STAFF, "document section", also=(P.DOCUMENTS_READ,)),
    "create_document_question": Row(P.DOCUMENTS_WRITE, STAFF, "document section", also=(P.DOCUMENTS_READ,)),
    "update_document_question": Row(P.DOCUMENTS_WRITE, STAFF, "document question", also=(P.DOCUMENTS_READ,)),
    "answer_document_question": Row(P.DOCUMENTS_WRITE, STAFF, "document question", also=(P.DOCUMENTS_READ,)),
    "list_document_question_history": Row(P.DOCUMENTS_READ, READERS, "document question"),
    "delete_document_question": Row(P.DOCUMENTS_WRITE, STAFF, "document question", also=(P.DOCUMENTS_READ,)),
    # tickets
    "list_tickets": Row(P.TICKETS_READ, READERS),
    "create_ticket": Row(P.TICKETS_WRITE, STAFF, also=(P.TICKETS_READ,)),
    "count_tickets": Row(P.TICKETS_READ, READERS),
    "get_ticket": Row(P.TICKETS_READ, READERS, "ticket"),
    "edit_ticket": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "create_compilation_ticket": Row(P.TICKETS_WRITE, STAFF, "compilation", also=(P.TICKETS_READ,)),
    "create_recipient": Row(P.TICKETS_WRITE, STAFF, "task"),
    "delete_recipient": Row(P.TICKETS_WRITE, STAFF, "task recipient"),
    "delete_ticket": Row(P.TICKETS_DELETE, LEADS, "ticket"),
    "transition_ticket": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "edit_requested_action": Row(P.TICKETS_WRITE, STAFF, "requested action"),
    "archive_ticket": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "reactivate_ticket": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "get_next_ticket": Row(P.TICKETS_READ, READERS),
    "list_views": Row(P.TICKETS_READ, READERS),
    "list_saved_views": Row(P.TICKETS_READ, READERS),
    "create_saved_view": Row(P.TICKETS_WRITE, STAFF, also=(P.TICKETS_READ,)),
    "get_saved_view": Row(P.TICKETS_READ, READERS, "saved view"),
    "update_saved_view": Row(P.TICKETS_WRITE, STAFF, "saved view to change", also=(P.TICKETS_READ,)),
    "delete_saved_view": Row(P.TICKETS_WRITE, STAFF, "saved view to change", also=(P.TICKETS_READ,)),
    "close_tickets": Row(P.TICKETS_WRITE, STAFF),
    "create_outreach": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "list_calls": Row(P.TICKETS_READ, READERS),
    "create_call": Row(P.TICKETS_WRITE, STAFF, also=(P.TICKETS_READ,)),
    "get_call": Row(P.TICKETS_READ, READERS, "call"),
    "replace_call_ticket": Row(P.TICKETS_WRITE, STAFF, "ticket of a call", also=(P.TICKETS_READ,)),
    "complete_call": Row(P.TICKETS_WRITE, STAFF, "call", also=(P.TICKETS_READ,)),
    "assign_ticket": Row(P.TICKETS_ASSIGN, LEADS, "ticket"),
    "renew_ticket_compilation": Row(P.TICKETS_WRITE, STAFF, "task compilation"),
    "resend_ticket": Row(P.TICKETS_WRITE, STAFF, "task"),
    "take_ticket": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "transfer_ticket": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "list_ticket_assignments": Row(P.TICKETS_READ, READERS, "ticket"),
    "create_handover": Row(P.TICKETS_WRITE, STAFF, "ticket in hand"),
    "list_ticket_handovers": Row(P.TICKETS_READ, READERS, "ticket"),
    "list_handovers": Row(P.TICKETS_READ, READERS),
    "get_handover": Row(P.TICKETS_READ, READERS, "handover"),
    "accept_handover": Row(P.TICKETS_WRITE, STAFF, "handover"),
    "decline_handover": Row(P.TICKETS_WRITE, STAFF, "handover"),
    "cancel_handover": Row(P.TICKETS_WRITE, STAFF, "own handover"),
    "get_ticket_answers": Row(P.TICKETS_READ, READERS, "task with answers"),
    "list_ticket_answer_entries": Row(P.TICKETS_READ, READERS, "task question"),
    "accept_ticket_answers": Row(P.TICKETS_WRITE, STAFF, "ticket to accept", also=(P.TICKETS_READ,)),
    "end_delegation": Row(P.TICKETS_WRITE, STAFF, "delegation"),
    "list_comments": Row(P.TICKETS_READ, READERS, "ticket"),
    "create_comment": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "list_attachments": Row(P.TICKETS_READ, READERS, "ticket"),
    "create_attachment": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "get_attachment": Row(P.TICKETS_READ, READERS, "attachment"),
    "get_attachment_content": Row(P.TICKETS_READ, READERS, "attachment"),
    "create_attachment_link": Row(P.TICKETS_READ, READERS, "attachment"),
    "get_linked_file": Row(None, EVERYBODY, "file link"),
    "list_activity": Row(P.TICKETS_READ, READERS, "ticket"),
    "get_ticket_report": Row(P.TICKETS_READ, READERS, "ticket"),
    "list_workflows": Row(P.PROFILE_READ, SIGNED_IN),
    "get_ticket_reminder": Row(P.TICKETS_READ, READERS, "ticket"),
    "replace_ticket_reminder": Row(P.TICKETS_WRITE, STAFF, "ticket"),
    "list_notifications": Row(P.NOTIFICATIONS_READ, READERS),
    "mark_notifications_read": Row(P.NOTIFICATIONS_READ, READERS),
    # mail
    "create_dispatch": Row(P.DISPATCHES_WRITE, STAFF),
    "list_dispatches": Row(P.DISPATCHES_READ, READERS),
    "get_dispatch": Row(P.DISPATCHES_READ, READERS, "dispatch"),
    "cancel_dispatch": Row(P.DISPATCHES_WRITE, STAFF, "dispatch"),
    "list_messages": Row(P.MESSAGES_READ, READERS),
    "get_message": Row(P.MESSAGES_READ, READERS, "message"),
    "retry_message": Row(P.MESSAGES_WRITE, STAFF, "message"),
    "list_ticket_messages": Row(P.MESSAGES_READ, READERS, "ticket"),
    # reports
    "get_violations_report": Row(P.REPORTS_READ, OVERSEERS),
    "get_turnaround_report": Row(P.REPORTS_READ, OVERSEERS),
    "get_workload_report": Row(P.REPORTS_READ, OVERSEERS),
    "get_reminders_report": Row(P.REPORTS_READ, OVERSEERS),
    "get_rework_report": Row(P.REPORTS_READ, OVERSEERS),
    "get_end_of_day_report": Row(P.REPORTS_READ, OVERSEERS),
    # checks
    "list_rework": Row(P.REPORTS_READ, OVERSEERS),
    "list_end_of_day_breaches": Row(P.REPORTS_READ, OVERSEERS),
    # compilations
    "list_compilations": Row(P.COMPILATIONS_READ, READERS),
    "create_compilation": Row(P.COMPILATIONS_WRITE, STAFF, also=(P.COMPILATIONS_READ,)),
    "get_compilation": Row(P.COMPILATIONS_READ, READERS, "compilation"),
    "update_compilation": Row(P.COMPILATIONS_WRITE, STAFF, "compilation", also=(P.COMPILATIONS_READ,)),
    "archive_compilation": Row(P.COMPILATIONS_WRITE, STAFF, "compilation", also=(P.COMPILATIONS_READ,)),
    "reactivate_compilation": Row(P.COMPILATIONS_WRITE, STAFF, "compilation", also=(P.COMPILATIONS_READ,)),
    "list_compilation_revisions": Row(P.COMPILATIONS_READ, READERS, "compilation"),
    "get_compilation_revision": Row(P.COMPILATIONS_READ, READERS, "compilation revision"),
    "create_questionnaire": Row(P.COMPILATIONS_WRITE, STAFF, "compilation", also=(P.COMPILATIONS_READ,)),
    "update_questionnaire": Row(P.COMPILATIONS_WRITE, STAFF, "questionnaire", also=(P.COMPILATIONS_READ,)),
    "delete_questionnaire": Row(P.COMPILATIONS_WRITE, STAFF, "questionnaire", also=(P.COMPILATIONS_READ,)),
    "create_questionnaire_items": Row(
        P.COMPILATIONS_WRITE, STAFF, "questionnaire", also=(P.COMPILATIONS_READ, P.DOCUMENTS_READ)
    ),
    "replace_questionnaire_order": Row(P.COMPILATIONS_WRITE, STAFF, "questionnaire", also=(P.COMPILATIONS_READ,)),
    "delete_questionnaire_item": Row(P.COMPILATIONS_WRITE, STAFF, "questionnaire item", also=(P.COMPILATIONS_READ,)),
    # portal
    "list_portal_tickets": Row(P.PORTAL, VISITORS),
    # Staff of this world are no contacts.
    "create_portal_ticket": Row(P.PORTAL, OUTSIDE),
    "list_portal_categories": Row(P.PORTAL, VISITORS),
    "list_portal_products": Row(P.PORTAL, VISITORS),
    "get_portal_ticket": Row(P.PORTAL, VISITORS, "portal ticket"),
    "create_portal_comment": Row(P.PORTAL, VISITORS, "portal ticket"),
    "transition_portal_ticket": Row(P.PORTAL, VISITORS, "portal ticket"),
    "edit_portal_action": Row(P.PORTAL, VISITORS, "portal action"),
    "get_portal_answers": Row(P.PORTAL, VISITORS, "portal task"),
    "save_portal_answers": Row(P.PORTAL, VISITORS, "portal task"),
    "list_portal_people": Row(P.PORTAL, VISITORS, "portal task"),
    "create_portal_delegations": Row(P.PORTAL, VISITORS, "portal task"),
    "end_portal_delegation": Row(P.PORTAL, VISITORS, "portal delegation"),
    "list_portal_attachments": Row(P.PORTAL, VISITORS, "portal ticket"),
    "create_portal_attachment": Row(P.PORTAL, VISITORS, "portal ticket"),
    "get_portal_attachment_content": Row(P.PORTAL, VISITORS, "portal attachment"),
    "create_portal_attachment_link": Row(P.PORTAL, VISITORS, "portal attachment"),
    # settings
    "get_settings": Row(P.SETTINGS_READ, READERS),
    "get_calendar_settings": Row(P.SETTINGS_READ, READERS),
    "update_calendar_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_reminders_settings": Row(P.SETTINGS_READ, READERS),
    "update_reminders_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_dispatch_settings": Row(P.SETTINGS_READ, READERS),
    "update_dispatch_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_checks_settings": Row(P.SETTINGS_READ, READERS),
    "update_checks_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_mail_settings": Row(P.SETTINGS_READ, READERS),
    "update_mail_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_branding_settings": Row(P.SETTINGS_READ, READERS),
    "update_branding_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_limits_settings": Row(P.SETTINGS_READ, READERS),
    "update_limits_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_attachments_settings": Row(P.SETTINGS_READ, READERS),
    "update_attachments_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_assignment_settings": Row(P.SETTINGS_READ, READERS),
    "update_assignment_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "get_tasks_settings": Row(P.SETTINGS_READ, READERS),
    "update_tasks_settings": Row(P.SETTINGS_WRITE, ADMINS),
    "list_setting_changes": Row(P.SETTINGS_READ, READERS, "section"),
}
