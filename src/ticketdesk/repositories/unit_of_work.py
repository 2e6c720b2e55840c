"""One transaction with everything that may happen in it (spec: architecture.md, A request)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Generic, TypeVar

from ticketdesk.domain.events import Event
from ticketdesk.domain.ports import Clock
from ticketdesk.repositories.acceptance import AcceptanceRepository
from ticketdesk.repositories.accounts import AccountsRepository
from ticketdesk.repositories.activities import ActivityRepository
from ticketdesk.repositories.answers import AnswerRepository
from ticketdesk.repositories.api_keys import ApiKeyRepository
from ticketdesk.repositories.assignments import AssignmentRepository
from ticketdesk.repositories.attachments import AttachmentRepository
from ticketdesk.repositories.authentication import AuthenticationRepository
from ticketdesk.repositories.availability import AvailabilityRepository
from ticketdesk.repositories.calls import CallRepository
from ticketdesk.repositories.categories import CategoriesRepository
from ticketdesk.repositories.checks import CheckRepository
from ticketdesk.repositories.comments import CommentRepository
from ticketdesk.repositories.compilation_revisions import CompilationRevisionRepository
from ticketdesk.repositories.compilation_sources import CompilationSourceRepository
from ticketdesk.repositories.compilations import CompilationRepository
from ticketdesk.repositories.connections import Connection
from ticketdesk.repositories.contact_cards import ContactCardRepository
from ticketdesk.repositories.contact_imports import ContactImportsRepository
from ticketdesk.repositories.contacts import ContactsRepository
from ticketdesk.repositories.delegations import DelegationRepository
from ticketdesk.repositories.deliveries import DeliveryRepository
from ticketdesk.repositories.dispatch_views import DispatchViewRepository
from ticketdesk.repositories.dispatches import DispatchRepository
from ticketdesk.repositories.document_answers import DocumentAnswerRepository
from ticketdesk.repositories.document_questions import DocumentQuestionRepository
from ticketdesk.repositories.document_sections import DocumentSectionRepository
from ticketdesk.repositories.document_versions import DocumentVersionRepository
from ticketdesk.repositories.documents import DocumentRepository
from ticketdesk.repositories.end_of_day import EndOfDayRepository
from ticketdesk.repositories.end_of_day_breaches import EndOfDayBreachRepository
from ticketdesk.repositories.handovers import HandoverRepository
from ticketdesk.repositories.health import HealthRepository
from ticketdesk.repositories.idempotency import IdempotencyRepository
from ticketdesk.repositories.invites import InviteRepository
from ticketdesk.repositories.job_slots import JobSlotsRepository
from ticketdesk.repositories.mail_contents import MailContentRepository
from ticketdesk.repositories.message_batches import MessageBatchRepository
from ticketdesk.repositories.messages import MessageRepository
from ticketdesk.repositories.monitored_items import MonitoredItemsRepository
from ticketdesk.repositories.notifications import NotificationsRepository
from ticketdesk.repositories.outbox import OutboxRepository
from ticketdesk.repositories.password_resets import PasswordResetRepository
from ticketdesk.repositories.portal import PortalRepository
from ticketdesk.repositories.portal_answers import PortalAnswerRepository
from ticketdesk.repositories.portal_catalogue import PortalCatalogueRepository
from ticketdesk.repositories.portal_links import PortalLinkRepository
from ticketdesk.repositories.products import ProductsRepository
from ticketdesk.repositories.question_histories import QuestionHistoryRepository
from ticketdesk.repositories.questionnaires import QuestionnaireRepository
from ticketdesk.repositories.rate_limits import RateLimitRepository
from ticketdesk.repositories.receipts import ReceiptRepository
from ticketdesk.repositories.reminders import ReminderRepository
from ticketdesk.repositories.renewals import RenewalRepository
from ticketdesk.repositories.reports import ReportRepository
from ticketdesk.repositories.rework_entries import ReworkEntryRepository
from ticketdesk.repositories.saved_views import SavedViewRepository
from ticketdesk.repositories.sessions import SessionRepository
from ticketdesk.repositories.settings import SettingsRepository
from ticketdesk.repositories.sign_ins import SignInRepository
from ticketdesk.repositories.sign_ups import SignUpRepository
from ticketdesk.repositories.staff_loads import StaffLoadRepository
from ticketdesk.repositories.support_contents import SupportContentRepository
from ticketdesk.repositories.task_contents import TaskContentRepository
from ticketdesk.repositories.task_recipients import TaskRecipientRepository
from ticketdesk.repositories.teams import TeamRepository
from ticketdesk.repositories.ticket_answers import TicketAnswerRepository
from ticketdesk.repositories.ticket_contents import TicketContentRepository
from ticketdesk.repositories.ticket_counters import TicketCounterRepository
from ticketdesk.repositories.ticket_templates import TicketTemplatesRepository
from ticketdesk.repositories.ticket_views import TicketViewRepository
from ticketdesk.repositories.tickets import TicketRepository
from ticketdesk.repositories.users import UserRepository
from ticketdesk.repositories.violation_categories import ViolationCategoriesRepository

Found = TypeVar("Found")
Made = TypeVar("Made")
Subscribers = Mapping[type[Event], Sequence[str]]


class _Lazy(Generic[Made]):
    """A repository over the unit's connection, made when it is first asked for."""

    def __init__(self, repository: Callable[[Connection], Made]) -> None:
        self._repository = repository

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, uow: "UnitOfWork", _owner: type) -> Made:
        # From now on the instance has it under this name, and Python looks there first.
        made = uow.__dict__[self._name] = self._repository(uow._connection)  # noqa: SLF001 - a part of the unit itself
        return made


class UnitOfWork:
    """The repositories over one open transaction, the clock, and the way out for events.

    Whoever opened it commits when all went well and rolls back otherwise; services never do either.
    """

    acceptance = _Lazy(AcceptanceRepository)
    accounts = _Lazy(AccountsRepository)
    activities = _Lazy(ActivityRepository)
    answers = _Lazy(AnswerRepository)
    api_keys = _Lazy(ApiKeyRepository)
    assignments = _Lazy(AssignmentRepository)
    attachments = _Lazy(AttachmentRepository)
    authentication = _Lazy(AuthenticationRepository)
    availability = _Lazy(AvailabilityRepository)
    calls = _Lazy(CallRepository)
    categories = _Lazy(CategoriesRepository)
    checks = _Lazy(CheckRepository)
    comments = _Lazy(CommentRepository)
    compilation_revisions = _Lazy(CompilationRevisionRepository)
    compilation_sources = _Lazy(CompilationSourceRepository)
    compilations = _Lazy(CompilationRepository)
    contact_cards = _Lazy(ContactCardRepository)
    contact_imports = _Lazy(ContactImportsRepository)
    contacts = _Lazy(ContactsRepository)
    delegations = _Lazy(DelegationRepository)
    deliveries = _Lazy(DeliveryRepository)
    dispatch_views = _Lazy(DispatchViewRepository)
    dispatches = _Lazy(DispatchRepository)
    document_answers = _Lazy(DocumentAnswerRepository)
    document_questions = _Lazy(DocumentQuestionRepository)
    document_sections = _Lazy(DocumentSectionRepository)
    document_versions = _Lazy(DocumentVersionRepository)
    documents = _Lazy(DocumentRepository)
    end_of_day = _Lazy(EndOfDayRepository)
    end_of_day_breaches = _Lazy(EndOfDayBreachRepository)
    handovers = _Lazy(HandoverRepository)
    health = _Lazy(HealthRepository)
    idempotency = _Lazy(IdempotencyRepository)
    invites = _Lazy(InviteRepository)
    job_slots = _Lazy(JobSlotsRepository)
    mail_contents = _Lazy(MailContentRepository)
    message_batches = _Lazy(MessageBatchRepository)
    messages = _Lazy(MessageRepository)
    monitored_items = _Lazy(MonitoredItemsRepository)
    notifications = _Lazy(NotificationsRepository)
    outbox = _Lazy(OutboxRepository)
    password_resets = _Lazy(PasswordResetRepository)
    portal = _Lazy(PortalRepository)
    portal_answers = _Lazy(PortalAnswerRepository)
    portal_catalogue = _Lazy(PortalCatalogueRepository)
    portal_links = _Lazy(PortalLinkRepository)
    products = _Lazy(ProductsRepository)
    question_histories = _Lazy(QuestionHistoryRepository)
    questionnaires = _Lazy(QuestionnaireRepository)
    rate_limits = _Lazy(RateLimitRepository)
    receipts = _Lazy(ReceiptRepository)
    reminders = _Lazy(ReminderRepository)
    renewals = _Lazy(RenewalRepository)
    reports = _Lazy(ReportRepository)
    rework_entries = _Lazy(ReworkEntryRepository)
    saved_views = _Lazy(SavedViewRepository)
    sessions = _Lazy(SessionRepository)
    settings = _Lazy(SettingsRepository)
    sign_ins = _Lazy(SignInRepository)
    sign_ups = _Lazy(SignUpRepository)
    staff_loads = _Lazy(StaffLoadRepository)
    support_contents = _Lazy(SupportContentRepository)
    task_contents = _Lazy(TaskContentRepository)
    task_recipients = _Lazy(TaskRecipientRepository)
    teams = _Lazy(TeamRepository)
    ticket_answers = _Lazy(TicketAnswerRepository)
    ticket_contents = _Lazy(TicketContentRepository)
    ticket_counters = _Lazy(TicketCounterRepository)
    ticket_templates = _Lazy(TicketTemplatesRepository)
    ticket_views = _Lazy(TicketViewRepository)
    tickets = _Lazy(TicketRepository)
    users = _Lazy(UserRepository)
    violation_categories = _Lazy(ViolationCategoriesRepository)

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
