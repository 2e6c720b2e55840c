"""What words find a ticket by.

``q``: words of title and description, the contact's name, the ticket's number. ``person``: the contact or the assignee.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY

from ticketdesk.models.contacts import contacts
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import users
from ticketdesk.repositories.id_arrays import one_of_found
from ticketdesk.repositories.search import contains as in_name
from ticketdesk.repositories.search import has_prefixes, has_prefixes_one_by_one, read_once

Condition = ColumnElement[bool]
_MAX_DIGITS = 15


def written(text: str) -> Condition:
    """Return the condition that title and description contain the words of ``text``, however inflected."""
    return tickets.c.search.bool_op("@@")(_query("english", text))


def named(text: str) -> Condition:
    """Return the condition that a row of ``contacts`` is called ``text``."""
    return contacts.c.search.bool_op("@@")(_query("simple", text))


def contains(text: str) -> Condition:
    """Return the condition for all three, each of which is looked up in an index of its own."""
    is_theirs = one_of_found(tickets.c.contact_id, select(contacts.c.id).where(named(text)))
    return or_(written(text), is_theirs, *_numbered(text))


def contains_one_by_one(text: str) -> Condition:
    """Return the same condition for looking at few tickets, each with its contact, without any index of words."""
    is_named = contacts.c.search.bool_op("@@")(read_once(_query("simple", text)))
    is_theirs = select(is_named).where(contacts.c.id == tickets.c.contact_id).correlate(tickets).scalar_subquery()
    return or_(tickets.c.search.bool_op("@@")(read_once(_query("english", text))), is_theirs, *_numbered(text))


def called(text: str) -> Condition:
    """Return the condition that each word of ``text`` begins one in name or addresses of a row of ``contacts``."""
    return has_prefixes(contacts.c.search, text)


def staff_called(text: str) -> Select[tuple[UUID]]:
    """Return the ids of users of whose name ``text`` is a part; all are looked at."""
    return select(users.c.id).where(in_name(users.c.name, text))


def assigned_to(text: str) -> Condition:
    """Return the condition that ``text`` is a part of the assignee's name."""
    return one_of_found(tickets.c.assignee_id, staff_called(text))


def contacts_called(text: str) -> Select[tuple[UUID]]:
    """Return the ids of contacts who are called ``text``, looked up in an index."""
    return select(contacts.c.id).where(called(text))


def of_contact_called(text: str) -> Condition:
    """Return the condition that the contact is called ``text``."""
    return one_of_found(tickets.c.contact_id, contacts_called(text))


def named_alike(text: str) -> Condition:
    """Return the condition that contact or assignee is called ``text``, each looked up in an index."""
    return or_(of_contact_called(text), assigned_to(text))


def named_alike_one_by_one(text: str) -> Condition:
    """Return the same condition for looking at one ticket after the other."""
    is_called = has_prefixes_one_by_one(contacts.c.search, text)
    is_theirs = select(is_called).where(contacts.c.id == tickets.c.contact_id).correlate(tickets).scalar_subquery()
    return or_(func.coalesce(is_theirs, false()), func.coalesce(assigned_to(text), false()))


def _query(language: str, text: str) -> ColumnElement[str]:
    return func.websearch_to_tsquery(literal_column(f"'{language}'"), text, type_=TSQUERY)


def _numbered(text: str) -> list[Condition]:
    # The number that people read in mail subjects finds the ticket as well.
    digits = text.lstrip("#")
    is_number = digits.isdecimal() and digits.isascii() and len(digits) <= _MAX_DIGITS
    return [tickets.c.number == int(digits)] if is_number else []
