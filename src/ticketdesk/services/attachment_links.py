"""Addresses that give a file without a credential: for browsers, which send none when they follow a link.

A link is a signed token that names attachment and person, and holds for five minutes. Whether the person may still come
in and still sees the file is asked when it is used.
"""

from datetime import datetime
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attachments import LINK_VALID
from ticketdesk.domain.errors import NotAuthenticated, NotFound
from ticketdesk.domain.ports import TokenClaims, TokenPurpose, TokenSigner
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.attachments import Attachment
from ticketdesk.services import attachments, authentication


async def issue(uow: UnitOfWork, actor: Actor, signer: TokenSigner, attachment_id: UUID) -> tuple[str, datetime]:
    """Return a token for a file that ``actor`` may read, and when it expires; raises ``NotFound``."""
    found = await attachments.get(uow, actor, attachment_id)
    if actor.id is None:
        raise NotFound("Attachment")
    # Tokens hold whole seconds.
    now = uow.now().replace(microsecond=0)
    expires_at = now + LINK_VALID
    return signer.issue(TokenClaims(TokenPurpose.FILE, found.id, actor.id, now, expires_at)), expires_at


async def follow(uow: UnitOfWork, signer: TokenSigner, token: str) -> Attachment:
    """Return the file that ``token`` opens; raises ``NotFound`` for whatever is wrong with it, or is no more."""
    try:
        claims = signer.verify(token, {TokenPurpose.FILE}, uow.now())
        actor = await authentication.person(uow, claims.subject)
    except NotAuthenticated:
        raise NotFound("File") from None
    return await attachments.get(uow, actor, claims.token_id)
