"""Whom a task is written to, which part of it each of them has, and when it can be sent (product.md section 6)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from ticketdesk.domain.errors import Conflict, FieldError, InvalidInput

MAX_ADDRESSEES = 200
MAX_COMPILATIONS = 20
# Of one addressee, all compilations together.
MAX_PARTS = 200

# The questionnaires that somebody has; ``None``: all of the task's; empty: only what others delegate to them.
Part = tuple[UUID, ...] | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person a task is written to: the contact they are, the address used with its normalised form, their part."""

    contact_id: UUID
    name: str
    address: str
    address_key: str
    part: Part = None


def merge_parts(one: Part, other: Part) -> Part:
    """Return what somebody has who was given both parts, each questionnaire once."""
    return None if one is None or other is None else tuple(dict.fromkeys((*one, *other)))


def merge(people: Iterable[Addressee]) -> list[Addressee]:
    """Return each person once, in the order in which they are named first.

    Two that are one contact, or share a mailbox, are one person: the first of them, with the parts of both.
    """
    merged: list[Addressee] = []
    for person in people:
        at = next((at for at, known in enumerate(merged) if is_same_person(known, person)), None)
        if at is None:
            merged.append(person)
        else:
            merged[at] = replace(merged[at], part=merge_parts(merged[at].part, person.part))
    return merged


def is_same_person(one: Addressee, other: Addressee) -> bool:
    """Tell whether two addressees would be written to as one."""
    return one.contact_id == other.contact_id or one.address_key == other.address_key


def require_sendable(addressees: int, compilations: int, addressees_at: str, compilations_at: str) -> None:
    """Raise ``InvalidInput`` for a task that nobody would get, or that asks nothing.

    The codes are ``recipient_required`` and ``compilation_required``, each at the pointer where it would be said.
    """
    errors = []
    if not addressees:
        errors.append(FieldError(addressees_at, "recipient_required", "A task is sent to somebody: name an addressee."))
    if not compilations:
        errors.append(FieldError(compilations_at, "compilation_required", "A task that is sent asks a compilation."))
    if errors:
        raise InvalidInput(*errors)


def require_parts(parts: Sequence[tuple[str, Part]], known: Collection[UUID]) -> None:
    """Raise ``InvalidInput`` (``unknown_reference``) at each questionnaire that is none of ``known``.

    ``parts`` are pairs of the pointer to the addressee and what they are given.
    """
    errors = [
        FieldError(f"{pointer}/questionnaire_ids/{index}", "unknown_reference", "The task has no such questionnaire.")
        for pointer, part in parts
        for index, questionnaire_id in enumerate(part or ())
        if questionnaire_id not in known
    ]
    if errors:
        raise InvalidInput(*errors)


def require_standing_parts(parts: Iterable[Part], known: Collection[UUID]) -> None:
    """Raise ``Conflict`` (``part_removed``) where somebody was given a questionnaire that is no longer asked."""
    if any(questionnaire_id not in known for part in parts for questionnaire_id in part or ()):
        detail = "An addressee has a questionnaire that the compilations no longer have; say anew who has which."
        raise Conflict(detail, code="part_removed")
