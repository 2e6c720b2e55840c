"""The rows of drawn worlds, written in one transaction each, with a credential for everybody."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert
from tests.worlds.random_plans import PARTS, QUESTIONS_A_PART, Person, Plan, Ticket, Way

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models import answers as given
from ticketdesk.models import compilations as asked_by
from ticketdesk.models import documents as sources
from ticketdesk.models import task_contents as asked
from ticketdesk.models.attachments import attachments, stored_files
from ticketdesk.models.catalogue import categories
from ticketdesk.models.contacts import accounts, contact_addresses, contacts
from ticketdesk.models.settings import settings
from ticketdesk.models.tickets import comments, ticket_recipients, tickets
from ticketdesk.models.users import portal_links, sessions, users
from ticketdesk.repositories.base import new_id

# Each behind every table that it refers to.
_ORDER = tickets.metadata.sorted_tables
CONTENT = b"What a file holds."
_NO_CONTACT = {Way.STAFF_WITHOUT_CONTACT}
_DISABLED_CONTACT = {Way.GUEST_OF_DISABLED_CONTACT, Way.STAFF_OF_DISABLED_CONTACT}
_BY_LINK = {Way.LINK, Way.REVOKED_LINK}
_GUESTS = {Way.GUEST, Way.DISABLED_GUEST, Way.GUEST_OF_DISABLED_CONTACT}


def _ids(count: int) -> list[UUID]:
    return [new_id() for _ in range(count)]


@dataclass
class Desk:
    """What all worlds of a database share: who works there, and the documents that tasks are made from."""

    resources: Resources
    creator_id: UUID = field(default_factory=new_id)
    account_id: UUID = field(default_factory=new_id)
    category_id: UUID = field(default_factory=new_id)
    compilation_id: UUID = field(default_factory=new_id)
    questionnaires: list[UUID] = field(default_factory=lambda: _ids(PARTS))
    sources: list[list[UUID]] = field(default_factory=lambda: [_ids(QUESTIONS_A_PART) for _ in range(PARTS)])

    async def open(self) -> None:
        """Write what is shared."""
        now = self.resources.clock.now()
        times = {"created_at": now, "updated_at": now}
        made = {"created_by_id": self.creator_id, **times}
        document_id, section_id = _ids(2)
        rows = Rows()
        rows.add(users, id=self.creator_id, email="desk@desk.example", name="Desk", role="agent", **times)
        rows.add(accounts, id=self.account_id, name="Account", **times)
        rows.add(categories, id=self.category_id, name="Category", **times)
        rows.add(
            stored_files, digest=sha256(CONTENT).digest(), size=len(CONTENT), media_type="text/plain", stored_at=now
        )
        # One address asks for everybody, and more than a quota allows.
        quotas = {limited.value: {"per_client": 1_000_000, "per_credential": 1_000_000} for limited in Limited}
        rows.add(settings, section="limits", value={"quotas": quotas}, version=2, updated_at=now)
        rows.add(sources.documents, id=document_id, module="vv", title="Register", **made)
        rows.add(
            sources.document_sections, id=section_id, document_id=document_id, code="S1", title="Purpose", position=1
        )
        rows.add(asked_by.compilations, id=self.compilation_id, name="Review", **made)
        place = {"document_id": document_id, "section_id": section_id, "kind": "text", "text": "?"}
        for part, questionnaire_id in enumerate(self.questionnaires):
            placed = {"compilation_id": self.compilation_id, "name": "Part", "position": part + 1}
            rows.add(asked_by.questionnaires, id=questionnaire_id, **placed)
            for position, source_id in enumerate(self.sources[part]):
                number = part * QUESTIONS_A_PART + position + 1
                rows.add(sources.document_questions, id=source_id, code=f"Q{number}", position=number, **place, **times)
        await rows.write(self.resources)
        await self.resources.storage.put(_content())

    async def build(self, plan: Plan) -> dict[UUID, str]:
        """Write the rows of a world and return a bearer token of everybody, by their contact's id."""
        rows = Rows()
        tokens = {person.id: self._add_person(rows, person) for person in plan.people}
        for ticket in plan.tickets:
            self._add_ticket(rows, ticket)
            self._add_content(rows, ticket)
            self._add_words(rows, ticket)
        await rows.write(self.resources)
        return tokens

    def _add_person(self, rows: "Rows", person: Person) -> str:
        now = self.resources.clock.now()
        times = {"created_at": now, "updated_at": now}
        is_active = person.way not in _DISABLED_CONTACT
        rows.add(contacts, id=person.id, name=person.name, is_active=is_active, **times)
        addressed = {"address": person.address, "position": 0, "created_at": now, **_key(person)}
        rows.add(contact_addresses, id=new_id(), contact_id=person.id, **addressed)
        session = {"id": new_id(), "created_at": now, "expires_at": now + timedelta(days=30)}
        holder: dict[str, UUID | None] = {"user_id": None, "contact_id": None, "link_id": None}
        if person.way in _BY_LINK:
            link_id, revoked_at = new_id(), now if person.way is Way.REVOKED_LINK else None
            until = now + timedelta(days=90)
            of_contact = {"contact_id": person.id, "created_at": now}
            rows.add(portal_links, id=link_id, expires_at=until, revoked_at=revoked_at, **of_contact)
            rows.add(sessions, **session, **holder | {"contact_id": person.id, "link_id": link_id})
            return self._token(TokenPurpose.PORTAL, session, person.id)
        user: dict[str, Any] = {"id": person.user_id, "email": f"user-{person.address}", "name": "Somebody"}
        user |= {
            "role": "guest" if person.way in _GUESTS else "agent",
            "is_active": person.way is not Way.DISABLED_GUEST,
        }
        rows.add(users, contact_id=None if person.way in _NO_CONTACT else person.id, **user, **times)
        rows.add(sessions, **session, **holder | {"user_id": person.user_id})
        return self._token(TokenPurpose.ACCESS, session, person.user_id)

    def _token(self, purpose: TokenPurpose, session: Mapping[str, Any], subject: UUID) -> str:
        claims = TokenClaims(purpose, session["id"], subject, session["created_at"], session["expires_at"])
        return self.resources.signer.issue(claims)

    def _add_ticket(self, rows: "Rows", ticket: Ticket) -> None:
        now = self.resources.clock.now()
        is_closed = ticket.status is Status.CLOSED
        rows.add(
            tickets,
            id=ticket.id,
            kind=ticket.kind,
            status=ticket.status,
            title=ticket.title,
            description=ticket.description,
            contact_id=ticket.parts[0][0].id,
            account_id=self.account_id,
            category_id=self.category_id,
            assignee_id=self.creator_id,
            created_by_id=self.creator_id,
            created_at=now,
            updated_at=now,
            sent_at=now if ticket.is_sent else None,
            closed_at=now if is_closed else None,
            resolution="completed" if is_closed else None,
            deleted_at=now if ticket.is_deleted else None,
            archived_at=now if ticket.is_archived else None,
            last_update_at=now,
            last_update_by="Desk",
            last_update_kind="created",
            activity_hash=bytes(32),
        )
        for position, (person, parts) in enumerate(ticket.parts):
            of_ticket = {"ticket_id": ticket.id, "contact_id": person.id}
            seen = {"has_all_questionnaires": parts is None, "viewed_at": now}
            rows.add(ticket_recipients, **of_ticket, address=person.address, **_key(person), position=position, **seen)
            for part in parts or ():
                rows.add(asked.recipient_questionnaires, **of_ticket, questionnaire_id=self.questionnaires[part])

    def _add_content(self, rows: "Rows", ticket: Ticket) -> None:
        if not ticket.questions:
            return
        now, copies = self.resources.clock.now(), _ids(PARTS)
        of_ticket = {"ticket_id": ticket.id}
        rows.add(asked.ticket_compilations, **of_ticket, compilation_id=self.compilation_id, position=1, revision=1)
        for part, name in enumerate(ticket.part_names):
            placed = {"questionnaire_id": self.questionnaires[part], "name": name, "position": part + 1}
            rows.add(
                asked.ticket_questionnaires, id=copies[part], **of_ticket, compilation_id=self.compilation_id, **placed
            )
        for question in ticket.questions:
            place = {"ticket_questionnaire_id": copies[question.part], "position": question.position + 1}
            source = {"question_id": self.sources[question.part][question.position], "question_version": 1}
            named = {"module": "vv", "document_title": "Register", "section_title": "Purpose", "answer_version": 0}
            said = {"text": question.text, "kind": "text", "is_required": True}
            withdrawn_at = now if question.is_withdrawn else None
            rows.add(
                asked.ticket_questions, id=question.id, **of_ticket, **place, **source, **named, **said,
                withdrawn_at=withdrawn_at,
            )  # fmt: skip
            of_question = {**of_ticket, "ticket_question_id": question.id}
            if question.answer is not None:
                value, note, author = question.answer
                by = {"answered_by_id": author.id, "answered_by_name": author.name, "answered_at": now}
                rows.add(given.answers, id=new_id(), **of_question, value=value, note=note, **by)
            for one in question.delegations:
                between = {"from_contact_id": one.giver.id, "to_contact_id": one.taker.id, "note": one.note}
                ended_at = None if one.is_standing else now
                rows.add(given.delegations, id=new_id(), **of_question, **between, created_at=now, ended_at=ended_at)

    def _add_words(self, rows: "Rows", ticket: Ticket) -> None:
        now = self.resources.clock.now()
        by = {"author_name": "Desk", "author_side": "staff", "user_id": self.creator_id, "created_at": now}
        for words, is_public in ticket.comments:
            visibility = "public" if is_public else "internal"
            rows.add(comments, id=new_id(), ticket_id=ticket.id, body=words, visibility=visibility, **by)
        uploaded = {"uploaded_by_side": "staff", "uploaded_by_user_id": self.creator_id, "uploaded_by_name": "Desk"}
        for file in ticket.files:
            question_id = file.question.id if file.question else None
            kept = {"digest": sha256(CONTENT).digest(), "visibility": "public" if file.is_public else "internal"}
            of_ticket = {"ticket_id": ticket.id, "ticket_question_id": question_id, "created_at": now}
            rows.add(attachments, id=file.id, name=f"{file.name}.txt", **kept, **of_ticket, **uploaded)


async def _content() -> AsyncIterator[bytes]:
    yield CONTENT


def _key(person: Person) -> dict[str, str]:
    return {"address_key": person.address.casefold()}


class Rows:
    """Rows by table, in the order in which the tables were first named."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[Mapping[str, Any]]] = defaultdict(list)

    def add(self, table: Table, **values: Any) -> None:
        """Note a row; all of a table name the same columns."""
        self._rows[table].append(values)

    async def write(self, resources: Resources) -> None:
        """Insert all, in one transaction."""
        async with resources.engine.begin() as connection:
            for table in sorted(self._rows, key=_ORDER.index):
                await connection.execute(insert(table), self._rows[table])
