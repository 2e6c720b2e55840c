"""Which accounts have signed up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from ticketdesk.models.catalogue import account_sign_ups as sign_ups
from ticketdesk.repositories.base import Repository


class SignUpRepository(Repository):
    """An account signs up once."""

    async def add(self, account_id: UUID, contact_id: UUID, by: UUID | None, now: datetime) -> bool:
        """Note a sign-up; false when there is one. Waits for another transaction that is noting it."""
        row = {"account_id": account_id, "contact_id": contact_id, "created_by_id": by, "signed_up_at": now}
        return bool(await self._execute(insert(sign_ups).values(row).on_conflict_do_nothing()))
