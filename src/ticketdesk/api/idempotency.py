"""``Idempotency-Key`` on POST: the answer is stored in the transaction of the change (spec: api.md, retry).

``begin`` runs once the caller is known; ``IdempotentRoute`` stores what the route answered, or sends what an earlier
request with the same key got.
"""

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from fastapi import Request, Response
from pydantic import BaseModel

from ticketdesk.api.routing import Handler, StrictRoute
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.repositories.idempotency import StoredAnswer
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import idempotency

if TYPE_CHECKING:
    from ticketdesk.domain.ports import TokenSigner

HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 255
KEPT_HEADERS = ("location", "etag", "content-type", "link")


class Replayed(Exception):
    """An earlier request with this key has been answered; holds that answer."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__(HEADER)
        self.answer = answer


async def begin(request: Request, uow: UnitOfWork, caller: str) -> None:
    """Claim the request's key for ``caller``; raises ``Replayed`` when it has an answer already."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise InvalidInput.at(HEADER, "invalid_key", f"1 to {MAX_KEY_LENGTH} printable ASCII characters.")
    fingerprint = await _fingerprint(request)
    answer = await idempotency.claim(uow, caller, key, fingerprint)
    if answer is not None:
        raise Replayed(answer)
    request.state.idempotency = (uow, caller, key)


async def _fingerprint(request: Request) -> bytes:
    body = await request.body()
    # The same JSON in another spelling is the same request; what is no JSON is compared as it came.
    with suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    # Keyed, because a body may hold a password: what is stored must not serve to guess it.
    signer: TokenSigner = request.app.state.resources.signer
    return signer.digest(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body)


def keep_instead(request: Request, answer: BaseModel) -> None:
    """Store ``answer`` in place of what is sent, which holds a secret that must not stay anywhere."""
    request.state.answer_to_keep = answer.model_dump_json().encode()


async def _remember(request: Request, response: Response) -> None:
    claimed = getattr(request.state, "idempotency", None)
    if claimed is None:
        return
    uow, caller, key = claimed
    headers = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    body = getattr(request.state, "answer_to_keep", None) or bytes(response.body)
    answer = StoredAnswer(response.status_code, headers, body)
    await idempotency.remember(uow, caller, key, answer)


def _replay(answer: StoredAnswer) -> Response:
    return Response(answer.body, answer.status, headers={**answer.headers, "Idempotent-Replayed": "true"})


class IdempotentRoute(StrictRoute):
    """A route whose answer to a keyed POST is stored before its transaction commits."""

    def get_route_handler(self) -> Handler:
        """Return what answers a request, or gives again what an earlier one with its key got."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except Replayed as replayed:
                return _replay(replayed.answer)

        return answer

    async def finish(self, request: Request, response: Response) -> None:
        """Store the answer in the transaction of the change."""
        await _remember(request, response)
