"""Categories: what support tickets are routed by."""

from collections.abc import Collection, Mapping
from typing import Any

from ticketdesk.domain.categories import require_one_route
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.categories import Category
from ticketdesk.services import teams, users
from ticketdesk.services.catalogue import Catalogue


class Categories(Catalogue[Category]):
    """A category leads to people who are there when it is written; whoever leaves later is passed over."""

    async def check(self, uow: UnitOfWork, values: Mapping[str, Any], changed: Collection[str]) -> None:
        """Raise ``InvalidInput`` for a route that does not fit the mode, and for what names nobody who can work."""
        require_one_route(values["assignment_mode"], values["routed_user_id"], values["routed_team_id"])
        for name in ("team_id", "routed_team_id"):
            if name in changed:
                await teams.require(uow, values[name], f"/{name}")
        if "routed_user_id" in changed:
            await users.require_active_staff(uow, values["routed_user_id"], "/routed_user_id")


categories = Categories("Category", lambda uow: uow.categories)
