"""Request bodies that show how the main operations are used; a test holds each against its schema."""

from collections.abc import Mapping
from typing import Any

_TICKET = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
_CONTACT = "0199a1b2-0a1b-7c2d-8e3f-4a5b6c7d8e9f"
_CATEGORY = "0199a1b2-1111-7222-8333-444455556666"
_DOCUMENT = "0199a1b2-2222-7333-8444-555566667777"
_SECTION = "0199a1b2-3333-7444-8555-666677778888"
_QUESTION = "0199a1b2-4444-7555-8666-777788889999"
_OTHER_QUESTION = "0199a1b2-5555-7666-8777-88889999aaaa"
_QUESTIONNAIRE = "0199a1b2-6666-7777-8888-9999aaaabbbb"
_USER = "0199a1b2-8888-7999-8aaa-bbbbccccdddd"
_PROCESSOR = {"email": "privacy@processor.example", "name": "Nils Aker", "questionnaire_ids": [_QUESTIONNAIRE]}

REQUEST_EXAMPLES: Mapping[str, dict[str, Any]] = {
    "create_session": {"email": "lea@desk.example", "password": "correct horse battery staple"},
    "exchange_link": {"token": "the part of the link after #/t/"},
    "redeem_invite": {
        "token": "the part of the link after #/i/",
        "name": "Clara Voss",
        "password": "correct horse battery staple",
    },
    "redeem_password_reset": {
        "token": "the part of the link after #/r/",
        "password": "correct horse battery staple",
    },
    "create_invite": {"email": "clara.voss@processor.example", "name": "Clara Voss"},
    "upgrade_user": {"role": "agent"},
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
    "create_document": {"module": "vv", "title": "Payroll", "external_id": "register-17"},
    "create_document_section": {"title": "Storage", "code": "C"},
    "create_document_question": {
        "text": "On what legal basis are the data kept?",
        "kind": "single_choice",
        "options": [{"key": "contract", "label": "Contract"}, {"key": "consent", "label": "Consent"}],
        "guidance": "See Article 6 of the regulation.",
        "code": "C.1",
    },
    "answer_document_question": {"value": "contract"},
    "create_compilation": {
        "name": "Yearly review of processors",
        "source": {"document_id": _DOCUMENT, "section_ids": [_SECTION], "question_ids": [_QUESTION]},
    },
    "create_questionnaire": {"name": "For the processor", "instructions": "Please attach the agreement."},
    "create_questionnaire_items": {"section_id": _SECTION, "position": 1},
    "create_compilation_ticket": {
        "title": "Yearly review 2026",
        "description": "Please answer by the end of the month.",
        "addressees": [{"user_id": _USER}, {"contact_id": _CONTACT}, _PROCESSOR],
        "due_on": "2026-03-31",
        "send": "now",
    },
    "create_recipient": _PROCESSOR,
    "save_portal_answers": {
        "answers": [
            {"question_id": _QUESTION, "value": "contract", "version": 1},
            {"question_id": _OTHER_QUESTION, "value": 24, "note": "Longer for tax records."},
        ]
    },
    "create_portal_delegations": {
        "question_ids": [_OTHER_QUESTION],
        "contact_id": _CONTACT,
        "note": "You know the retention periods.",
    },
    "accept_ticket_answers": {"question_ids": [_QUESTION]},
}
