"""Tickets with what belongs to one: recipients, requested actions, categories, comments and the activity record.

Triggers (see the migrations) keep the content of a sent ticket, every comment and every activity entry write-once.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from ticketdesk.domain.ticket_statuses import Resolution, Status, TicketKind
from ticketdesk.domain.tickets import ActionSource, Origin, Priority, Visibility
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

_NOT_DELETED = "deleted_at IS NULL"

tickets = Table(
    "tickets",
    metadata,
    primary_id(),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False),
    Column("priority", Text, nullable=False, server_default="normal"),
    reference("contact_id", "contacts", nullable=True),
    reference("account_id", "accounts", nullable=True),
    reference("monitored_item_id", "monitored_items", nullable=True),
    Column("item", JSONB(none_as_null=True)),
    reference("assignee_id", "users", nullable=True),
    # Who verifies: a person, or anybody of a team.
    reference("checker_id", "users", nullable=True),
    reference("checker_team_id", "teams", nullable=True),
    reference("worked_by_id", "users", nullable=True),
    reference("category_id", "categories", nullable=True),
    reference("product_id", "products", nullable=True),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    Column("origin", Text, nullable=False, server_default=Origin.STAFF),
    Column("outreach_required", Boolean, nullable=False, server_default="false"),
    # Whose words are the newest that both sides see; null while there are none.
    Column("newest_words_by", Text),
    moment("first_response_at", nullable=True),
    # Assignment was tried and found no one.
    Column("had_nobody_eligible", Boolean, nullable=False, server_default="false"),
    Column("requires_check", Boolean, nullable=False, server_default="false"),
    reference("created_by_id", "users", nullable=True),
    moment("created_at"),
    moment("updated_at"),
    moment("sent_at", nullable=True),
    moment("pending_since", nullable=True),
    moment("completed_at", nullable=True),
    moment("closed_at", nullable=True),
    Column("resolution", Text),
    reference("verified_by_id", "users", nullable=True),
    moment("verified_at", nullable=True),
    Column("evidence", Text),
    Column("rework_count", Integer, nullable=False, server_default="0"),
    moment("archived_at", nullable=True),
    moment("deleted_at", nullable=True),
    moment("last_update_at"),
    Column("last_update_by", Text, nullable=False),
    Column("last_update_kind", Text, nullable=False),
    # Reminders: the due time is a column; the override is null where the setting holds.
    Column("reminder_every_days", Integer),
    Column("reminder_is_paused", Boolean, nullable=False, server_default="false"),
    Column("reminders_sent", Integer, nullable=False, server_default="0"),
    moment("next_reminder_at", nullable=True),
    Column("reminder_stopped_by", Text),
    Column("notifications_sent", Integer, nullable=False, server_default="0"),
    moment("last_sent_at", nullable=True),
    # The reason why the last delivery failed at every address; null while at least one is fine.
    Column("delivery_failure", Text),
    # The dispatch that holds this ticket until its message is sent or refused.
    reference("dispatch_id", "dispatches", nullable=True),
    # Tasks: until when they are asked for, and how often they were sent.
    Column("due_on", Date),
    Column("sendings", Integer, nullable=False, server_default="0"),
    moment("last_sending_at", nullable=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("activity_seq", Integer, nullable=False, server_default="0"),
    Column("activity_hash", LargeBinary, nullable=False),
    Column(
        "search",
        TSVECTOR,
        Computed("to_tsvector('english', title || ' ' || description)", persisted=True),
    ),
    one_of("kind", TicketKind),
    one_of("status", Status),
    one_of("priority", Priority),
    one_of("resolution", Resolution),
    one_of("origin", Origin),
    one_of("newest_words_by", ("staff", "recipient")),
    CheckConstraint(
        "kind <> 'support' OR (contact_id IS NOT NULL AND account_id IS NOT NULL "
        "AND num_nonnulls(category_id, product_id) >= 1)",
        name="support_is_routable",
    ),
    CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at_matches_status"),
    CheckConstraint("(status = 'closed') = (resolution IS NOT NULL)", name="resolution_matches_status"),
    CheckConstraint(
        "next_reminder_at IS NULL OR (status = 'pending_correction' AND archived_at IS NULL) OR kind = 'task'",
        name="reminds_only_while_pending",
    ),
    # The list of entries that wait to be sorted in is read by every search: kept short (kilobytes).
    Index("ix_tickets_search", "search", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 256}),
    Index(
        "ix_tickets_tags",
        "tags",
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},
        postgresql_where=text("tags <> '{}'"),
    ),
    # Lists are merged from one per status (see repositories/ticket_lists.py). Archived tickets are kept apart.
    # The other time beside, so that what is narrowed or sorted by that needs no look at a ticket, and the index of an
    # owner, which has both, does not seem cheaper than a list in order.
    *(
        Index(
            f"ix_tickets_{name}",
            *("status", time, "id"),
            postgresql_include=[other],
            postgresql_where=text(f"{_NOT_DELETED} AND archived_at IS NULL{condition}"),
        )
        for name, time, other, condition in (
            ("status_created", "created_at", "updated_at", ""),
            ("status_updated", "updated_at", "created_at", ""),
            ("outreach", "created_at", "updated_at", " AND outreach_required"),
            # Most tickets have no tag: among those that have any, one is met soon.
            ("tagged_created", "created_at", "updated_at", " AND tags <> '{}'"),
            ("tagged_updated", "updated_at", "created_at", " AND tags <> '{}'"),
        )
    ),
    *(
        Index(f"ix_tickets_{name}", *columns, "id", postgresql_where=text(f"{_NOT_DELETED} AND {condition}"))
        for name, columns, condition in (
            # Of a kind that hardly exists; the usual one should not pay for it.
            ("kind", ("kind", "status", "created_at"), "archived_at IS NULL AND kind <> 'corrective'"),
            ("failed", ("status", "created_at"), "archived_at IS NULL AND delivery_failure IS NOT NULL"),
            # Nobody was eligible, and somebody may be by now.
            (
                "waiting",
                ("created_at",),
                "archived_at IS NULL AND had_nobody_eligible AND assignee_id IS NULL AND status <> 'closed'",
            ),
            ("closed", ("closed_at",), "archived_at IS NULL AND closed_at IS NOT NULL"),
            ("archived_created", ("status", "created_at"), "archived_at IS NOT NULL"),
            ("archived_updated", ("status", "updated_at"), "archived_at IS NOT NULL"),
        )
    ),
    # Whose a ticket is. The time of the last change beside it, so that few are sorted by that without a look at each,
    # and such other owners as are asked for together (repositories/ticket_filters.py).
    *(
        Index(
            f"ix_tickets_{name}",
            *(column, "status", "created_at", "id"),
            postgresql_include=["updated_at", *beside],
            postgresql_where=text(f"{_NOT_DELETED} AND archived_at IS NULL{condition}"),
        )
        for name, column, condition, beside in (
            ("assignee", "assignee_id", "", ("created_by_id",)),
            ("creator", "created_by_id", "", ()),
            ("checker", "checker_id", " AND checker_id IS NOT NULL", ()),
            # Of what only support tickets have.
            ("checker_team", "checker_team_id", " AND checker_team_id IS NOT NULL", ()),
            ("category", "category_id", " AND category_id IS NOT NULL", ("assignee_id",)),
            ("product", "product_id", " AND product_id IS NOT NULL", ("category_id", "assignee_id")),
            # Of ways in that a compliance desk hardly has.
            ("origin", "origin", " AND origin <> 'staff'", ()),
        )
    ),
    # Who works tickets looks at them by the last change, and together with what no index has.
    Index(
        "ix_tickets_assignee_updated",
        *("assignee_id", "status", "updated_at", "id"),
        postgresql_include=["created_by_id"],
        postgresql_where=text(f"{_NOT_DELETED} AND archived_at IS NULL AND assignee_id IS NOT NULL"),
    ),
    Index(
        "ix_tickets_questions",
        *("status", "created_at", "id"),
        postgresql_include=["updated_at", "assignee_id", "kind"],
        postgresql_where=text(
            f"{_NOT_DELETED} AND archived_at IS NULL AND newest_words_by = 'recipient' AND status <> 'closed'"
        ),
    ),
    # Which were under way at a moment: lists narrowed by another time begin there (repositories/ticket_walks.py).
    Index(
        "ix_tickets_under_way",
        text("tstzrange(created_at, GREATEST(created_at, updated_at), '[]')"),
        postgresql_using="gist",
        postgresql_where=text(f"{_NOT_DELETED} AND archived_at IS NULL"),
    ),
    # A contact or an account has few tickets: whatever else is asked of these is looked up in each.
    Index(
        "ix_tickets_contact_created",
        *("contact_id", "created_at", "id"),
        # What a list is narrowed by beside a name, and what a count tells apart where somebody on the staff has the
        # name, too (repositories/ticket_counters.py): so many people's tickets need no look at each.
        postgresql_include=[
            *("updated_at", "status", "archived_at", "deleted_at"),
            *("kind", "assignee_id", "had_nobody_eligible", "delivery_failure"),
        ],
    ),
    Index(
        "ix_tickets_account",
        *("account_id", "status", "created_at", "id"),
        postgresql_include=["updated_at", "archived_at", "deleted_at"],
    ),
    # Few tickets are in a dispatch, and the others should not pay for it.
    Index("ix_tickets_dispatch_id", "dispatch_id", postgresql_where=text("dispatch_id IS NOT NULL")),
    Index("ix_tickets_reminder_due", "next_reminder_at", postgresql_where=text("next_reminder_at IS NOT NULL")),
)

ticket_recipients = Table(
    "ticket_recipients",
    metadata,
    reference("ticket_id", "tickets"),
    reference("contact_id", "contacts"),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    moment("viewed_at", nullable=True),
    # Of a task: false for who has but some questionnaires, or what others delegate to them.
    Column("has_all_questionnaires", Boolean, nullable=False, server_default="true"),
    PrimaryKeyConstraint("ticket_id", "contact_id"),
    Index("ix_ticket_recipients_contact_id", "contact_id", "ticket_id"),
    Index("ix_ticket_recipients_address_key", "address_key"),
)

requested_actions = Table(
    "requested_actions",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets"),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("note", Text),
    Column("source", Text, nullable=False, server_default="manual"),
    moment("done_at", nullable=True),
    Column("done_by", Text),
    one_of("source", ActionSource),
    UniqueConstraint("ticket_id", "position"),
)

ticket_violation_categories = Table(
    "ticket_violation_categories",
    metadata,
    reference("ticket_id", "tickets"),
    reference("violation_category_id", "violation_categories"),
    PrimaryKeyConstraint("ticket_id", "violation_category_id"),
    Index("ix_ticket_violation_categories_tickets", "violation_category_id", "ticket_id"),
)

comments = Table(
    "comments",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets"),
    reference("user_id", "users", nullable=True),
    reference("contact_id", "contacts", nullable=True),
    Column("author_name", Text, nullable=False),
    Column("author_side", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("body", Text, nullable=False),
    moment("created_at"),
    one_of("visibility", Visibility),
    one_of("author_side", ("staff", "recipient")),
    Index("ix_comments_ticket_id", "ticket_id", "created_at", "id"),
)

activities = Table(
    "activities",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets"),
    Column("seq", Integer, nullable=False),
    moment("occurred_at"),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text),
    Column("actor_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("ticket_id", "seq"),
)
