"""Let the database itself refuse changes to what was sent, said and recorded.

Revision: 2026_11_22_09, after 2026_11_22_08.
"""

from alembic import op

revision = "2026_11_22_09"
down_revision = "2026_11_22_08"
branch_labels = None
depends_on = None

APPEND_ONLY = ("activities", "comments", "setting_changes")

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'TD001';
END $$
"""

KEEP_SENT_CONTENT = """
CREATE FUNCTION keep_sent_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the content of a sent ticket is write-once' USING ERRCODE = 'TD002';
END $$
"""

KEEP_SENT_ACTIONS = """
CREATE FUNCTION keep_sent_actions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.ticket_id ELSE NEW.ticket_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.ticket_id, NEW.position, NEW.text, NEW.note, NEW.source)
        IS NOT DISTINCT FROM (OLD.id, OLD.ticket_id, OLD.position, OLD.text, OLD.note, OLD.source) THEN
        RETURN NEW;  -- a tick
    END IF;
    -- A new ticket's actions arrive before its first entry is recorded.
    IF EXISTS (SELECT FROM tickets WHERE id = concerned AND status <> 'send_later')
        AND EXISTS (SELECT FROM activities WHERE ticket_id = concerned) THEN
        RAISE EXCEPTION 'the requested actions of a sent ticket are write-once' USING ERRCODE = 'TD002';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def upgrade() -> None:
    op.execute(REFUSE)
    op.execute(KEEP_SENT_CONTENT)
    op.execute(KEEP_SENT_ACTIONS)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute("CREATE TRIGGER tickets_keep_all BEFORE DELETE ON tickets FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE TRIGGER tickets_write_once BEFORE UPDATE ON tickets FOR EACH ROW "
        "WHEN (OLD.status <> 'send_later' AND (NEW.title, NEW.description, NEW.item, NEW.number, NEW.created_at) "
        "IS DISTINCT FROM (OLD.title, OLD.description, OLD.item, OLD.number, OLD.created_at)) "
        "EXECUTE FUNCTION keep_sent_content()"
    )
    op.execute(
        "CREATE TRIGGER requested_actions_write_once BEFORE INSERT OR UPDATE OR DELETE ON requested_actions "
        "FOR EACH ROW EXECUTE FUNCTION keep_sent_actions()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER requested_actions_write_once ON requested_actions")
    op.execute("DROP TRIGGER tickets_write_once ON tickets")
    op.execute("DROP TRIGGER tickets_keep_all ON tickets")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_keep_all ON {table}")
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DROP FUNCTION keep_sent_actions()")
    op.execute("DROP FUNCTION keep_sent_content()")
    op.execute("DROP FUNCTION refuse_change()")
