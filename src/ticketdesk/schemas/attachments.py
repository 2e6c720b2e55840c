"""Files on tickets, as staff and as recipients see them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.attachments import MAX_PER_COMMENT
from ticketdesk.domain.tickets import Visibility
from ticketdesk.schemas.base import Input, PageSchema, Schema

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="of the content, in hexadecimal digits")]
AttachmentIds = Annotated[
    list[UUID],
    Field(max_length=MAX_PER_COMMENT, description="files of one's own on this ticket that go with these words"),
]


class Uploader(Schema):
    """Who attached a file, by the name they had then, and on which side of the ticket they stand."""

    name: str
    side: Literal["staff", "recipient"]


class PortalAttachment(Schema):
    """A file on a ticket, as recipients see it."""

    id: UUID
    name: str = Field(description="as it was uploaded, without folders and what could mislead")
    media_type: str = Field(description="by the content, whatever the uploader said", examples=["image/png"])
    size: int = Field(description="in bytes")
    sha256: Sha256
    comment_id: UUID | None = Field(description="the words that it came with")
    question_id: UUID | None = Field(description="the question of a task that it was attached to")
    uploaded_by: Uploader
    created_at: AwareDatetime


class Attachment(PortalAttachment):
    """A file on a ticket; only the comment it goes with is added later, and its visibility with that."""

    ticket_id: UUID
    visibility: Visibility


class AttachmentPage(PageSchema[Attachment]):
    """One page of the files on a ticket, oldest first."""


class PortalAttachmentPage(PageSchema[PortalAttachment]):
    """One page of the files on a ticket that its recipients see, oldest first."""


class AttachmentCreate(Input):
    """What staff say of a file that they upload."""

    visibility: Visibility = Visibility.INTERNAL


class PortalAttachmentCreate(Input):
    """What recipients say of a file that they upload: the question that it answers, if any."""

    question_id: UUID | None = None


class AttachmentLink(Schema):
    """An address that gives a file without a credential, to its holder, for a short while."""

    url: str
    expires_at: AwareDatetime
