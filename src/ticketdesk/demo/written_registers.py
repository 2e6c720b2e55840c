"""The registers of the story, written for it: a small one of each module, as a desk would type it in."""

from typing import Any

_BASES = [
    {"key": "contract", "label": "Contract (Art. 6(1)(b) GDPR)"},
    {"key": "obligation", "label": "Legal obligation (Art. 6(1)(c) GDPR)"},
    {"key": "consent", "label": "Consent (Art. 6(1)(a) GDPR)"},
]
_PLACES = [
    {"key": "office", "label": "In our offices"},
    {"key": "centre", "label": "In a data centre"},
    {"key": "cloud", "label": "At a cloud provider"},
]

# Documents with their sections; each question as the API takes it.
REGISTERS: tuple[dict[str, Any], ...] = (
    {
        "module": "vv",
        "title": "Records of processing: payroll",
        "external_id": "register-payroll",
        "sections": [
            {
                "title": "Purpose",
                "questions": [
                    {"text": "What is the processing called?", "kind": "text"},
                    {"text": "What is it for?", "kind": "long_text"},
                    {"text": "On what legal basis?", "kind": "single_choice", "options": _BASES},
                ],
            },
            {
                "title": "Retention",
                "questions": [
                    {"text": "For how long is it kept?", "kind": "number", "unit": "months"},
                    {"text": "When was it reviewed last?", "kind": "date"},
                ],
            },
        ],
    },
    {
        "module": "tom",
        "title": "Technical and organisational measures",
        "external_id": "register-measures",
        "sections": [
            {
                "title": "Servers",
                "questions": [
                    {"text": "Where do the servers stand?", "kind": "multiple_choice", "options": _PLACES},
                    {"text": "Are backups encrypted?", "kind": "yes_no"},
                ],
            },
        ],
    },
    {
        "module": "audit",
        "title": "Audit of processors",
        "external_id": "register-audit",
        "sections": [
            {
                "title": "Agreements",
                "questions": [
                    {"text": "Is there an agreement with each processor?", "kind": "yes_no"},
                    {"text": "Which findings are open?", "kind": "long_text", "is_required": False},
                ],
            },
        ],
    },
)
