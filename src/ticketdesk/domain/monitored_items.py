"""What a monitor reported, and the ticket that follows from it (spec: product.md section 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category, normalize
from uuid import UUID

from ticketdesk.domain.plain_text import one_line
from ticketdesk.domain.tickets import ActionSource

LONGEST_TITLE = 200


class ItemKind(StrEnum):
    """One thing that was published, or the page of a person."""

    POST = "post"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Alert:
    """One finding of the monitor; ``regulation`` is the rule it sees broken, as the monitor writes it."""

    code: str
    text: str
    regulation: str | None = None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the form is filled from; ``contact_name`` is whose post or profile it is, where that is known."""

    kind: ItemKind
    platform: str
    contact_name: str | None = None
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A violation category that may be used, with the regulation it stands for."""

    id: UUID
    regulation: str


@dataclass(frozen=True, slots=True)
class PrefilledAction:
    """A requested action to begin with; its note names the regulation."""

    text: str
    note: str | None
    source: ActionSource = ActionSource.ALERT


@dataclass(frozen=True, slots=True)
class Prefill:
    """What the form shows before anybody typed."""

    title: str
    requested_actions: tuple[PrefilledAction, ...]
    violation_category_ids: tuple[UUID, ...]


def prefill(item: ItemFacts, categories: Sequence[CategoryFacts]) -> Prefill:
    """Return what a ticket about ``item`` begins with: one requested action per alert, in the order of the alerts.

    The categories are all those whose regulation an alert names, each once, in the order of the alerts.
    """
    return Prefill(
        title=_title(item),
        requested_actions=tuple(
            PrefilledAction(alert.text.strip() or alert.code, (alert.regulation or "").strip() or None)
            for alert in item.alerts
        ),
        violation_category_ids=tuple(dict.fromkeys(_matching(item.alerts, categories))),
    )


def regulation_key(regulation: str) -> str:
    """Return what two spellings of one regulation share: case, white space, dashes and the sign § do not count."""
    folded = normalize("NFKC", regulation).casefold()
    return "".join(letter for letter in folded if not (letter.isspace() or letter in "§−" or category(letter) == "Pd"))


def _matching(alerts: Iterable[Alert], categories: Sequence[CategoryFacts]) -> Iterable[UUID]:
    for alert in alerts:
        key = regulation_key(alert.regulation or "")
        yield from (found.id for found in categories if key and regulation_key(found.regulation) == key)


def _title(item: ItemFacts) -> str:
    subject = f"{item.platform} {item.kind.value}" + (f" of {item.contact_name}" if item.contact_name else "")
    if len(item.alerts) == 1:
        subject += f": {item.alerts[0].text or item.alerts[0].code}"
    elif item.alerts:
        subject += f": {len(item.alerts)} findings"
    return one_line(subject, LONGEST_TITLE)
