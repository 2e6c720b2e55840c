"""Building blocks of ticket views: people, references and lines as JSON that PostgreSQL makes in the same statement."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Label,
    ScalarSelect,
    Table,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
)

from ticketdesk.domain.ticket_statuses import TicketKind
from ticketdesk.models.compilations import compilations as compilation_table
from ticketdesk.models.contacts import accounts, contact_addresses, contacts
from ticketdesk.models.monitored_items import violation_categories
from ticketdesk.models.task_contents import recipient_questionnaires, ticket_compilations
from ticketdesk.models.tickets import requested_actions, ticket_recipients, ticket_violation_categories, tickets
from ticketdesk.models.users import users
from ticketdesk.repositories.base import utc_text


def json_object(**members: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return an object of ``members``, times as RFC 3339 in UTC; the names stand in the statement's text."""
    parts: list[ColumnElement[Any]] = []
    for name, value in members.items():
        parts += [literal_column(f"'{name}'"), _written(value)]
    return func.json_build_object(*parts)


def _written(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return utc_text(value) if isinstance(value.type, DateTime) else value


def document(*columns: ColumnElement[Any]) -> Label[str]:
    """Return ``columns`` under their names as the text of one JSON object, itself named ``document``."""
    return cast(json_object(**{str(column.key): column for column in columns}), Text).label("document")


def listed(item: ColumnElement[Any], *order: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return all ``item`` in this order as a list, an empty one where there are none."""
    ordered = func.json_agg(item).aggregate_order_by(*order) if order else func.json_agg(item)
    return func.coalesce(ordered, func.json_build_array())


def named(source: Table, column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return ``{id, name}`` of the row of ``source`` that ``column`` points to, null where it points to nothing."""
    aliased = source.alias()
    return select(json_object(id=aliased.c.id, name=aliased.c.name)).where(aliased.c.id == column).scalar_subquery()


def user(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return ``{id, name}`` of a user."""
    return named(users, column)


def account() -> ScalarSelect[Any]:
    """Return ``{id, name}`` of the ticket's account."""
    return named(accounts, tickets.c.account_id)


def contact() -> ScalarSelect[Any]:
    """Return ``{id, name, email}`` of the person the ticket is about, with their primary address."""
    primary = (
        select(contact_addresses.c.address)
        .where(contact_addresses.c.contact_id == contacts.c.id, contact_addresses.c.position == 0)
        .scalar_subquery()
    )
    person = json_object(id=contacts.c.id, name=contacts.c.name, email=primary)
    return select(person).where(contacts.c.id == tickets.c.contact_id).scalar_subquery()


def recipients() -> ScalarSelect[Any]:
    """Return the people the ticket is written to, in their order."""
    person = json_object(
        contact_id=ticket_recipients.c.contact_id,
        name=contacts.c.name,
        email=ticket_recipients.c.address,
        viewed_at=ticket_recipients.c.viewed_at,
        has_all_questionnaires=ticket_recipients.c.has_all_questionnaires,
        questionnaire_ids=_part(),
    )
    return (
        select(listed(person, ticket_recipients.c.position))
        .select_from(ticket_recipients.join(contacts, contacts.c.id == ticket_recipients.c.contact_id))
        .where(ticket_recipients.c.ticket_id == tickets.c.id)
        .scalar_subquery()
    )


def _part() -> ColumnElement[Any]:
    """Return the questionnaires of a recipient who does not have all; nothing is looked up for the others."""
    part, whole = recipient_questionnaires.c, ticket_recipients.c
    own = (
        select(listed(part.questionnaire_id, part.questionnaire_id))
        .where(part.ticket_id == whole.ticket_id, part.contact_id == whole.contact_id)
        .scalar_subquery()
    )
    return case((whole.has_all_questionnaires, func.json_build_array()), else_=own)


def compilations() -> ColumnElement[Any]:
    """Return what a task asks, in its order; nothing is looked up for other kinds."""
    asked = ticket_compilations.c
    each = json_object(id=asked.compilation_id, name=compilation_table.c.name, revision=asked.revision)
    of_task = (
        select(listed(each, asked.position))
        .select_from(ticket_compilations.join(compilation_table, compilation_table.c.id == asked.compilation_id))
        .where(asked.ticket_id == tickets.c.id)
        .scalar_subquery()
    )
    is_task = tickets.c.kind == literal_column(f"'{TicketKind.TASK}'")
    return case((is_task, of_task), else_=func.json_build_array())


def actions() -> ScalarSelect[Any]:
    """Return the requested actions in their order, as staff see them."""
    return _actions(done_by=requested_actions.c.done_by)


def actions_outside() -> ScalarSelect[Any]:
    """Return the requested actions in their order, without who of the desk did them."""
    return _actions()


def _actions(**more: ColumnElement[Any]) -> ScalarSelect[Any]:
    columns = requested_actions.c
    line = json_object(
        id=columns.id,
        position=columns.position,
        text=columns.text,
        note=columns.note,
        source=columns.source,
        is_done=columns.done_at.is_not(None),
        done_at=columns.done_at,
        **more,
    )
    return select(listed(line, columns.position)).where(columns.ticket_id == tickets.c.id).scalar_subquery()


def open_action_count() -> ScalarSelect[Any]:
    """Return how many requested actions are not ticked."""
    columns = requested_actions.c
    return (
        select(func.count())
        .where(columns.ticket_id == tickets.c.id, columns.done_at.is_(None))
        .select_from(requested_actions)
        .scalar_subquery()
    )


def categories() -> ScalarSelect[Any]:
    """Return the violation categories with their regulations, by name."""
    columns = violation_categories.c
    category = json_object(id=columns.id, name=columns.name, regulation=columns.regulation)
    link = ticket_violation_categories
    return (
        select(listed(category, columns.name))
        .select_from(link.join(violation_categories, columns.id == link.c.violation_category_id))
        .where(link.c.ticket_id == tickets.c.id)
        .scalar_subquery()
    )
