"""What a mail to a recipient says: composed at the moment it is sent, from its tickets as they are then."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ticketdesk.domain import mail_threading
from ticketdesk.domain.messages import Asked, is_still_wanted
from ticketdesk.domain.ports import (
    Mailbox,
    MailContent,
    MailLine,
    MailRenderer,
    OutgoingMail,
    RenderedMail,
    TokenClaims,
    TokenPurpose,
    TokenSigner,
)
from ticketdesk.domain.ticket_workflow import Status, TicketKind, color, label
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.deliveries import DeliveryRecord
from ticketdesk.repositories.mail_contents import EarlierMail, NewLink, TicketText
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.settings import MailSettings
from ticketdesk.services import settings


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
    """A mail, the row of the link in it, and its text as it may be kept: without the secret part of the links."""

    mail: OutgoingMail
    link_id: UUID
    kept_text: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What mails are composed from, read once for many: ``texts`` and ``earlier`` by ticket, ``links`` by message.

    ``wanted``, by message: the tickets that it should still speak of, in its order.
    """

    mail: MailSettings
    desk_name: str
    texts: Mapping[UUID, TicketText]
    wanted: Mapping[UUID, Sequence[UUID]]
    earlier: Mapping[UUID, Sequence[EarlierMail]]
    comments: Mapping[UUID, str]
    links: Mapping[UUID, UUID]


async def read(uow: UnitOfWork, messages: Sequence[DeliveryRecord]) -> Contents:
    """Return what the mails of ``messages`` are composed from; a few statements, however many there are."""
    # All sections at once: one statement.
    decided = await settings.get_all(uow)
    texts = await uow.mail_contents.texts({ticket_id for message in messages for ticket_id in message.listed})
    wanted = {message.id: _wanted(message, texts) for message in messages}
    threaded = {ticket_ids[0] for ticket_ids in wanted.values() if len(ticket_ids) == 1}
    spoken = [message for message in messages if wanted[message.id]]
    comment_ids = [comment_id for message in spoken if (comment_id := _comment_id(message))]
    return Contents(
        decided.mail,
        decided.branding.desk_name,
        texts,
        wanted,
        await uow.mail_contents.earlier(threaded) if threaded else {},
        await uow.comments.bodies(comment_ids) if comment_ids else {},
        await _links(uow, spoken, decided.mail),
    )


def _wanted(message: DeliveryRecord, texts: Mapping[UUID, TicketText]) -> list[UUID]:
    asked = Asked(message.purpose, message.created_at, message.dispatch_id)
    return [ticket_id for ticket_id in message.listed if is_still_wanted(asked, texts[ticket_id].standing)]


async def _links(uow: UnitOfWork, messages: Sequence[DeliveryRecord], wanted: MailSettings) -> Mapping[UUID, UUID]:
    """Return the link row of each message, made at the first attempt and kept for all others."""
    now = uow.now()
    links = {message.id: message.link_id or new_id() for message in messages}
    added = [
        NewLink(links[message.id], message.contact_id, now, _expiry(message, wanted))
        for message in messages
        if message.link_id is None
    ]
    if added:
        await uow.mail_contents.add_links(added)
    return links


def _expiry(message: DeliveryRecord, wanted: MailSettings) -> datetime:
    return message.created_at + timedelta(days=wanted.link_valid_days)


def compose(office: PostOffice, contents: Contents, message: DeliveryRecord, now: datetime) -> Letter:
    """Return the mail of ``message``, which must want a ticket; every attempt has the same Message-ID and link row."""
    ticket_ids = contents.wanted[message.id]
    link_id, expires_at = contents.links[message.id], _expiry(message, contents.mail)
    comment_id = _comment_id(message)
    comment = contents.comments.get(comment_id) if comment_id else None
    lines = []
    for ticket_id in ticket_ids:
        claims = TokenClaims(TokenPurpose.LINK, link_id, message.contact_id, now, expires_at, ticket_id)
        link = f"{office.link_base}#/t/{office.signer.issue(claims)}"
        lines.append(_line(message, contents.texts[ticket_id], link, comment))
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
        )
    )
    mail = _address(office, contents, message, rendered, now)
    return Letter(mail, link_id, _without_secrets(office, rendered.text))


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
        bcc=(wanted.bcc_address,) if wanted.bcc_address else (),
        reply_to=Mailbox(wanted.sender_name, wanted.reply_to) if wanted.reply_to else None,
    )


def _earlier(contents: Contents, message: DeliveryRecord, ticket_ids: Sequence[UUID]) -> list[str]:
    mails = contents.earlier.get(ticket_ids[0], ()) if len(ticket_ids) == 1 else ()
    return [mail.message_id for mail in mails if mail.created_at <= message.created_at]


def _comment_id(message: DeliveryRecord) -> UUID | None:
    found = message.facts.get("comment_id")
    return UUID(found) if found else None


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
    )


def _without_secrets(office: PostOffice, text: str) -> str:
    """Cut the token out of each link: the row proves what was said and opens nothing."""
    return re.sub(re.escape(f"{office.link_base}#/t/") + r"\S+", f"{office.link_base}#/t/…", text)
