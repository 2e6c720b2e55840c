"""Files on tickets: kept once by content, attached as often as people do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.attachments import Usage
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.stored_contents import StoredContent
from ticketdesk.domain.tickets import Visibility
from ticketdesk.models.attachments import attachments, stored_files
from ticketdesk.models.task_contents import ticket_questions
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_ids
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.visibility import visible_questions, visible_to
from ticketdesk.schemas.attachments import Attachment, Uploader

_a = attachments.c
_f = stored_files.c
_STORED = select(attachments, _f.size, _f.media_type).join(stored_files, _f.digest == _a.digest)
_FILES_AT_ONCE = 500
# As text, which is never taken for a read: the lock lasts as long as the transaction.
_LOCK_CONTENT = Statement(text("SELECT pg_advisory_xact_lock(hashtextextended(:digest, 0))"))


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which ``actor`` may read an attachment of a ticket they see.

    Outside, a file that answers a question is for those who see the question.
    """
    if actor.side is not Side.RECIPIENT:
        return true()
    is_public = _a.visibility == literal_column(f"'{Visibility.PUBLIC}'")
    seen = select(ticket_questions.c.id).where(visible_questions(literal(actor.contact_id, Uuid)))
    return and_(is_public, or_(_a.ticket_question_id.is_(None), _a.ticket_question_id.in_(seen)))


def _attachment(row: Row) -> Attachment:
    return Attachment(
        id=row["id"],
        ticket_id=row["ticket_id"],
        name=row["name"],
        media_type=row["media_type"],
        size=row["size"],
        sha256=row["digest"].hex(),
        visibility=row["visibility"],
        comment_id=row["comment_id"],
        question_id=row["ticket_question_id"],
        uploaded_by=Uploader(name=row["uploaded_by_name"], side=row["uploaded_by_side"]),
        created_at=row["created_at"],
    )


def _uploaded_by(actor: Actor) -> ColumnElement[bool]:
    """Return whose files are actor's: a recipient's are the contact's, by link or signed in; staff's are the user's."""
    is_the_contacts = _a.uploaded_by_contact_id.is_not_distinct_from(actor.contact_id)
    if actor.contact_id is not None:
        return is_the_contacts
    return and_(is_the_contacts, _a.uploaded_by_user_id.is_not_distinct_from(actor.user_id))


def _visible(actor: Actor) -> Select[Any]:
    return _STORED.join(tickets, tickets.c.id == _a.ticket_id).where(visible_to(actor), readable_by(actor))


class AttachmentRepository(Repository):
    """All SQL of files; writes need the ticket's lock."""

    async def usage(self, ticket_id: UUID) -> Usage:
        """Return how much hangs on a ticket."""
        columns = (func.count().label("files"), func.coalesce(func.sum(_f.size), 0).label("size"))
        joined = attachments.join(stored_files, _f.digest == _a.digest)
        row = await self._only(select(*columns).select_from(joined).where(_a.ticket_id == ticket_id))
        return Usage(row["files"], int(row["size"]))

    async def add(
        self,
        ticket_id: UUID,
        actor: Actor,
        content: StoredContent,
        name: str,
        visibility: Visibility,
        question_id: UUID | None,
        now: datetime,
    ) -> Attachment:
        """Attach a content that is stored, under a cleaned name, to a ticket or to a question of it; returns it."""
        file = {"digest": content.digest, "size": content.size, "media_type": content.media_type, "stored_at": now}
        await self._execute(insert(stored_files).values(file).on_conflict_do_nothing())
        values = {
            "id": new_id(),
            "ticket_id": ticket_id,
            "comment_id": None,
            "ticket_question_id": question_id,
            "digest": content.digest,
            "name": name,
            "visibility": visibility,
            "uploaded_by_side": "recipient" if actor.side is Side.RECIPIENT else "staff",
            "uploaded_by_user_id": actor.user_id,
            "uploaded_by_contact_id": actor.contact_id,
            "uploaded_by_name": actor.name,
            "created_at": now,
        }
        await self._insert(attachments, values)
        # The type is the one judged first: what a content is must not change with the program's release.
        return _attachment(await self._only(_STORED.where(_a.id == values["id"])))

    async def bind(
        self, ticket_id: UUID, actor: Actor, ids: Sequence[UUID], comment_id: UUID, visibility: Visibility
    ) -> set[UUID]:
        """Put those of ``ids`` that ``actor`` uploaded here and that go with no words yet to a comment; returns them.

        They get the comment's visibility. A file that answers a question goes with no words.
        """
        statement = (
            update(attachments)
            .where(_a.id.in_(ids), _a.ticket_id == ticket_id, _uploaded_by(actor))
            .where(_a.comment_id.is_(None), _a.ticket_question_id.is_(None))
            .values(comment_id=comment_id, visibility=visibility)
            .returning(_a.id)
        )
        return {row["id"] for row in await self._all(statement)}

    async def page(self, ticket_id: UUID, request: PageRequest, actor: Actor) -> Page[Attachment]:
        """Return a page of what ``actor`` may read on a ticket, oldest first."""
        statement = _visible(actor).where(_a.ticket_id == ticket_id)
        rows = await self._all(one_page(statement, _a.created_at, _a.id, request))
        return collect(rows, request, _attachment)

    async def find(self, attachment_id: UUID, actor: Actor) -> Attachment | None:
        """Return an attachment that ``actor`` may read."""
        row = await self._one(_visible(actor).where(_a.id == attachment_id))
        return _attachment(row) if row else None

    async def of_questions(self, ticket_id: UUID, question_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
        """Return the files that were attached to questions of a ticket, each as question and attachment."""
        statement = select(_a.id, _a.ticket_question_id).where(
            _a.ticket_id == ticket_id, one_of_ids(_a.ticket_question_id, question_ids)
        )
        return {(row["ticket_question_id"], row["id"]) for row in await self._all(statement)}

    async def lock_content(self, *digests: bytes) -> None:
        """Keep others from claiming or forgetting these contents until the transaction ends."""
        for digest in sorted(digests):
            await self._execute(_LOCK_CONTENT, digest=digest.hex())

    async def unnamed(self, digests: Sequence[bytes]) -> list[bytes]:
        """Return those of ``digests`` that no stored file has."""
        named = {row["digest"] for row in await self._all(select(_f.digest).where(_f.digest.in_(digests)))}
        return [digest for digest in digests if digest not in named]

    async def stored(self, after: bytes) -> list[tuple[bytes, int]]:
        """Return the next contents in the order of their digests, as digest and size in bytes."""
        statement = select(_f.digest, _f.size).where(_f.digest > after).order_by(_f.digest).limit(_FILES_AT_ONCE)
        return [(row["digest"], row["size"]) for row in await self._all(statement)]
