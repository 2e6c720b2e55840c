"""Records altered behind the product's back, as the database's owner could: ``ticketdesk verify`` names the entry."""

import asyncio
import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.tickets import create_ticket

from chaos.desks import open_desk
from chaos.figures import Figure, Figures, Scale
from chaos.processes import PATIENCE_SECONDS, output_of
from chaos.tamperings import ALTERED, ENTRIES, FORGED, MOVED, REMOVED, TAMPERINGS, Tampering
from ticketdesk.bootstrap import Resources
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import SYSTEM, ActorKind
from ticketdesk.services import activities

_NAMED = re.compile(r"^Ticket (\d+): entry (\d+) is broken", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Victim:
    """A ticket by number, what was done to its record, and the entry that has to be named."""

    number: int
    tampering: Tampering


async def create_record(resources: Resources, staff: httpx.AsyncClient) -> dict[str, Any]:
    """Create a ticket, write its record on to ``ENTRIES`` entries, and return the ticket."""
    ticket = await create_ticket(staff)
    async with resources.unit_of_work() as uow:
        [before] = await uow.tickets.lock_all([UUID(ticket["id"])], SYSTEM)
        after = before
        for number in range(2, ENTRIES + 1):
            actor = replace(SYSTEM, kind=ActorKind.CONTACT, id=before.id, name=f"Anna {number}")
            after = await activities.record(uow, after, actor, ActivityKind.VIEWED, address=f"a{number}@b.example")
        await uow.tickets.save(before, after)
    return ticket


async def tamper(engine: AsyncEngine, tampering: Tampering, ticket: str, other: str) -> None:
    """Alter the record of ``ticket`` as the database's owner, who can turn the triggers off that refuse it."""
    async with engine.begin() as connection:
        for table in ("activities", "tickets"):
            await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in tampering.statements:
            names = [name for name in ("ticket", "other") if f":{name}" in statement]
            await connection.execute(
                text(statement), {name: {"ticket": ticket, "other": other}[name] for name in names}
            )


async def run(scale: Scale) -> Figures:  # noqa: ARG001 - takes seconds at any scale
    """Alter one record in each way, let the command look at all, and compare what it names."""
    async with open_desk() as desk:
        async with desk.client() as staff:
            victims, sound = await tamper_with_each(desk.resources, staff)
        async with asyncio.timeout(PATIENCE_SECONDS):
            status, said = await output_of("verify", env=desk.environment)
    return Figures(
        f"{len(victims)} records altered in as many ways with the triggers turned off, one left alone, and one "
        "`ticketdesk verify` over all of them.",
        judge(victims, sound, status, said),
    )


async def tamper_with_each(resources: Resources, staff: httpx.AsyncClient) -> tuple[list[Victim], int]:
    """Return what was done to whom, and the number of the ticket that nothing was done to."""
    victims = []
    sound = await create_record(resources, staff)
    for tampering in TAMPERINGS:
        ticket = await create_record(resources, staff)
        other = await create_record(resources, staff) if tampering in MOVED else sound
        await tamper(resources.engine, tampering, ticket["id"], other["id"])
        victims.append(Victim(ticket["number"], tampering))
    return victims, sound["number"]


def judge(victims: list[Victim], sound: int, status: int, said: str) -> tuple[Figure, ...]:
    """Compare what the command said, and its exit status, with what was done."""
    named = {int(number): int(entry) for number, entry in _NAMED.findall(said)}
    return (
        _named("fields altered, entry named", ALTERED, victims, named),
        _named("entries deleted, entry named", REMOVED, victims, named),
        _named("entries moved, entry named", MOVED, victims, named),
        _named("entries forged, entry named", FORGED, victims, named),
        Figure("sound records blamed", "0", str(int(sound in named)), passed=sound not in named),
        Figure("exit status", "1", str(status), passed=status == 1),
    )


def _named(what: str, kind: tuple[Tampering, ...], victims: list[Victim], named: dict[int, int]) -> Figure:
    missed = [
        f"{victim.tampering.what}: {named.get(victim.number, 'nothing')} named"
        for victim in victims
        if victim.tampering in kind and named.get(victim.number) != victim.tampering.entry
    ]
    measured = "; ".join([f"{len(kind) - len(missed)} of {len(kind)}", *missed])
    return Figure(what, f"{len(kind)} of {len(kind)}", measured, passed=not missed)
