"""What became of mails."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, select, update

from ticketdesk.domain.messages import MessageState
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.deliveries import DeliveryRecord
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.statements import Statement

_m = messages.c
_FINISH = Statement(
    update(messages)
    .where(one_of_named(_m.id, "ids"))
    .values(state=MessageState.SENT.value, finished_at=bindparam("now"), lease_token=None, leased_until=None)
)
_REACHING = (MessageState.QUEUED, MessageState.SENDING, MessageState.SENT)


class ReceiptRepository(Repository):
    """The messages are locked by the caller."""

    async def finish(self, message_ids: Sequence[UUID], now: datetime) -> None:
        """Note that accepted messages are recorded, and give their leases back."""
        await self._execute(_FINISH, ids=list(message_ids), now=now)

    async def reaches_elsewhere(self, message: DeliveryRecord, ticket_id: UUID) -> bool:
        """Tell whether another address of the ticket got this mail or still may: one made at the same moment."""
        listed = message_tickets.c
        others = (
            select(_m.id)
            .join(message_tickets, listed.message_id == _m.id)
            .where(listed.ticket_id == ticket_id, _m.id != message.id, _m.purpose == message.purpose)
            .where(_m.created_at == message.created_at, _m.state.in_(_REACHING))
        )
        return bool(await self._scalar(select(exists(others))))
