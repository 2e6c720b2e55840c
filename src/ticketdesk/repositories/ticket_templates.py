"""Templates of support tickets."""

from collections.abc import Sequence

from sqlalchemy import select

from ticketdesk.models.catalogue import ticket_templates as templates
from ticketdesk.repositories.catalogue import CatalogueRepository
from ticketdesk.schemas.ticket_templates import TicketTemplate


class TicketTemplatesRepository(CatalogueRepository[TicketTemplate]):
    """What tickets are made from."""

    table = templates
    shape = TicketTemplate

    async def for_sign_up(self) -> Sequence[TicketTemplate]:
        """Return the active templates that every sign-up uses, in the order of their positions."""
        wanted = select(templates).where(templates.c.is_for_sign_up, templates.c.is_active)
        rows = await self._all(wanted.order_by(templates.c.position, templates.c.id))
        return [TicketTemplate.model_validate(row) for row in rows]
