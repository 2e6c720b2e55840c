"""Comments as staff see and write them."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from ticketdesk.domain.tickets import Visibility
from ticketdesk.schemas.attachments import AttachmentIds
from ticketdesk.schemas.base import Input, PageSchema, Paragraph, Schema


class CommentAuthor(Schema):
    """Who wrote it, and on which side of the ticket they stand."""

    name: str
    side: Literal["staff", "recipient"]


class Comment(Schema):
    """Words on a ticket; never changed once written."""

    id: UUID
    author: CommentAuthor
    visibility: Visibility
    body: str
    created_at: AwareDatetime


class CommentPage(PageSchema[Comment]):
    """One page of comments, oldest first."""


class CommentCreate(Input):
    """Words to add. Public ones reach the recipients by mail, internal ones stay among staff."""

    body: Paragraph
    visibility: Visibility = Visibility.PUBLIC
    attachment_ids: AttachmentIds = []
