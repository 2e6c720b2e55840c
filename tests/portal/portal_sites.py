"""What the browser tests need to be there: a running site, and one recipient's tickets on it."""

from typing import NamedTuple, Protocol

RECIPIENT = "Jordan Lee"
SENDER = "Dana Reyes"
TEAM = "Compliance"

TITLE = "Remove the promise of guaranteed approval from your post"
DESCRIPTION = "That is an advertisement.\n\nPlease correct it by Friday."
# What is asked, each with its note.
ACTIONS = (
    ("Delete the post, or edit out “guaranteed”", None),
    ("Add your NMLS number", "It belongs in the first two lines."),
    ("Reply here with a link to the corrected post", None),
)
PLATFORM = "LinkedIn"
ITEM_URL = "https://www.linkedin.example/posts/jordan-lee"
CAPTURED_TEXT = "Rates are dropping!\nI can get anyone approved in 24 hours, guaranteed."
CATEGORY = ("Misleading terms", "Regulation Z, 12 CFR 1026.24")
STAFF_COMMENT = "If you would rather delete the whole post, that is fine too."

HOSTILE = '<img src=x onerror="window.isHacked=true">'
CLOSED_TITLE = "Add the licence disclosure to your biography"


class StaffView(NamedTuple):
    """What the desk has of the ticket that ``link`` opens."""

    status: str
    done_actions: list[bool]  # in the order of ACTIONS
    comments: list[str]  # bodies of the recipient's public comments, oldest first


class PortalSite(Protocol):
    """A running server with three tickets sent to ``RECIPIENT`` by ``SENDER`` of ``TEAM``, oldest first.

    1. ``link``: ``TITLE``, ``DESCRIPTION``, ``ACTIONS``, a post on ``PLATFORM`` (``ITEM_URL``, ``CAPTURED_TEXT``),
       ``CATEGORY``, one public ``STAFF_COMMENT``; status ``pending_correction``, nothing ticked.
    2. ``other_link``: ``HOSTILE`` as title, description, only action and only staff comment, without an item.
    3. ``CLOSED_TITLE``, closed.
    """

    base_url: str  # scheme, host and port, without a slash at the end; the page is at /portal/
    link: str  # as in the mail: {base_url}/portal/#/t/<token>
    other_link: str

    async def staff_view(self) -> StaffView:
        """Return what the desk sees of the first ticket now."""
        ...

    async def send_tickets(self, count: int) -> None:
        """Send this many further tickets to the recipient."""
        ...

    async def end_sessions(self) -> None:
        """Revoke every portal session, but no link."""
        ...
