"""Links in mails by which somebody gets into an account: made when the mail is composed, and kept nowhere.

Every attempt at a mail carries the same link, since all of its token comes from rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.credentials import ACCOUNT_TOKEN_LIFETIME
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.permissions import Role
from ticketdesk.domain.ports import TokenClaims, TokenPurpose, TokenSigner
from ticketdesk.domain.ticket_statuses import TicketKind
from ticketdesk.repositories.deliveries import DeliveryRecord
from ticketdesk.repositories.invites import InviteRecord
from ticketdesk.repositories.mail_contents import TicketText
from ticketdesk.repositories.password_resets import ResetRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class AccountLink:
    """The link of one mail: where in the portal it leads, what its token says, and until when it works.

    ``front_end`` stands for the portal where its reader has another one.
    """

    place: str
    claims: TokenClaims
    until: datetime
    front_end: str | None = None

    def address(self, signer: TokenSigner, portal: str) -> str:
        """Return the link; the token stands in the fragment, which no server and no referrer learns."""
        return f"{self.front_end or portal}#/{self.place}/{signer.issue(self.claims)}"

    def last_day(self, zone: ZoneInfo) -> date:
        """Return the day in ``zone`` on which the link stops working."""
        return self.until.astimezone(zone).date()


async def read(
    uow: UnitOfWork,
    messages: Sequence[DeliveryRecord],
    texts: Mapping[UUID, TicketText],
    staff_url: str | None = None,
) -> Mapping[UUID, AccountLink]:
    """Return the link of each message that carries one which still stands.

    An invitation carries the link of its invite, the mail that sends a task that of the invite of the reader's
    address, and a password reset its own: for staff into the front end at ``staff_url``, if there is one.
    """
    resets = await _of_resets(uow, messages, staff_url)
    return resets | await _of_invitations(uow, messages) | await _of_tasks(uow, messages, texts)


async def _of_resets(
    uow: UnitOfWork, messages: Sequence[DeliveryRecord], staff_url: str | None
) -> dict[UUID, AccountLink]:
    wanted = {UUID(one.facts["reset_id"]): one for one in messages if one.purpose is Purpose.PASSWORD_RESET}
    if not wanted:
        return {}
    standing = await uow.password_resets.standing(list(wanted), uow.now())
    return {wanted[reset.id].id: _reset_link(reset, staff_url) for reset in standing}


def _reset_link(reset: ResetRecord, staff_url: str | None) -> AccountLink:
    made_at = reset.created_at
    claims = TokenClaims(TokenPurpose.RESET, reset.id, reset.user_id, made_at, made_at + ACCOUNT_TOKEN_LIFETIME)
    return AccountLink("r", claims, reset.expires_at, None if reset.role == Role.GUEST else staff_url)


async def _of_invitations(uow: UnitOfWork, messages: Sequence[DeliveryRecord]) -> dict[UUID, AccountLink]:
    wanted = {UUID(one.facts["token_id"]): one for one in messages if one.purpose is Purpose.INVITATION}
    if not wanted:
        return {}
    standing = await uow.invites.standing(uow.now(), token_ids=list(wanted))
    return {wanted[invite.token_id].id: _invite_link(invite, wanted[invite.token_id]) for invite in standing}


async def _of_tasks(
    uow: UnitOfWork, messages: Sequence[DeliveryRecord], texts: Mapping[UUID, TicketText]
) -> dict[UUID, AccountLink]:
    sending = [one for one in messages if one.purpose is Purpose.ASSIGNMENT and _is_of_task(one, texts)]
    if not sending:
        return {}
    standing = await uow.invites.standing(uow.now(), address_keys=[normalise(one.address) for one in sending])
    invites = {(invite.contact_id, invite.address_key): invite for invite in standing}
    found = ((one, invites.get((one.contact_id, normalise(one.address)))) for one in sending if one.contact_id)
    return {one.id: _invite_link(invite, one) for one, invite in found if invite}


def _is_of_task(message: DeliveryRecord, texts: Mapping[UUID, TicketText]) -> bool:
    return any(texts[ticket_id].kind == TicketKind.TASK for ticket_id in message.listed)


def _invite_link(invite: InviteRecord, message: DeliveryRecord) -> AccountLink:
    made_at = message.created_at
    until = made_at + ACCOUNT_TOKEN_LIFETIME
    claims = TokenClaims(TokenPurpose.INVITE, invite.token_id, invite.contact_id, made_at, until)
    return AccountLink("i", claims, invite.expires_at)
