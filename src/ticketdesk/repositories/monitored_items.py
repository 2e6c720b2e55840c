"""Monitored items, one per source and external id."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Select, and_, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.monitored_items import ItemKind
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.contacts import contact_addresses, contacts
from ticketdesk.models.monitored_items import monitored_items as items
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.monitored_items import (
    Alert,
    MonitoredItem,
    MonitoredItemContact,
    MonitoredItemQuery,
    MonitoredItemReport,
)

_PRIMARY = and_(contact_addresses.c.contact_id == contacts.c.id, contact_addresses.c.position == 0)
_ITEMS = select(
    items,
    contacts.c.name.label("contact_name"),
    contact_addresses.c.address.label("contact_email"),
).select_from(items.outerjoin(contacts, contacts.c.id == items.c.contact_id).outerjoin(contact_addresses, _PRIMARY))
FILTERS = ("contact_id", "kind", "platform", "source", "external_id")


class MonitoredItemsRepository(Repository):
    """The unique key of source and external id decides between two reports at once: the later one stands."""

    async def find(self, item_id: UUID) -> MonitoredItem | None:
        """Return the item."""
        row = await self._one(_ITEMS.where(items.c.id == item_id))
        return _item(row) if row else None

    async def search(self, query: MonitoredItemQuery, request: PageRequest) -> Page[MonitoredItem]:
        """Return a page of the items that match."""
        statement = _narrowed(_ITEMS, query)
        rows = await self._all(one_page(statement, items.c.created_at, items.c.id, request))
        return collect(rows, request, _item)

    async def put(self, report: MonitoredItemReport, contact_id: UUID | None, now: datetime) -> tuple[UUID, bool]:
        """Write what was reported and return the item's id and whether it is new; ``None`` keeps a known contact."""
        values: dict[str, Any] = report.model_dump(exclude={"contact", "contact_id", "alerts", "captured_at"})
        values |= {"captured_at": report.captured_at, "updated_at": now}
        values["alerts"] = [alert.model_dump() for alert in report.alerts]
        if contact_id is not None:
            values["contact_id"] = contact_id
        statement = insert(items).values(values | {"id": new_id(), "created_at": now})
        # A row that this statement inserted has not been locked or updated by any transaction.
        is_new = literal_column("(xmax = 0)", Boolean).label("is_new")
        upsert = statement.on_conflict_do_update(index_elements=[items.c.source, items.c.external_id], set_=values)
        row = await self._only(upsert.returning(items.c.id, is_new))
        return row["id"], row["is_new"]


def _narrowed(statement: Select[Any], query: MonitoredItemQuery) -> Select[Any]:
    wanted = {name: getattr(query, name) for name in FILTERS}
    return statement.where(*(items.c[name].in_(values) for name, values in wanted.items() if values))


def _item(row: Row) -> MonitoredItem:
    fields = dict(row)
    name, email = fields.pop("contact_name"), fields.pop("contact_email")
    contact_id = fields.pop("contact_id")
    contact = MonitoredItemContact.model_construct(id=contact_id, name=name, email=email) if contact_id else None
    alerts = [Alert.model_construct(**alert) for alert in fields.pop("alerts")]
    kind = ItemKind(fields.pop("kind"))
    return MonitoredItem.model_construct(**fields, kind=kind, contact=contact, alerts=alerts)
