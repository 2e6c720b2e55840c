"""Rows of tickets in every state, and filters of every kind, drawn from a seed."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.domain.permissions import Permission, Role
from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.domain.tickets import Origin
from ticketdesk.models.catalogue import categories, products
from ticketdesk.models.contacts import accounts, contacts
from ticketdesk.models.monitored_items import violation_categories
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories.base import new_id
from ticketdesk.schemas.tickets import TicketQuery

START = datetime(2026, 3, 2, tzinfo=UTC)
WORDS = ("yield", "hedge", "disclosure", "annuity")
NAMES = ("Anna Berg", "Bo Yield", "Cleo Hedge", "Uma Holt")


class Desk:
    """People, accounts and categories to draw from."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.users, self.accounts, self.contacts, self.categories = ([new_id() for _ in range(4)] for _ in range(4))
        self.products, self.routes, self.teams = ([new_id() for _ in range(3)] for _ in range(3))
        self.me = Actor(ActorKind.USER, self.users[0], "Me", frozenset({Permission.TICKETS_READ}), role=Role.AGENT)

    async def add(self, connection: AsyncConnection) -> None:
        """Insert them."""
        times = {"created_at": START, "updated_at": START}
        person = {"role": "agent", "password_hash": "-", **times}
        await connection.execute(
            insert(users), [{"id": i, "email": f"{i}@d.example", "name": "U", **person} for i in self.users]
        )
        await connection.execute(insert(accounts), [{"id": i, "name": "A", **times} for i in self.accounts])
        for table, ids in ((products, self.products), (categories, self.routes), (teams, self.teams)):
            await connection.execute(insert(table), [{"id": i, "name": str(i), **times} for i in ids])
        mine = [{"team_id": team, "user_id": self.users[0]} for team in self.teams[:2]]
        await connection.execute(insert(team_members), mine)
        named = zip(self.contacts, NAMES, strict=True)
        await connection.execute(
            insert(contacts), [{"id": i, "name": n, "search_words": n.lower(), **times} for i, n in named]
        )
        rows = [{"id": i, "name": str(i), "regulation": "R", **times} for i in self.categories]
        await connection.execute(insert(violation_categories), rows)

    def traits(self) -> dict[str, Any]:
        """Draw what lists and counts tell tickets apart by."""
        draw = self.random
        status = draw.choice([*Status, Status.CLOSED, Status.CLOSED])
        is_closed = status is Status.CLOSED
        return {
            "status": status,
            "closed_at": START + timedelta(hours=draw.randrange(60)) if is_closed else None,
            "resolution": "completed" if is_closed else None,
            "assignee_id": draw.choice([*self.users, None]),
            "checker_id": draw.choice([self.users[0], None, None]),
            "checker_team_id": draw.choice([*self.teams, None, None]),
            "product_id": draw.choice(self.products),
            "category_id": draw.choice([*self.routes, None]),
            "completed_at": draw.choice([START, None]),
            "newest_words_by": draw.choice(["staff", "recipient", None]),
            "archived_at": draw.choice([START, None, None, None]),
            "delivery_failure": draw.choice(["refused", None, None, None]),
            "had_nobody_eligible": draw.random() < 0.3,
        }

    def tags(self) -> list[str]:
        """Draw the tags of a ticket."""
        return self.random.sample(["billing", "logo", "urgent"], self.random.choice([0, 0, 1, 2]))

    def row(self) -> dict[str, Any]:
        """Draw a ticket."""
        draw = self.random
        at = START + timedelta(hours=draw.randrange(60))
        kind, traits = draw.choice(list(TicketKind)), self.traits()
        # Equal times, so that the id has to decide; but nothing is closed before it is made or changed before that.
        changed_at = START + timedelta(hours=10 * draw.randrange(5))
        closed_at = traits["closed_at"]
        return {
            "id": new_id(),
            "kind": kind,
            "title": " ".join(draw.sample(WORDS, draw.randrange(4))) or "Title",
            "origin": draw.choice([*Origin, Origin.STAFF]),
            "tags": self.tags(),
            "outreach_required": draw.random() < 0.3,
            "created_by_id": draw.choice([*self.users, None]),
            "contact_id": draw.choice([*self.contacts, None]) if kind is not TicketKind.SUPPORT else self.contacts[0],
            "account_id": draw.choice([*self.accounts, None]) if kind is not TicketKind.SUPPORT else self.accounts[0],
            "created_at": min(at, changed_at, closed_at or at),
            "updated_at": max(changed_at, closed_at or changed_at),
            "deleted_at": draw.choice([START, *[None] * 9]),
            "last_update_at": at,
            "last_update_by": "x",
            "last_update_kind": "created",
            "activity_hash": bytes(32),
            **traits,
        }

    async def add_tickets(self, connection: AsyncConnection, count: int) -> list[UUID]:
        """Insert drawn tickets with some categories and return their ids."""
        rows = [self.row() for _ in range(count)]
        await connection.execute(insert(tickets), rows)
        links = [
            {"ticket_id": row["id"], "violation_category_id": category}
            for row in rows
            for category in self.random.sample(self.categories, self.random.randrange(3))
        ]
        if links:
            await connection.execute(insert(ticket_violation_categories), links)
        return [row["id"] for row in rows]

    def query(self, *names: str, **fixed: Any) -> TicketQuery:
        """Draw a filter of the parameters ``names``, or else of up to three."""
        draw = self.random
        options: dict[str, list[Any]] = {
            "kind": [[TicketKind.SUPPORT], [TicketKind.TASK, TicketKind.CORRECTIVE]],
            "status": [[status] for status in Status] + [[Status.CLOSED, Status.NEW, Status.COMMENT_ADDED]],
            "needs_attention": [True, False],
            "open": [True, False],
            "archived": [True],
            "assignee_id": [["me"], ["none"], [self.users[1]], self.users[1:3], ["me", "none"]],
            "checker_id": [["me"], ["none"], ["none", self.users[0]]],
            "created_by": [["me"], [self.users[2]], ["me", self.users[2]]],
            "contact_id": [*([contact] for contact in self.contacts), self.contacts[1:3]],
            "account_id": [*([account] for account in self.accounts), self.accounts[1:]],
            "checker_team_id": [*([team] for team in self.teams), self.teams],
            "to_check": [True, True, False],
            "product_id": [[self.products[0]], self.products[1:]],
            "category_id": [[self.routes[0]], self.routes[1:]],
            "tag": [["logo"], ["billing", "urgent"], ["nowhere"]],
            "origin": [[Origin.PORTAL], [Origin.STAFF, Origin.EMAIL]],
            "outreach_required": [True, False],
            "question": [True, False],
            "closed_after": [START + timedelta(hours=30)],
            "closed_before": [START + timedelta(hours=20), START + timedelta(hours=45)],
            "person": ["ann", "bo y", "nobody", "U"],
            "violation_category_id": [[self.categories[0]], self.categories[1:3]],
            "created_after": [START + timedelta(hours=20), START + timedelta(hours=24)],
            "created_before": [START + timedelta(hours=22), START + timedelta(hours=48), START + timedelta(hours=50)],
            "updated_since": [START + timedelta(hours=20), START + timedelta(days=1)],
        }
        chosen = names or draw.sample(sorted(options), draw.randrange(4))
        return TicketQuery(**{name: draw.choice(options[name]) for name in chosen} | fixed)
