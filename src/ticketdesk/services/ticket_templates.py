"""Templates of support tickets."""

from collections.abc import Collection, Mapping
from typing import Any

from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ticket_templates import TicketTemplate
from ticketdesk.services import support_contents
from ticketdesk.services.catalogue import Catalogue


class TicketTemplates(Catalogue[TicketTemplate]):
    """A template names what a support ticket has to name."""

    async def check(self, uow: UnitOfWork, values: Mapping[str, Any], changed: Collection[str]) -> None:
        """Raise ``InvalidInput`` for a category and product that no support ticket could have."""
        if {"category_id", "product_id"} & set(changed):
            await support_contents.route(uow, values["category_id"], values["product_id"])


ticket_templates = TicketTemplates("Ticket template", lambda uow: uow.ticket_templates)
