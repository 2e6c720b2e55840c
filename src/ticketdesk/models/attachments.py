"""Files on tickets. A file is stored once, under the digest of its content, however often it is attached."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from ticketdesk.domain.tickets import Visibility
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

stored_files = Table(
    "stored_files",
    metadata,
    # SHA-256 of the content.
    Column("digest", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
    # By the content's first bytes, not by what the sender claimed.
    Column("media_type", Text, nullable=False),
    moment("stored_at"),
    CheckConstraint("octet_length(digest) = 32", name="digest_is_sha256"),
)

attachments = Table(
    "attachments",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets"),
    reference("comment_id", "comments", nullable=True, index=True),
    # The question that the file is an answer to: only whoever sees that question sees the file.
    Column("ticket_question_id", Uuid, index=True),
    Column("digest", LargeBinary, ForeignKey("stored_files.digest", ondelete="RESTRICT"), nullable=False, index=True),
    # For people only: it never names anything on a disk.
    Column("name", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("uploaded_by_side", Text, nullable=False),
    reference("uploaded_by_user_id", "users", nullable=True),
    reference("uploaded_by_contact_id", "contacts", nullable=True),
    Column("uploaded_by_name", Text, nullable=False),
    moment("created_at"),
    one_of("visibility", Visibility),
    one_of("uploaded_by_side", ("staff", "recipient")),
    ForeignKeyConstraint(
        ["ticket_id", "ticket_question_id"],
        ["ticket_questions.ticket_id", "ticket_questions.id"],
        name="fk_attachments_ticket_question",
        ondelete="RESTRICT",
    ),
    CheckConstraint("num_nonnulls(comment_id, ticket_question_id) <= 1", name="of_comment_or_question"),
    Index("ix_attachments_ticket", "ticket_id", "created_at", "id"),
)
