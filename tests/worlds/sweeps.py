"""Every operation of the contract, called by somebody on every object, with nothing kept of what it changed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields

import httpx
from tests.contract import CONTRACT
from tests.contracts.compatibility import METHODS
from tests.contracts.permission_objects import OBJECTS, OUTSIDE
from tests.contracts.permissions import ROWS, Row
from tests.worlds.bodies import UPLOADS
from tests.worlds.credentials import Caller
from tests.worlds.world import World

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services.subscriptions import SUBSCRIBERS

ALLOWED = "allowed"
# What an operation that was allowed may say of the state its object is in.
CONFLICT = 409


class Undone(Exception):
    """Ends a transaction in which all went well."""


class Rehearsal(Resources):
    """Resources whose transactions are undone at their end, so that every call finds the same desk."""

    @classmethod
    def of(cls, resources: Resources) -> "Rehearsal":
        """Return ``resources`` with nothing else changed."""
        return cls(**{field.name: getattr(resources, field.name) for field in fields(resources)})

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """Open one transaction, which is rolled back in any case."""
        with suppress(Undone):
            async with self.pool.unit() as connection:
                yield UnitOfWork(connection, self.clock, SUBSCRIBERS)
                raise Undone


@dataclass(frozen=True)
class Operation:
    """An operation of the contract with its row of the table."""

    name: str
    method: str
    path: str
    row: Row


@dataclass(frozen=True)
class Answer:
    """What ``caller`` was told about an object that is to them what ``relation`` says."""

    caller: Caller
    operation: Operation
    relation: str
    response: httpx.Response

    def __str__(self) -> str:
        return f"{self.caller.name}: {self.operation.name} {self.relation}".strip()

    @property
    def outcome(self) -> str:
        """Return ``allowed`` or the status of the refusal."""
        status = self.response.status_code
        return ALLOWED if self.response.is_success or status == CONFLICT else str(status)

    @property
    def content(self) -> bytes:
        """Return everything that left: the body and the headers."""
        return self.response.content + b"\n" + b"\n".join(b": ".join(pair) for pair in self.response.headers.raw)


def operations() -> list[Operation]:
    """Return every operation of the contract that the table has a row for; that all have one is a test of its own."""
    paths = CONTRACT["paths"]
    named = [
        (item[method]["operationId"], method, path)
        for path, item in paths.items()
        for method in METHODS
        if method in item
    ]
    return [Operation(name, method.upper(), path, ROWS[name]) for name, method, path in named if name in ROWS]


def expected(caller: Caller, row: Row, relation: str) -> str:
    """Return what the table says of one cell."""
    if row.permission is None:
        return ALLOWED
    if caller.who is None:
        return "401"
    if caller.who not in row.callers or not all(caller.permits(needed) for needed in (row.permission, *row.also)):
        return "404" if caller.who in OUTSIDE else "403"
    sight = OBJECTS[row.about][relation]
    return ALLOWED if caller.who in sight.seen_by and caller.permits(sight.scope) else sight.refusal


def relations(caller: Caller, row: Row) -> Iterator[str]:
    """Return the objects to try: all, or one where the credential alone decides."""
    every = list(OBJECTS[row.about])
    is_refused = caller.scopes is not None and expected(caller, row, every[0]) in {"403", "404"}
    is_decided = row.permission is None or caller.who is None or is_refused
    yield from every[:1] if is_decided else every


async def sweep(world: World, client: httpx.AsyncClient, callers: list[Caller]) -> AsyncIterator[Answer]:
    """Call every operation as each of ``callers`` on every object."""
    every = operations()
    for caller in callers:
        headers = {} if caller.credential is None else {"Authorization": f"Bearer {caller.credential}"}
        for operation in every:
            if caller.tries not in {None, operation.row.permission}:
                continue
            for relation in relations(caller, operation.row):
                url = operation.path.format(**world.path(operation.row.about, relation, caller.who))
                response = await client.request(
                    operation.method,
                    url,
                    headers=headers,
                    json=world.bodies.get(operation.name),
                    files=UPLOADS.get(operation.name),
                )
                yield Answer(caller, operation, relation, response)
