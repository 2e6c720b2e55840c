"""``Idempotency-Key`` on POST: the answer is stored in the transaction of the change (spec: api.md, retry).

``begin`` runs once the caller is known; ``IdempotentRoute`` stores what the route answered, or sends what an earlier
request with the same key got. Refusals are not stored: the request is judged anew.

What answers a request without a bearer credential holds new tokens, and would be worth as much as a password to whoever
reads the database. It is stored sealed under a key made of ours and of the request itself, which says the password, the
refresh token or the link: only who sends those again can have it, and a copy of the database gives nothing, not even
together with our key. So is nothing lost when such an answer is: the client sends the same request again.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi import Request, Response
from pydantic import BaseModel

from ticketdesk.api.etags import ConditionalRoute
from ticketdesk.api.routing import Handler
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.repositories.idempotency import StoredAnswer
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import idempotency

if TYPE_CHECKING:
    from ticketdesk.bootstrap import Resources

HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 255
KEPT_HEADERS = ("location", "etag", "content-type", "link")
_BOUNDARY = re.compile(r'boundary="?([^";,]+)')


class Replayed(Exception):
    """An earlier request with this key has been answered; holds that answer."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__(HEADER)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Claim:
    """A key that this request holds; ``content`` is what its answer is sealed with, ``None`` for one kept as it is."""

    uow: UnitOfWork
    caller: str
    key: str
    content: bytes | None


def key_of(request: Request) -> str | None:
    """Return the key of a POST; what other methods do is not done again anyway, and theirs counts for nothing."""
    return request.headers.get(HEADER) if request.method == "POST" else None


async def begin(request: Request, uow: UnitOfWork, caller: str, *, is_secret: bool = False) -> None:
    """Claim the request's key for ``caller``; raises ``Replayed`` when it has an answer already.

    ``is_secret`` seals the answer; the request must hold a secret of the caller's then.
    """
    key = key_of(request)
    if key is None:
        return
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise InvalidInput.at(HEADER, "invalid_key", f"1 to {MAX_KEY_LENGTH} printable ASCII characters.")
    resources: Resources = request.app.state.resources
    content = await _content(request)
    # Keyed, because a body may hold a password: what is stored must not serve to guess it.
    answer = await idempotency.claim(uow, caller, key, resources.signer.digest(content))
    if answer is not None:
        body = resources.sealer.unseal(answer.body, content) if is_secret else answer.body
        raise Replayed(replace(answer, body=body))
    request.state.idempotency = _Claim(uow, caller, key, content if is_secret else None)


async def _content(request: Request) -> bytes:
    """Return what makes one request the same as another."""
    # Of an upload, which is never held whole: names, fields and the digest of the file (``api/uploads.py``).
    body: bytes = getattr(request.state, "upload_content", None) or await request.body()
    # The same JSON in another spelling is the same request; what is no JSON is compared as it came …
    with suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    # … but for the line between the parts of a form, which clients draw anew each time (RFC 2046 section 5.1.1).
    boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
    if boundary:
        body = body.replace(boundary[1].encode("latin-1"), b"")
    # From the scope: to take its address apart costs more than to compare the request.
    scope = request.scope
    return b"%b?%b\n%b" % (f"{request.method} {scope['path']}".encode(), scope["query_string"], body)


def keep_instead(request: Request, answer: BaseModel) -> None:
    """Store ``answer`` in place of what is sent, which holds a secret that must not stay anywhere."""
    request.state.answer_to_keep = answer.model_dump_json().encode()


async def _remember(request: Request, response: Response) -> None:
    claim: _Claim | None = request.scope["state"].get("idempotency")
    if claim is None:
        return
    if response.status_code >= 400:
        await idempotency.release(claim.uow, claim.caller, claim.key)
        return
    resources: Resources = request.app.state.resources
    headers = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    body = getattr(request.state, "answer_to_keep", None) or bytes(response.body)
    if claim.content is not None:
        body = resources.sealer.seal(body, claim.content)
    answer = StoredAnswer(response.status_code, headers, body)
    await idempotency.remember(claim.uow, claim.caller, claim.key, answer)


def _replay(answer: StoredAnswer) -> Response:
    return Response(answer.body, answer.status, headers={**answer.headers, "Idempotent-Replayed": "true"})


class IdempotentRoute(ConditionalRoute):
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
