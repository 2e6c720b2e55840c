"""What a mail to a recipient says: composed at the moment it is sent, from its tickets as they are then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from ticketdesk.domain import mail_threading
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
from ticketdesk.repositories.deliveries import DeliveryRecord, TicketText
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


async def compose(uow: UnitOfWork, office: PostOffice, message: DeliveryRecord, ticket_ids: Sequence[UUID]) -> Letter:
    """Return the mail of ``message`` about ``ticket_ids``; every attempt has the same Message-ID and link row."""
    # All sections at once: one statement for each mail.
    decided = await settings.get_all(uow)
    wanted = decided.mail
    expires_at = message.created_at + timedelta(days=wanted.link_valid_days)
    link_id = message.link_id or await uow.deliveries.add_link(message.contact_id, uow.now(), expires_at)
    comment = await _comment(uow, message)
    lines = []
    for text in await uow.deliveries.texts(ticket_ids):
        claims = TokenClaims(TokenPurpose.LINK, link_id, message.contact_id, uow.now(), expires_at, text.id)
        link = f"{office.link_base}#/t/{office.signer.issue(claims)}"
        lines.append(_line(message, text, link, comment))
    rendered = office.renderer.render(
        MailContent(
            purpose=message.purpose.value,
            recipient_name=message.recipient_name,
            sender_name=message.sender_name,
            sender_team=message.sender_team,
            desk_name=decided.branding.desk_name,
            signature=wanted.signature,
            subject_prefix=wanted.subject_prefix,
            lines=tuple(lines),
        )
    )
    mail = await _address(uow, office, message, ticket_ids, wanted, rendered)
    return Letter(mail, link_id, _without_secrets(office, rendered.text))


async def _address(
    uow: UnitOfWork,
    office: PostOffice,
    message: DeliveryRecord,
    ticket_ids: Sequence[UUID],
    wanted: MailSettings,
    rendered: RenderedMail,
) -> OutgoingMail:
    earlier = await uow.deliveries.earlier_ids(ticket_ids[0], message.created_at) if len(ticket_ids) == 1 else ()
    place = mail_threading.place(ticket_ids, office.mail_domain, earlier)
    sender = f"{message.sender_name} ({message.sender_team})" if message.sender_team else message.sender_name
    return OutgoingMail(
        message_id=message.message_id or mail_threading.message_id(message.id, office.mail_domain),
        date=uow.now(),
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


async def _comment(uow: UnitOfWork, message: DeliveryRecord) -> str | None:
    comment_id = message.facts.get("comment_id")
    if comment_id is None:
        return None
    return (await uow.comments.bodies([UUID(comment_id)])).get(UUID(comment_id))


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
