"""The links in mails: a recipient's opens one ticket without a password, staff's leads where they sign in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from ticketdesk.domain.ports import TokenClaims, TokenPurpose, TokenSigner
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.deliveries import DeliveryRecord
from ticketdesk.repositories.mail_contents import NewLink
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.settings import MailSettings


@dataclass(frozen=True, slots=True)
class Links:
    """What the links of one mail are made from. ``portal`` is the portal's address; ``link_id`` the row of its tokens.

    A mail to staff has no such row, and no link at all unless the settings say where their front end is.
    """

    signer: TokenSigner
    portal: str
    wanted: MailSettings
    link_id: UUID | None

    def to(self, ticket_id: UUID, message: DeliveryRecord, now: datetime) -> str:
        """Return the address at which the reader of ``message`` finds the ticket, empty where there is none."""
        if message.contact_id is None or self.link_id is None:
            return f"{self.wanted.staff_url.rstrip('/')}/{ticket_id}" if self.wanted.staff_url else ""
        expires_at = _expiry(message, self.wanted)
        claims = TokenClaims(TokenPurpose.LINK, self.link_id, message.contact_id, now, expires_at, ticket_id)
        return f"{self.portal}#/t/{self.signer.issue(claims)}"

    def without_secrets(self, text: str) -> str:
        """Cut the token out of each link: the row proves what was said and opens nothing."""
        return _tokens((self.portal, self.wanted.staff_url)).sub(r"\1…", text)


@lru_cache(8)
def _tokens(places: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds a token in a link to one of ``places``, in all mails the same ones."""
    either = "|".join(re.escape(place) for place in places if place)
    return re.compile(f"((?:{either})#/[a-z]/)" + r"\S+")


async def keep(uow: UnitOfWork, messages: Sequence[DeliveryRecord], wanted: MailSettings) -> Mapping[UUID, UUID]:
    """Return the link row of each message to a contact, made at the first attempt and kept for all others."""
    now = uow.now()
    links: dict[UUID, UUID] = {}
    added = []
    for message in messages:
        if message.contact_id is None:
            continue
        links[message.id] = message.link_id or new_id()
        if message.link_id is None:
            added.append(NewLink(links[message.id], message.contact_id, now, _expiry(message, wanted)))
    if added:
        await uow.mail_contents.add_links(added)
    return links


def _expiry(message: DeliveryRecord, wanted: MailSettings) -> datetime:
    return message.created_at + timedelta(days=wanted.link_valid_days)
