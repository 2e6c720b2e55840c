"""The groups of operations, in the order in which a reader meets them."""

from collections.abc import Mapping

TAGS: Mapping[str, str] = {
    "auth": "Sign in, refresh, sign out, and exchange the link of a mail for a portal session.",
    "invites": "Registration by invite: bound to one address, used once, revocable, sent again under a new link.",
    "api-keys": "Credentials for programs, with scopes and expiry.",
    "users": "The people who sign in, and their teams.",
    "contacts": "The people whom tickets are about or written to.",
    "accounts": "The companies, branches and sites that contacts belong to.",
    "violation-categories": "The taxonomy of reports, each with the regulation it stands for.",
    "catalogue": "What support tickets are sorted and routed by: products and categories, and templates of tickets.",
    "monitored-items": "Posts and profiles that a monitor reported, with their snapshot and alerts.",
    "documents": "Registers, measures and audits: sections and questions that tasks ask, with versions and answers.",
    "tickets": "The requests: create, read, edit, and every step of their workflow.",
    "assignment": "Who works a ticket: given out by rules or by a lead, taken, handed over with consent, and why.",
    "comments": "Words on a ticket, public or internal.",
    "views": "Lists of tickets by name, those that people saved, and what to work next.",
    "calls": "Calls with clients, each with a worksheet that is gone through to the end.",
    "answers": "What a task asks, what was answered, and what of it was accepted into the documents.",
    "attachments": "Files on tickets and comments: never shown in place, and opened by links for a while.",
    "activity": "The append-only record of a ticket, and the report made from it.",
    "reminders": "When a ticket asks again, or why it does not.",
    "checks": "What the check of finished work brought to light: rework, and what a day left unchecked.",
    "reports": "Figures by group over a period: as JSON, as CSV, and as an SVG chart.",
    "workflows": "Statuses with their colours and labels, and every step between them.",
    "dispatches": "Sending held tickets: one message per address, however many tickets.",
    "messages": "Outgoing mails with their delivery state.",
    "compilations": "What tasks ask: questions picked from documents, in named questionnaires, and what was sent.",
    "portal": "What a recipient sees and does.",
    "notifications": "What staff should know, inside the product.",
    "settings": "What an admin edits, section by section.",
}
