"""What support tickets are routed by: products, categories with their rules, and templates of tickets."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from ticketdesk.domain.assignment import AssignmentMode
from ticketdesk.domain.tickets import Priority
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

products = Table(
    "products",
    metadata,
    primary_id(),
    Column("name", Text, nullable=False, unique=True),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    moment("updated_at"),
)

categories = Table(
    "categories",
    metadata,
    primary_id(),
    Column("name", Text, nullable=False, unique=True),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    # The staff that its tickets are for; null: everybody who works tickets.
    reference("team_id", "teams", nullable=True),
    # Null: the mode of the assignment settings.
    Column("assignment_mode", Text),
    # Where ``routed`` leads to: a user or a team.
    reference("routed_user_id", "users", nullable=True),
    reference("routed_team_id", "teams", nullable=True),
    Column("requires_check", Boolean, nullable=False, server_default="false"),
    Column("may_be_taken", Boolean, nullable=False, server_default="false"),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    moment("updated_at"),
    one_of("assignment_mode", AssignmentMode),
    CheckConstraint(
        "(assignment_mode IS NOT DISTINCT FROM 'routed') = (num_nonnulls(routed_user_id, routed_team_id) = 1) "
        "AND num_nonnulls(routed_user_id, routed_team_id) <= 1",
        name="routed_to_one",
    ),
)

ticket_templates = Table(
    "ticket_templates",
    metadata,
    primary_id(),
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    reference("category_id", "categories", nullable=True),
    reference("product_id", "products", nullable=True),
    Column("priority", Text, nullable=False, server_default=Priority.NORMAL),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    # An account that signs up gets a ticket from each active template of these, in the order of positions.
    Column("is_for_sign_up", Boolean, nullable=False, server_default="false"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    moment("updated_at"),
    one_of("priority", Priority),
    CheckConstraint("num_nonnulls(category_id, product_id) >= 1", name="is_routable"),
    Index("ix_ticket_templates_sign_up", "position", "id", postgresql_where=text("is_for_sign_up AND is_active")),
)

# That an account signed up, and with whom: once.
account_sign_ups = Table(
    "account_sign_ups",
    metadata,
    reference("account_id", "accounts"),
    reference("contact_id", "contacts"),
    moment("signed_up_at"),
    reference("created_by_id", "users", nullable=True),
    PrimaryKeyConstraint("account_id"),
)
