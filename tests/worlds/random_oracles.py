"""What the people of a drawn world may read, worked out from its plan alone: no query of the product's is asked.

Written from the specification (product.md section 6) and not from the program, so that the two can differ.
"""

from tests.worlds.random_plans import Delegation, Person, Plan, Question, Ticket, Way

from ticketdesk.domain.ticket_workflow import Status, TicketKind

_SHUT_OUT = {Way.REVOKED_LINK, Way.DISABLED_GUEST, Way.GUEST_OF_DISABLED_CONTACT}
_NOBODYS_RECIPIENT = {Way.STAFF_OF_DISABLED_CONTACT, Way.STAFF_WITHOUT_CONTACT}
STAFF = {Way.STAFF, *_NOBODYS_RECIPIENT}


def may_come_in(person: Person) -> bool:
    """Tell whether their credential still holds."""
    return person.way not in _SHUT_OUT


def sees(person: Person, ticket: Ticket) -> bool:
    """Tell whether the ticket exists for somebody: they are its recipient now, and it was sent and not deleted."""
    if person.way in _NOBODYS_RECIPIENT or ticket.is_deleted:
        return False
    was_sent = ticket.is_sent and ticket.status is not Status.SEND_LATER
    return was_sent and any(one is person for one, _ in ticket.parts)


def sees_question(person: Person, ticket: Ticket, question: Question) -> bool:
    """Tell whether a question is asked of somebody: in their part, or because it was delegated to them."""
    if question.is_withdrawn or not sees(person, ticket):
        return False
    standing = standing_delegation(question)
    is_given = standing is not None and standing.taker is person
    return is_given or is_in_part(person, ticket, question)


def is_in_part(person: Person, ticket: Ticket, question: Question) -> bool:
    """Tell whether a question is in what somebody was sent, asked still or not."""
    return any(parts is None or question.part in parts for one, parts in ticket.parts if one is person)


def standing_delegation(question: Question) -> Delegation | None:
    """Return the one delegation of the question that was not ended."""
    return next((one for one in question.delegations if one.is_standing), None)


def in_list(person: Person, plan: Plan) -> set[str]:
    """Return the words of their list of tickets."""
    return {ticket.title for ticket in plan.tickets if sees(person, ticket)}


def in_ticket(person: Person, ticket: Ticket) -> set[str] | None:
    """Return the words of a ticket in full; ``None`` where there is none for them."""
    if not sees(person, ticket):
        return None
    return {ticket.title, ticket.description, *(words for words, is_public in ticket.comments if is_public)}


def in_answers(person: Person, ticket: Ticket) -> set[str] | None:
    """Return the words of what is asked of them and what was answered, with the names that belong to it."""
    if not sees(person, ticket):
        return None
    found = set[str]()
    for question in ticket.questions:
        if sees_question(person, ticket, question):
            found |= {ticket.part_names[question.part], question.text} | _said(question)
    return found


def _said(question: Question) -> set[str]:
    found = set[str]()
    if question.answer is not None:
        value, note, author = question.answer
        found |= {value, note, author.name}
    standing = standing_delegation(question)
    if standing is not None:
        found |= {standing.note, standing.giver.name, standing.taker.name}
    return found


def in_people(person: Person, ticket: Ticket) -> set[str] | None:
    """Return the names of the others on a task: whom questions can be delegated to."""
    if not sees(person, ticket):
        return None
    return {one.name for one, _ in ticket.parts if one is not person}


def in_files(person: Person, ticket: Ticket) -> set[str] | None:
    """Return the names of the files that they may read: public ones, those of questions with the question."""
    if not sees(person, ticket):
        return None
    return {
        file.name
        for file in ticket.files
        if file.is_public and (file.question is None or sees_question(person, ticket, file.question))
    }


def is_task(ticket: Ticket) -> bool:
    """Tell whether a ticket asks questions."""
    return ticket.kind is TicketKind.TASK
