"""What a support ticket refers to."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from ticketdesk.models.catalogue import categories, products
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Statement


@dataclass(frozen=True, slots=True)
class Routing:
    """What a category and a product say of a ticket; ``None`` where there is no such one."""

    is_category_active: bool | None
    is_product_active: bool | None
    requires_check: bool


_c, _p = categories.c, products.c
_IS_THE_CATEGORY = _c.id == bindparam("category_id", type_=Uuid)
_ROUTING = Statement(
    select(
        select(_c.is_active).where(_IS_THE_CATEGORY).scalar_subquery().label("is_category_active"),
        select(_c.requires_check).where(_IS_THE_CATEGORY).scalar_subquery().label("requires_check"),
        select(_p.is_active)
        .where(_p.id == bindparam("product_id", type_=Uuid))
        .scalar_subquery()
        .label("is_product_active"),
    )
)


class SupportContentRepository(Repository):
    """Reads of the catalogue, in one statement for a ticket."""

    async def routing(self, category_id: UUID | None, product_id: UUID | None) -> Routing:
        """Return what these two say of a ticket, either of which may be left out."""
        row = await self._only(_ROUTING, category_id=category_id, product_id=product_id)
        return Routing(row["is_category_active"], row["is_product_active"], bool(row["requires_check"]))
