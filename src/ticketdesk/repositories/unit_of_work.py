"""One transaction with everything that may happen in it (spec: architecture.md, A request)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from ticketdesk.domain.events import Event
from ticketdesk.domain.ports import Clock
from ticketdesk.repositories.accounts import AccountsRepository
from ticketdesk.repositories.activities import ActivityRepository
from ticketdesk.repositories.api_keys import ApiKeyRepository
from ticketdesk.repositories.assignments import AssignmentRepository
from ticketdesk.repositories.attachments import AttachmentRepository
from ticketdesk.repositories.authentication import AuthenticationRepository
from ticketdesk.repositories.availability import AvailabilityRepository
from ticketdesk.repositories.calls import CallRepository
from ticketdesk.repositories.categories import CategoriesRepository
from ticketdesk.repositories.checks import CheckRepository
from ticketdesk.repositories.comments import CommentRepository
from ticketdesk.repositories.connections import Connection
from ticketdesk.repositories.contact_cards import ContactCardRepository
from ticketdesk.repositories.contact_imports import ContactImportsRepository
from ticketdesk.repositories.contacts import ContactsRepository
from ticketdesk.repositories.deliveries import DeliveryRepository
from ticketdesk.repositories.dispatch_views import DispatchViewRepository
from ticketdesk.repositories.dispatches import DispatchRepository
from ticketdesk.repositories.end_of_day import EndOfDayRepository
from ticketdesk.repositories.end_of_day_breaches import EndOfDayBreachRepository
from ticketdesk.repositories.handovers import HandoverRepository
from ticketdesk.repositories.health import HealthRepository
from ticketdesk.repositories.idempotency import IdempotencyRepository
from ticketdesk.repositories.job_slots import JobSlotsRepository
from ticketdesk.repositories.mail_contents import MailContentRepository
from ticketdesk.repositories.message_batches import MessageBatchRepository
from ticketdesk.repositories.messages import MessageRepository
from ticketdesk.repositories.monitored_items import MonitoredItemsRepository
from ticketdesk.repositories.notifications import NotificationsRepository
from ticketdesk.repositories.outbox import OutboxRepository
from ticketdesk.repositories.portal import PortalRepository
from ticketdesk.repositories.portal_catalogue import PortalCatalogueRepository
from ticketdesk.repositories.portal_links import PortalLinkRepository
from ticketdesk.repositories.products import ProductsRepository
from ticketdesk.repositories.rate_limits import RateLimitRepository
from ticketdesk.repositories.receipts import ReceiptRepository
from ticketdesk.repositories.reminders import ReminderRepository
from ticketdesk.repositories.reports import ReportRepository
from ticketdesk.repositories.rework_entries import ReworkEntryRepository
from ticketdesk.repositories.saved_views import SavedViewRepository
from ticketdesk.repositories.sessions import SessionRepository
from ticketdesk.repositories.settings import SettingsRepository
from ticketdesk.repositories.sign_ins import SignInRepository
from ticketdesk.repositories.sign_ups import SignUpRepository
from ticketdesk.repositories.staff_loads import StaffLoadRepository
from ticketdesk.repositories.support_contents import SupportContentRepository
from ticketdesk.repositories.teams import TeamRepository
from ticketdesk.repositories.ticket_contents import TicketContentRepository
from ticketdesk.repositories.ticket_counters import TicketCounterRepository
from ticketdesk.repositories.ticket_templates import TicketTemplatesRepository
from ticketdesk.repositories.ticket_views import TicketViewRepository
from ticketdesk.repositories.tickets import TicketRepository
from ticketdesk.repositories.users import UserRepository
from ticketdesk.repositories.violation_categories import ViolationCategoriesRepository

Found = TypeVar("Found")
Subscribers = Mapping[type[Event], Sequence[str]]


class UnitOfWork:
    """The repositories over one open transaction, the clock, and the way out for events.

    Whoever opened it commits when all went well and rolls back otherwise; services never do either.
    """

    def __init__(self, connection: Connection, clock: Clock, subscribers: Subscribers) -> None:
        self._connection = connection
        self._clock = clock
        self._subscribers = subscribers
        self._read: dict[Callable[[UnitOfWork], Awaitable[Any]], Any] = {}

    def now(self) -> datetime:
        """Return the present as aware UTC."""
        return self._clock.now()

    async def once(self, read: Callable[["UnitOfWork"], Awaitable[Found]]) -> Found:
        """Return what ``read`` gives, asked at first use only: for settings that every ticket of a batch goes by."""
        if read not in self._read:
            self._read[read] = await read(self)
        found: Found = self._read[read]
        return found

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo what the block did when it raises, and nothing before it: for items that fail by themselves."""
        return self._connection.savepoint()

    async def emit(self, event: Event) -> None:
        """Hand ``event`` to its subscribers once this transaction has committed."""
        await self.outbox.add(event, self._subscribers.get(type(event), ()), self.now())

    @cached_property
    def outbox(self) -> OutboxRepository:
        """Events waiting for their subscribers."""
        return OutboxRepository(self._connection)

    @cached_property
    def idempotency(self) -> IdempotencyRepository:
        """Stored answers to keyed requests."""
        return IdempotencyRepository(self._connection)

    @cached_property
    def rate_limits(self) -> RateLimitRepository:
        """Counts of limited requests."""
        return RateLimitRepository(self._connection)

    @cached_property
    def authentication(self) -> AuthenticationRepository:
        """Who stands behind a credential."""
        return AuthenticationRepository(self._connection)

    @cached_property
    def health(self) -> HealthRepository:
        """What the database says of itself."""
        return HealthRepository(self._connection)

    @cached_property
    def job_slots(self) -> JobSlotsRepository:
        """Which slots of which ticks have been run."""
        return JobSlotsRepository(self._connection)

    @cached_property
    def end_of_day(self) -> EndOfDayRepository:
        """What waits to be checked when a day ends."""
        return EndOfDayRepository(self._connection)

    @cached_property
    def end_of_day_breaches(self) -> EndOfDayBreachRepository:
        """What was unchecked when days ended."""
        return EndOfDayBreachRepository(self._connection)

    @cached_property
    def rework_entries(self) -> ReworkEntryRepository:
        """Work that had to be done again."""
        return ReworkEntryRepository(self._connection)

    @cached_property
    def settings(self) -> SettingsRepository:
        """What an admin edits."""
        return SettingsRepository(self._connection)

    @cached_property
    def activities(self) -> ActivityRepository:
        """The append-only record of tickets."""
        return ActivityRepository(self._connection)

    @cached_property
    def calls(self) -> CallRepository:
        """Calls with clients."""
        return CallRepository(self._connection)

    @cached_property
    def comments(self) -> CommentRepository:
        """Words on tickets."""
        return CommentRepository(self._connection)

    @cached_property
    def attachments(self) -> AttachmentRepository:
        """Files on tickets."""
        return AttachmentRepository(self._connection)

    @cached_property
    def messages(self) -> MessageRepository:
        """Outbound mail."""
        return MessageRepository(self._connection)

    @cached_property
    def portal(self) -> PortalRepository:
        """Tickets as their recipients see them."""
        return PortalRepository(self._connection)

    @cached_property
    def ticket_contents(self) -> TicketContentRepository:
        """Requested actions and violation categories of tickets."""
        return TicketContentRepository(self._connection)

    @cached_property
    def ticket_counters(self) -> TicketCounterRepository:
        """How many tickets there are."""
        return TicketCounterRepository(self._connection)

    @cached_property
    def ticket_views(self) -> TicketViewRepository:
        """Tickets as staff see them."""
        return TicketViewRepository(self._connection)

    @cached_property
    def tickets(self) -> TicketRepository:
        """Tickets as the rules need them."""
        return TicketRepository(self._connection)

    @cached_property
    def deliveries(self) -> DeliveryRepository:
        """Messages as the worker needs them."""
        return DeliveryRepository(self._connection)

    @cached_property
    def mail_contents(self) -> MailContentRepository:
        """What mails say of their tickets."""
        return MailContentRepository(self._connection)

    @cached_property
    def receipts(self) -> ReceiptRepository:
        """What became of mails, on their tickets."""
        return ReceiptRepository(self._connection)

    @cached_property
    def api_keys(self) -> ApiKeyRepository:
        """API keys."""
        return ApiKeyRepository(self._connection)

    @cached_property
    def portal_catalogue(self) -> PortalCatalogueRepository:
        """What clients may choose from."""
        return PortalCatalogueRepository(self._connection)

    @cached_property
    def portal_links(self) -> PortalLinkRepository:
        """The rows behind the links in mails."""
        return PortalLinkRepository(self._connection)

    @cached_property
    def saved_views(self) -> SavedViewRepository:
        """Lists of tickets that somebody gave a name."""
        return SavedViewRepository(self._connection)

    @cached_property
    def sessions(self) -> SessionRepository:
        """Sessions of users and contacts."""
        return SessionRepository(self._connection)

    @cached_property
    def sign_ins(self) -> SignInRepository:
        """What a sign-in is decided by."""
        return SignInRepository(self._connection)

    @cached_property
    def teams(self) -> TeamRepository:
        """Teams and who is in them."""
        return TeamRepository(self._connection)

    @cached_property
    def users(self) -> UserRepository:
        """Users."""
        return UserRepository(self._connection)

    @cached_property
    def availability(self) -> AvailabilityRepository:
        """Who is away, until when, and when they work."""
        return AvailabilityRepository(self._connection)

    @cached_property
    def accounts(self) -> AccountsRepository:
        """Companies, branches and sites."""
        return AccountsRepository(self._connection)

    @cached_property
    def contacts(self) -> ContactsRepository:
        """People with their addresses."""
        return ContactsRepository(self._connection)

    @cached_property
    def checks(self) -> CheckRepository:
        """People around a check, and the ledger of rework."""
        return CheckRepository(self._connection)

    @cached_property
    def support_contents(self) -> SupportContentRepository:
        """What support tickets refer to."""
        return SupportContentRepository(self._connection)

    @cached_property
    def violation_categories(self) -> ViolationCategoriesRepository:
        """The reporting taxonomy."""
        return ViolationCategoriesRepository(self._connection)

    @cached_property
    def products(self) -> ProductsRepository:
        """What support tickets are about."""
        return ProductsRepository(self._connection)

    @cached_property
    def categories(self) -> CategoriesRepository:
        """What support tickets are routed by."""
        return CategoriesRepository(self._connection)

    @cached_property
    def ticket_templates(self) -> TicketTemplatesRepository:
        """What support tickets are made from."""
        return TicketTemplatesRepository(self._connection)

    @cached_property
    def sign_ups(self) -> SignUpRepository:
        """Which accounts have signed up."""
        return SignUpRepository(self._connection)

    @cached_property
    def monitored_items(self) -> MonitoredItemsRepository:
        """What monitors reported."""
        return MonitoredItemsRepository(self._connection)

    @cached_property
    def dispatches(self) -> DispatchRepository:
        """Dispatches and their claims on held tickets."""
        return DispatchRepository(self._connection)

    @cached_property
    def dispatch_views(self) -> DispatchViewRepository:
        """Dispatches as staff see them."""
        return DispatchViewRepository(self._connection)

    @cached_property
    def message_batches(self) -> MessageBatchRepository:
        """Messages about several tickets at once."""
        return MessageBatchRepository(self._connection)

    @cached_property
    def reports(self) -> ReportRepository:
        """Figures over tickets."""
        return ReportRepository(self._connection)

    @cached_property
    def reminders(self) -> ReminderRepository:
        """Which tickets are to be reminded of."""
        return ReminderRepository(self._connection)

    @cached_property
    def notifications(self) -> NotificationsRepository:
        """What staff are told in the app."""
        return NotificationsRepository(self._connection)

    @cached_property
    def contact_cards(self) -> ContactCardRepository:
        """How much is open about contacts."""
        return ContactCardRepository(self._connection)

    @cached_property
    def contact_imports(self) -> ContactImportsRepository:
        """People by the thousand."""
        return ContactImportsRepository(self._connection)

    @cached_property
    def assignments(self) -> AssignmentRepository:
        """Who got which ticket, and why."""
        return AssignmentRepository(self._connection)

    @cached_property
    def handovers(self) -> HandoverRepository:
        """Requests to hand a ticket over."""
        return HandoverRepository(self._connection)

    @cached_property
    def staff_loads(self) -> StaffLoadRepository:
        """How many open tickets each of the staff has."""
        return StaffLoadRepository(self._connection)
