"""Whom the product is fuzzed as. A caller may end its own session or lock itself out: it gets what it lost back."""

import secrets
from uuid import UUID

import httpx
from sqlalchemy import insert, update
from tests.factories import users as people
from tests.factories.contacts import create_contact
from tests.factories.guests import create_guest
from tests.factories.monitored_items import create_category, put_item
from tests.factories.support_tickets import create_client, create_support_ticket
from tests.factories.tasks import create_task
from tests.factories.tickets import create_ticket

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.credentials import API_KEY_MARK, fingerprint
from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.models.contacts import contacts
from ticketdesk.models.users import api_keys, users
from ticketdesk.repositories.base import new_id
from ticketdesk.services import authentication

STAFF = ("admin", "lead", "agent", "auditor")
USERS = (*STAFF, "guest")
CALLERS = (*USERS, "api_key", "portal", "nobody")
# A monitor's key: it reports items, looks at tickets, and nothing else.
SCOPES = (Permission.ITEMS_WRITE.value, Permission.ITEMS_READ.value, Permission.TICKETS_READ.value)


class Caller:
    """Somebody who calls, always with a credential that holds; ``nobody`` has none."""

    def __init__(self, resources: Resources, kind: str, person_id: UUID) -> None:
        self._resources = resources
        self._kind = kind
        self._person_id = person_id
        self._credential: str | None = None

    async def credential(self) -> str | None:
        """Return a bearer credential that holds now, of the person whom this caller always was."""
        if self._kind == "nobody":
            return None
        if self._credential is None or not await self._holds(self._credential):
            await self._restore()
            self._credential = await self._issue()
        return self._credential

    async def _holds(self, credential: str) -> bool:
        try:
            async with self._resources.unit_of_work() as uow:
                actor = await authentication.authenticate(uow, self._resources.signer, credential)
        except NotAuthenticated:
            return False
        return self._is_as_before(actor)

    def _is_as_before(self, actor: Actor) -> bool:
        return self._kind == "portal" or actor.role == self._role

    @property
    def _role(self) -> str:
        return self._kind if self._kind in USERS else "agent"

    async def _restore(self) -> None:
        """Take back what the caller did to itself: a lost role, a closed account."""
        table, values = (contacts, {"is_active": True}) if self._kind == "portal" else (users, self._as_user())
        async with self._resources.engine.begin() as connection:
            await connection.execute(update(table).where(table.c.id == self._person_id).values(values))

    def _as_user(self) -> dict[str, object]:
        return {"is_active": True, "role": self._role}

    async def _issue(self) -> str:
        if self._kind == "portal":
            return await people.create_portal_token(self._resources, self._person_id)
        if self._kind == "api_key":
            return await self._create_key()
        return await people.create_access_token(self._resources, self._person_id)

    async def _create_key(self) -> str:
        key = API_KEY_MARK + secrets.token_urlsafe(32)
        row = {"id": new_id(), "user_id": self._person_id, "name": "Monitor", "prefix": key[:8], "scopes": list(SCOPES)}
        async with self._resources.engine.begin() as connection:
            await connection.execute(
                insert(api_keys).values(key_hash=fingerprint(key), created_at=self._resources.clock.now(), **row)
            )
        return key


async def invite(resources: Resources, base_url: str, kind: str) -> Caller:
    """Fill the desk served there with something to find, and return the caller, to whom some of it is addressed."""
    client = await create_client(resources)
    recipient = client.contact_id
    if kind == "guest":
        user_id = await create_guest(resources, recipient)
    else:
        user_id = await people.create_user(resources, role=kind if kind in STAFF else "agent")
    await people.create_team(resources, "Compliance", user_id)
    admin_id = await people.create_user(resources, role="admin")
    admin = await people.create_access_token(resources, admin_id)
    async with _signed_in(base_url, admin) as desk:
        await _raise_quotas(desk)
        await create_category(desk, "12 CFR 1026.36(g)")
        await put_item(desk)
        await create_ticket(desk, send="now", requested_actions=[{"text": "Add your NMLS id to the profile."}])
        await create_ticket(desk, send="later")
        await create_support_ticket(desk, client)
    await _ask_two(resources, base_url, admin_id, recipient)
    return Caller(resources, kind, recipient if kind == "portal" else user_id)


async def _ask_two(resources: Resources, base_url: str, admin_id: UUID, recipient: UUID) -> None:
    """Send a task to the recipient and one more, who gives a question away."""
    other = await create_contact(resources, "Cy Moe", "cy@moe.example")
    task = await create_task(resources, admin_id, {recipient: None, other: None})
    async with _signed_in(base_url, await people.create_portal_token(resources, other)) as portal:
        given = {"question_ids": [str(task.questions[0].id)], "contact_id": str(recipient)}
        _expect(await portal.post(f"/api/v1/portal/tickets/{task.id}/delegations", json=given))


def _signed_in(base_url: str, credential: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=base_url, headers={"Authorization": f"Bearer {credential}"})


async def _raise_quotas(admin: httpx.AsyncClient) -> None:
    """Allow as many requests as an admin can, for one address sends them all."""
    quota = {"per_client": 1_000_000, "per_credential": 1_000_000}
    _expect(await admin.patch("/api/v1/settings/limits", json={"quotas": dict.fromkeys(Limited, quota)}))


def _expect(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text  # noqa: S101 - a round without it would reach less than it tells
