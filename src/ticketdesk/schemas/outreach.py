"""Reaching out to a client about a ticket, by call or by mail."""

from ticketdesk.domain.calls import OutreachChannel
from ticketdesk.schemas.base import Input, Paragraph


class OutreachInput(Input):
    """How the client was reached, and what was said."""

    channel: OutreachChannel
    note: Paragraph
