"""Let an attachment be put to a comment, once.

People upload a file before they send the words that it belongs to. Nothing else of an attachment ever changes.

Revision: 2026_11_22_24, after 2026_11_22_23.
"""

from alembic import op

revision = "2026_11_22_24"
down_revision = "2026_11_22_23"
branch_labels = None
depends_on = None

WHAT_STAYS = (
    "id, ticket_id, digest, name, uploaded_by_side, uploaded_by_user_id, uploaded_by_contact_id, uploaded_by_name, "
    "created_at"
)


def _of(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in WHAT_STAYS.split(", "))


def upgrade() -> None:
    op.execute("DROP TRIGGER attachments_append_only ON attachments")
    op.execute(
        "CREATE TRIGGER attachments_never_leave BEFORE DELETE ON attachments "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER attachments_bound_once BEFORE UPDATE ON attachments FOR EACH ROW "
        "WHEN (OLD.comment_id IS NOT NULL OR NEW.comment_id IS NULL "
        f"OR ({_of('NEW')}) IS DISTINCT FROM ({_of('OLD')})) EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER attachments_bound_once ON attachments")
    op.execute("DROP TRIGGER attachments_never_leave ON attachments")
    op.execute(
        "CREATE TRIGGER attachments_append_only BEFORE UPDATE OR DELETE ON attachments "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
