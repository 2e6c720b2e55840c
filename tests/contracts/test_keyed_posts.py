"""Every POST of the contract gives a stored answer again, and does so before it looks at anything else."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import insert
from tests.application import START, ClientFor, SignedInClient
from tests.contract import CONTRACT
from tests.factories.contacts import create_contact

from ticketdesk.api.idempotency import HEADER
from ticketdesk.bootstrap import Resources
from ticketdesk.models.outbox import idempotency_keys
from ticketdesk.repositories.base import new_id

ANSWER = b'{"stored":true}'
FILE = b"As I saw it."
# What looks at a password before the transaction in which keys are claimed is opened, since hashing takes long.
# tests/api/v1/test_session_replays.py, test_invites.py and test_password_resets.py: these give answers again, too.
CHECKED_FIRST = {"create_session", "redeem_invite", "redeem_password_reset"}


def posts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the path of every POST, with some id for each parameter, and its operation."""
    for path, item in CONTRACT["paths"].items():
        if "post" in item and item["post"]["operationId"] not in CHECKED_FIRST:
            yield "/".join(str(new_id()) if part[:1] == "{" else part for part in path.split("/")), item["post"]


@pytest.fixture
async def clients(client_for: ClientFor, resources: Resources, anonymous: SignedInClient) -> dict[str, SignedInClient]:
    """By permission; what is not here is an admin's."""
    return {"portal": await client_for.portal(await create_contact(resources)), "": anonymous}


def is_upload(operation: dict[str, Any]) -> bool:
    """Tell whether a file comes with it that is never held whole, and is compared by its digest."""
    return str(operation["operationId"]).endswith("_attachment")


def requests(operation: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return two different requests."""
    if is_upload(operation):
        return {"files": {"file": ("a.txt", FILE)}}, {"files": {"file": ("a.txt", FILE + b"!")}}
    return {"json": {}}, {"json": {"other": 1}}


async def store(resources: Resources, client: SignedInClient, operation: dict[str, Any], path: str) -> str:
    """Store an answer to the first of ``requests``, as an earlier one would have left it, and return its key."""
    said = b'{"fields": {}, "file": {"name": "a.txt", "sha256": "%b"}}' % sha256(FILE).hexdigest().encode()
    content, key = f"POST {path}?\n".encode() + (said if is_upload(operation) else b"{}"), str(new_id())
    kind = {"portal": "contact"}.get(operation.get("x-permission", ""), "user")
    caller, body = f"{kind}:{getattr(client, 'person_id', None)}", ANSWER
    if operation["security"] == []:
        caller = f"public:{resources.signer.digest(b'caller' + bytes([10])).hex()}"
        body = resources.sealer.seal(ANSWER, content)
    row = {"caller": caller, "key": key, "fingerprint": resources.signer.digest(content), "created_at": START}
    row |= {"status": 200, "headers": {"etag": '"7"'}, "body": body}
    async with resources.engine.begin() as connection:
        await connection.execute(insert(idempotency_keys).values(row))
    return key


async def test_every_post_gives_a_stored_answer_again(
    client_for: ClientFor, clients: dict[str, SignedInClient], resources: Resources
) -> None:
    admin = await client_for("admin")
    for path, operation in posts():
        client = clients.get(operation.get("x-permission", ""), admin)
        key = await store(resources, client, operation, path)
        same, different = requests(operation)
        # What is stored here is no answer that this operation would give.
        client.event_hooks = {}
        answer = await client.post(path, **same, headers={HEADER: key})
        assert (answer.status_code, answer.content) == (200, ANSWER), f"{path}: {answer.text}"
        assert (answer.headers["idempotent-replayed"], answer.headers["etag"]) == ("true", '"7"'), path
        other = await client.post(path, **different, headers={HEADER: key})
        assert other.status_code == 422, path
        assert other.json()["errors"][0]["code"] == "key_reused", path
