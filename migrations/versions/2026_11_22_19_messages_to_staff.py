"""Let messages go to staff as well.

Revision: 2026_11_22_19, after 2026_11_22_18.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_19"
down_revision = "2026_11_22_18"
branch_labels = None
depends_on = None

PURPOSES = ("assignment", "reply", "return", "close", "reopen", "reminder")


def allow(*purposes: str) -> None:
    """Make these the purposes that a message may have."""
    op.drop_constraint(op.f("ck_messages_purpose_known"), "messages")
    listed = ", ".join(f"'{purpose}'" for purpose in purposes)
    op.create_check_constraint(op.f("ck_messages_purpose_known"), "messages", f"purpose IN ({listed})")


def upgrade() -> None:
    op.add_column("messages", sa.Column("user_id", sa.Uuid(), nullable=True))
    op.alter_column("messages", "contact_id", existing_type=sa.UUID(), nullable=True)
    op.create_index(op.f("ix_messages_user_id"), "messages", ["user_id"], unique=False)
    op.create_foreign_key(op.f("fk_messages_user_id"), "messages", "users", ["user_id"], ["id"], ondelete="RESTRICT")
    op.create_check_constraint(op.f("ck_messages_to_one_person"), "messages", "num_nonnulls(contact_id, user_id) = 1")
    allow(*PURPOSES, "assigned", "digest")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_messages_to_one_person"), "messages")
    op.execute("DELETE FROM message_tickets WHERE message_id IN (SELECT id FROM messages WHERE contact_id IS NULL)")
    op.execute("DELETE FROM messages WHERE contact_id IS NULL")
    allow(*PURPOSES)
    op.drop_constraint(op.f("fk_messages_user_id"), "messages", type_="foreignkey")
    op.drop_index(op.f("ix_messages_user_id"), table_name="messages")
    op.alter_column("messages", "contact_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("messages", "user_id")
