"""What a mail says: composed at the moment it is sent, from its tickets as they are then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from ticketdesk.domain import mail_threading
from ticketdesk.domain.messages import Asked, is_still_wanted
from ticketdesk.domain.ports import (
    Mailbox,
    MailContent,
    MailLine,
    MailRenderer,
    OutgoingMail,
    RenderedMail,
    TokenSigner,
)
from ticketdesk.domain.ticket_workflow import Status, TicketKind, color, label
from ticketdesk.repositories.deliveries import DeliveryRecord
from ticketdesk.repositories.mail_contents import EarlierMail, TicketText
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.settings import MailSettings
from ticketdesk.services import account_links, mail_links, settings
from ticketdesk.services.account_links import AccountLink


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What turns a row into a mail. ``link_base`` is the portal's address, to which ``#/t/<token>`` is added."""

    renderer: MailRenderer
    signer: TokenSigner
    mail_from: str
    mail_domain: str
    link_base: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, the row of the links in it, and its text as it may be kept: without the secret part of the links.

    A mail to staff has no such row.
    """

    mail: OutgoingMail
    link_id: UUID | None
    kept_text: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What mails are composed from, read once for many: ``texts`` and ``earlier`` by ticket, ``links`` by message.

    ``wanted``, by message: the tickets that it should still speak of, in its order. ``accounts``, by message: the link
    into an account that it carries.
    """

    mail: MailSettings
    zone: ZoneInfo
    desk_name: str
    texts: Mapping[UUID, TicketText]
    wanted: Mapping[UUID, Sequence[UUID]]
    earlier: Mapping[UUID, Sequence[EarlierMail]]
    comments: Mapping[UUID, str]
    links: Mapping[UUID, UUID]
    accounts: Mapping[UUID, AccountLink]

    def has_something_to_say(self, message: DeliveryRecord) -> bool:
        """Tell whether a mail is to be sent: about tickets, or for the sake of a link that still stands."""
        return bool(self.wanted[message.id]) or (not message.listed and message.id in self.accounts)


async def read(uow: UnitOfWork, messages: Sequence[DeliveryRecord]) -> Contents:
    """Return what the mails of ``messages`` are composed from; a few statements, however many there are."""
    # All sections at once: one statement.
    decided = await settings.get_all(uow)
    texts = await uow.mail_contents.texts({ticket_id for message in messages for ticket_id in message.listed})
    gone = await _gone(uow, messages)
    wanted = {message.id: [] if message.user_id in gone else _wanted(message, texts) for message in messages}
    threaded = {ticket_ids[0] for ticket_ids in wanted.values() if len(ticket_ids) == 1}
    spoken = [message for message in messages if wanted[message.id]]
    comment_ids = [comment_id for message in spoken if (comment_id := _comment_id(message))]
    return Contents(
        decided.mail,
        decided.calendar.zone,
        decided.branding.desk_name,
        texts,
        wanted,
        await uow.mail_contents.earlier(threaded) if threaded else {},
        await uow.comments.bodies(comment_ids) if comment_ids else {},
        await mail_links.keep(uow, spoken, decided.mail),
        await account_links.read(uow, messages, texts, decided.mail.staff_url),
    )


def _wanted(message: DeliveryRecord, texts: Mapping[UUID, TicketText]) -> list[UUID]:
    asked = Asked(message.purpose, message.created_at, message.dispatch_id, message.contact_id)
    return [ticket_id for ticket_id in message.listed if is_still_wanted(asked, texts[ticket_id].standing)]


async def _gone(uow: UnitOfWork, messages: Sequence[DeliveryRecord]) -> set[UUID]:
    """Return the staff who were written to while they were active, and are no longer."""
    user_ids = {message.user_id for message in messages if message.user_id}
    return await uow.mail_contents.inactive(user_ids) if user_ids else set()


def compose(office: PostOffice, contents: Contents, message: DeliveryRecord, now: datetime) -> Letter:
    """Return the mail of ``message``, which must have something to say.

    Every attempt has the same Message-ID, link row and link into an account.
    """
    ticket_ids = contents.wanted[message.id]
    links = mail_links.Links(office.signer, office.link_base, contents.mail, contents.links.get(message.id))
    account = contents.accounts.get(message.id)
    comment_id = _comment_id(message)
    comment = contents.comments.get(comment_id) if comment_id else None
    lines = [
        _line(message, contents.texts[ticket_id], links.to(ticket_id, message, now), comment)
        for ticket_id in ticket_ids
    ]
    rendered = office.renderer.render(
        MailContent(
            purpose=message.purpose.value,
            recipient_name=message.recipient_name,
            sender_name=message.sender_name,
            sender_team=message.sender_team,
            desk_name=contents.desk_name,
            signature=contents.mail.signature,
            subject_prefix=contents.mail.subject_prefix,
            lines=tuple(lines),
            kind=_only_kind(contents.texts[ticket_id].kind for ticket_id in ticket_ids),
            others=message.facts.get("others", 0),
            day=_day(message),
            account_link=account.address(office.signer, office.link_base) if account else "",
            link_until=account.last_day(contents.zone) if account else None,
            is_to_staff=message.contact_id is None,
        )
    )
    mail = _address(office, contents, message, rendered, now)
    return Letter(mail, links.link_id, links.without_secrets(rendered.text))


def _address(
    office: PostOffice, contents: Contents, message: DeliveryRecord, rendered: RenderedMail, now: datetime
) -> OutgoingMail:
    wanted, ticket_ids = contents.mail, contents.wanted[message.id]
    place = mail_threading.place(ticket_ids, office.mail_domain, _earlier(contents, message, ticket_ids))
    sender = f"{message.sender_name} ({message.sender_team})" if message.sender_team else message.sender_name
    return OutgoingMail(
        message_id=message.message_id or mail_threading.message_id(message.id, office.mail_domain),
        date=now,
        sender=Mailbox(sender, office.mail_from),
        recipient=Mailbox(message.recipient_name, message.address),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        in_reply_to=place.in_reply_to,
        references=place.references,
        # A link into an account is for its owner's eyes alone: who reads the copies could take the account.
        bcc=(wanted.bcc_address,) if wanted.bcc_address and message.id not in contents.accounts else (),
        reply_to=Mailbox(wanted.sender_name, wanted.reply_to) if wanted.reply_to else None,
    )


def _earlier(contents: Contents, message: DeliveryRecord, ticket_ids: Sequence[UUID]) -> list[str]:
    mails = contents.earlier.get(ticket_ids[0], ()) if len(ticket_ids) == 1 else ()
    return [mail.message_id for mail in mails if mail.created_at <= message.created_at]


def _only_kind(kinds: Iterable[str]) -> str | None:
    distinct = set(kinds)
    return distinct.pop() if len(distinct) == 1 else None


def _comment_id(message: DeliveryRecord) -> UUID | None:
    found = message.facts.get("comment_id")
    return UUID(found) if found else None


def _day(message: DeliveryRecord) -> date | None:
    found = message.facts.get("day")
    return date.fromisoformat(found) if found else None


def _line(message: DeliveryRecord, text: TicketText, link: str, comment: str | None) -> MailLine:
    # A held ticket is on its way to its recipient with this very mail, and reads as it will from then on.
    status = Status.PENDING_CORRECTION if message.dispatch_id else Status(text.status)
    return MailLine(
        number=text.number,
        title=text.title,
        status_label=label(TicketKind(text.kind), status),
        status_color=color(status),
        link=link,
        description=text.description,
        requested_actions=text.requested_actions,
        item_url=text.item_url,
        comment=comment,
        reason=message.facts.get("reason"),
        due_on=text.due_on,
    )
