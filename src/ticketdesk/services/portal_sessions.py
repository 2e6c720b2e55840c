"""Sessions of contacts without an account, who come through a link in a mail."""

from ticketdesk.domain.credentials import PORTAL_SESSION_LIFETIME
from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.domain.ports import TokenClaims, TokenPurpose, TokenSigner
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.sessions import LinkExchange, PortalContact, PortalSession
from ticketdesk.services import settings


async def exchange(uow: UnitOfWork, signer: TokenSigner, data: LinkExchange) -> PortalSession:
    """Start a session of 60 minutes for the contact of a link, as often as they follow it.

    Raises ``NotAuthenticated`` for a link that is forged, expired or revoked, or whose contact is no longer active.
    """
    now = uow.now()
    link = signer.verify(data.token, {TokenPurpose.LINK}, now)
    contact = await uow.portal_links.find_contact(link.token_id, link.subject, now)
    if contact is None or link.ticket_id is None:
        raise NotAuthenticated("The link does not hold.")
    expires_at = now + PORTAL_SESSION_LIFETIME
    session_id = await uow.sessions.add(expires_at, now, contact_id=contact.id, link_id=link.token_id)
    return PortalSession(
        access_token=signer.issue(TokenClaims(TokenPurpose.PORTAL, session_id, contact.id, now, expires_at)),
        token_type="Bearer",  # noqa: S106 - the scheme's name (RFC 6750), no secret
        expires_at=expires_at,
        ticket_id=link.ticket_id,
        contact=PortalContact(id=contact.id, name=contact.name),
        desk_name=(await settings.get_branding(uow)).desk_name,
    )
