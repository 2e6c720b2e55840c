"""What monitors report, and what a ticket takes from it."""

from uuid import UUID

from ticketdesk.domain import monitored_items as rules
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import FieldError, InvalidInput, NotFound
from ticketdesk.domain.monitored_items import CategoryFacts, ItemFacts
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.monitored_items import (
    MonitoredItem,
    MonitoredItemQuery,
    MonitoredItemReport,
    MonitoredItemSnapshot,
    Prefill,
    PrefillAction,
    PrefillCategory,
    PrefillRecipient,
)
from ticketdesk.schemas.violation_categories import ViolationCategory
from ticketdesk.services import contacts


async def get(uow: UnitOfWork, item_id: UUID) -> MonitoredItem:
    """Return the item; raises ``NotFound``."""
    item = await uow.monitored_items.find(item_id)
    if item is None:
        raise NotFound("Monitored item")
    return item


async def search(uow: UnitOfWork, query: MonitoredItemQuery, request: PageRequest) -> Page[MonitoredItem]:
    """Return a page of items."""
    return await uow.monitored_items.search(query, request)


async def put(uow: UnitOfWork, actor: Actor, report: MonitoredItemReport) -> tuple[MonitoredItem, bool]:
    """Return the item after ``report``, and whether it was new; its person is found or created on the way.

    Raises ``InvalidInput``: ``unknown_reference``, ``contact_ambiguous``, ``contact_unidentified``.
    """
    contact_id = await _contact_of(uow, actor, report)
    item_id, is_new = await uow.monitored_items.put(report, contact_id, uow.now())
    return await get(uow, item_id), is_new


async def snapshot(uow: UnitOfWork, item_id: UUID) -> MonitoredItemSnapshot:
    """Return what a new ticket keeps of the item it names; raises ``InvalidInput`` for one that is not there."""
    item = await uow.monitored_items.find(item_id)
    if item is None:
        raise InvalidInput.at("/monitored_item_id", "unknown_reference", "No such monitored item.")
    return MonitoredItemSnapshot.model_construct(
        **{name: getattr(item, name) for name in MonitoredItemSnapshot.model_fields}
    )


async def prefill(uow: UnitOfWork, item_id: UUID) -> Prefill:
    """Return what the form of a corrective ticket about the item shows; saves nothing. Raises ``NotFound``."""
    item = await get(uow, item_id)
    categories = {category.id: category for category in await uow.violation_categories.active()}
    usable = [CategoryFacts(category.id, category.regulation) for category in categories.values()]
    filled = rules.prefill(_facts(item), usable)
    return Prefill(
        title=filled.title,
        contact_id=item.contact.id if item.contact else None,
        recipient=_recipient(item),
        requested_actions=[PrefillAction(text=a.text, note=a.note, source=a.source) for a in filled.requested_actions],
        violation_category_ids=list(filled.violation_category_ids),
        violation_categories=[_category(categories[category_id]) for category_id in filled.violation_category_ids],
        monitored_item_id=item.id,
    )


def _recipient(item: MonitoredItem) -> PrefillRecipient | None:
    if item.contact is None or item.contact.email is None:
        return None
    return PrefillRecipient(name=item.contact.name, email=item.contact.email)


def _category(category: ViolationCategory) -> PrefillCategory:
    return PrefillCategory(id=category.id, name=category.name, regulation=category.regulation)


def _facts(item: MonitoredItem) -> ItemFacts:
    alerts = tuple(rules.Alert(alert.code, alert.text, alert.regulation) for alert in item.alerts)
    return ItemFacts(rules.ItemKind(item.kind), item.platform, item.contact.name if item.contact else None, alerts)


async def _contact_of(uow: UnitOfWork, actor: Actor, report: MonitoredItemReport) -> UUID | None:
    person = report.contact
    if report.contact_id is not None:
        if person is not None:
            raise InvalidInput.at("/contact", "contact_ambiguous", "Give contact_id or contact, not both.")
        return (await contacts.require(uow, actor, report.contact_id)).id
    if person is None:
        return None
    if person.email is None and person.external_id is None:
        detail = "A person is recognised by email or external_id; give one of them."
        raise InvalidInput(FieldError("/contact", "contact_unidentified", detail))
    return (await contacts.identify(uow, actor, person.name, person.email, person.external_id)).id
