"""Keep the people, contacts and accounts of saved views as lists, as the filters take them now.

Revision: 2026_11_23_41, after 2026_11_22_40.
"""

from alembic import op

revision = "2026_11_23_41"
down_revision = "2026_11_22_40"
branch_labels = None
depends_on = None

_NAMES = "('assignee_id', 'checker_id', 'checker_team_id', 'created_by', 'contact_id', 'account_id')"


def upgrade() -> None:
    _rewrite("CASE jsonb_typeof(value) WHEN 'string' THEN jsonb_build_array(value) ELSE '[]' END", "<> 'array'")


def downgrade() -> None:
    # Of several only the first is left: the filters had room for one.
    _rewrite("coalesce(value -> 0, 'null')", "= 'array'")


def _rewrite(value: str, is_meant: str) -> None:
    rewritten = f"""
        SELECT jsonb_object_agg(key, {value}) AS filters FROM jsonb_each(saved_views.filters)
        WHERE key IN {_NAMES} AND jsonb_typeof(value) {is_meant}
    """
    op.execute(f"UPDATE saved_views SET filters = filters || coalesce(({rewritten}), '{{}}')")
