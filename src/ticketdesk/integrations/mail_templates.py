"""Lays out mails as HTML and as plain text that reads well at 72 columns."""

import re
import textwrap
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from ticketdesk.domain import mail_threading
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.plain_text import excerpt, lines, one_line
from ticketdesk.domain.ports import MailContent, MailLine, RenderedMail
from ticketdesk.domain.ticket_workflow import TicketKind
from ticketdesk.integrations.mail_wording import REGISTRATION, Wording, wording_of

COLUMNS = 72
_PLACES = re.compile("{(count|day|sender|until)}")
_NAME_LENGTH = 100
_TITLE_LENGTH = 200
_ACTION_LENGTH = 500
_COMMENT_LENGTH = 5000
# Some clients cut a mail off after 100 kB, so the more tickets, the less of each.
_DESCRIPTION_LENGTH = 2000
_SHORT_DESCRIPTION_LENGTH = 500
_PREVIEW_LENGTH = 140


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of a status: ``tint`` behind ``ink`` (contrast at least 4.5), ``edge`` beside the ticket."""

    tint: str
    ink: str
    edge: str


_GREY = Tone("#e9eaec", "#414852", "#757d88")
TONES = {
    "purple": Tone("#efe8fb", "#54308a", "#7b4bc4"),
    "green": Tone("#e0f3e5", "#1b572a", "#2f8f47"),
    "teal": Tone("#dbf2f1", "#0f5452", "#16837f"),
    "red": Tone("#fce7e4", "#8c1f16", "#c8372b"),
    "blue": Tone("#e3edfb", "#1b4884", "#2e6fc2"),
    "yellow": Tone("#fbf0c8", "#5f4800", "#c39700"),
    "grey": _GREY,
}


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket, every text fit to be shown, links only where they lead to the web."""

    number: int
    title: str
    status: str
    tone: Tone
    link: str
    description: str
    actions: tuple[str, ...]
    item: str
    item_link: str | None
    comment: str
    reason: str
    due: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """The link into an account, empty where there is none; ``words`` introduce it beside tickets."""

    words: str
    button: str
    link: str


class JinjaMailRenderer:
    """The ``MailRenderer`` with the layouts that come with the product."""

    def __init__(self) -> None:
        layouts = _layouts()
        self._html = layouts.get_template("mail.html")
        self._text = layouts.get_template("mail.txt")

    def render(self, content: MailContent) -> RenderedMail:
        """Return subject, text and HTML; raises ``ValueError`` for an unknown purpose."""
        purpose = Purpose(content.purpose)
        subject = mail_threading.subject(
            purpose, content.subject_prefix, [(line.number, line.title) for line in content.lines], content.others
        )
        shown = {
            "subject": subject,
            **_frame(content, wording_of(purpose, TicketKind(content.kind) if content.kind else None)),
        }
        return RenderedMail(subject, self._text.render(shown).strip("\n") + "\n", self._html.render(shown))


@cache
def _layouts() -> Environment:
    """Return what compiles the layouts and keeps them: that takes longer than to lay out a hundred mails."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("mail_layouts")),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # The layouts come with the product: their files need not be looked at again for each mail.
        auto_reload=False,
    )
    # The layouts ask for none of Jinja's own names, which would be copied for each mail.
    environment.globals.clear()
    environment.filters["broken"] = _broken
    environment.filters["wrapped"] = _wrapped
    return environment


def _frame(content: MailContent, wording: Wording) -> dict[str, object]:
    """Return what the layouts are told, all of it text."""
    desk = one_line(content.desk_name, _NAME_LENGTH)
    sender = one_line(content.sender_name, _NAME_LENGTH) or desk
    team = one_line(content.sender_team or "", _NAME_LENGTH)
    signed_sender = f"{sender} ({team})" if team else sender
    count = len(content.lines) + content.others
    headline = wording.one if count <= 1 else wording.several
    filled = {
        "{count}": str(count),
        "{day}": _day(content.day) or "the day",
        "{sender}": signed_sender,
        "{until}": _day(content.link_until) or "the day",
    }

    def fill(text: str) -> str:
        return _PLACES.sub(lambda place: filled[place[0]], text)

    next_step = fill(wording.next_step)
    description_length = _DESCRIPTION_LENGTH if count == 1 else _SHORT_DESCRIPTION_LENGTH
    tickets = [_view(line, description_length) for line in content.lines]
    return {
        "wording": wording,
        "warns_of_links": wording.opens_without_password and not content.is_to_staff,
        "desk": desk,
        "sender": sender,
        "recipient": one_line(content.recipient_name, _NAME_LENGTH),
        "headline": fill(headline),
        "next_step": next_step,
        "preview": one_line(
            " · ".join(f"#{ticket.number} {ticket.title}" for ticket in tickets) or next_step, _PREVIEW_LENGTH
        ),
        "account": AccountView(
            fill(REGISTRATION.words) if tickets else "",
            REGISTRATION.button if tickets else wording.button,
            _web_address(content.account_link) or "",
        ),
        "tickets": tickets,
        "others": content.others,
        "signature": lines(content.signature),
    }


def _day(day: date | None) -> str:
    return f"{day:%A}, {day.day} {day:%B %Y}" if day else ""


def _view(line: MailLine, description_length: int) -> TicketView:
    return TicketView(
        number=line.number,
        title=one_line(line.title, _TITLE_LENGTH) or "Untitled",
        status=one_line(line.status_label, _NAME_LENGTH),
        tone=TONES.get(line.status_color, _GREY),
        link=_web_address(line.link) or "",
        description=excerpt(line.description, description_length),
        actions=tuple(one_line(action, _ACTION_LENGTH) for action in line.requested_actions),
        item=one_line(line.item_url or ""),
        item_link=_web_address(line.item_url or ""),
        comment=excerpt(line.comment or "", _COMMENT_LENGTH),
        reason=excerpt(line.reason or "", _COMMENT_LENGTH),
        due=_day(line.due_on),
    )


def _web_address(text: str) -> str | None:
    """Return ``text`` if a browser would go to the web with it, ``None`` for ``javascript:`` and all other schemes."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return text if is_web and text.isprintable() and " " not in text else None


def _broken(text: str) -> Markup:
    """Return ``text`` as HTML with its line breaks, since some clients know no other way to show them."""
    return Markup("<br>").join(text.split("\n")) if "\n" in text else escape(text)


def _wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """Return ``text`` in lines of at most ``COLUMNS``; ``first`` stands before the first, addresses stay whole."""
    shown = []
    for number, line in enumerate(text.split("\n")):
        start = first if first is not None and number == 0 else indent
        fits = len(start) + len(line) <= COLUMNS
        shown.append((start + line).rstrip() if fits else _filled(line, start, indent))
    return "\n".join(shown)


# The sentences around the tickets are the same in many mails.
@lru_cache(256)
def _filled(line: str, start: str, indent: str) -> str:
    return textwrap.fill(
        line,
        COLUMNS,
        initial_indent=start,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
