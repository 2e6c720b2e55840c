"""What a row of an imported file means for the people who are known already.

A row is matched by external id, then by address. What it leaves empty stays; its address becomes the primary one,
because the file is newer than what is known. No two rows may mean the same person.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from ticketdesk.domain.addresses import is_same, normalise
from ticketdesk.domain.errors import FieldError


class ImportOutcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with valid cells; ``None`` for an empty one. ``account`` is a name."""

    number: int
    name: str | None = None
    email: str | None = None
    account: str | None = None
    job_title: str | None = None
    phone: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A contact as far as an import can change it; ``id`` is ``None`` for one who is still to be created.

    ``account_id`` is ``None`` where ``account`` has yet to be found by its name.
    """

    id: UUID | None
    name: str
    addresses: tuple[str, ...] = ()
    account: str | None = None
    account_id: UUID | None = None
    job_title: str | None = None
    phone: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A row with its outcome, and the person as they are to be; ``None`` for a row that failed."""

    number: int
    outcome: ImportOutcome
    person: KnownPerson | None = None
    errors: tuple[FieldError, ...] = ()


def account_key(name: str) -> str:
    """Return what two spellings of an account's name share: letter case and white space do not count."""
    return " ".join(name.casefold().split())


def plan(rows: Iterable[Row], people: Iterable[KnownPerson], ambiguous_accounts: Iterable[str] = ()) -> list[Planned]:
    """Return the outcome of every row, in their order; ``ambiguous_accounts`` are keys that several accounts share."""
    people = list(people)
    by_external_id = {person.external_id: person for person in people if person.external_id}
    by_address = {normalise(address): person for person in people for address in person.addresses}
    placed: dict[str, int] = {}
    planned = []
    for row in rows:
        match = _Match(row, by_external_id.get(row.external_id or ""), by_address.get(normalise(row.email or "")))
        outcome = _judge(match, placed, frozenset(ambiguous_accounts))
        if outcome.outcome is not ImportOutcome.FAILED:
            placed |= dict.fromkeys(match.marks, row.number)
        planned.append(outcome)
    return planned


@dataclass(frozen=True, slots=True)
class _Match:
    """A row with the people whom its external id and its address belong to."""

    row: Row
    by_external_id: KnownPerson | None
    by_address: KnownPerson | None

    @property
    def known(self) -> KnownPerson | None:
        return self.by_external_id or self.by_address

    @property
    def marks(self) -> list[str]:
        """Everything by which another row could mean the same person."""
        email = normalise(self.row.email) if self.row.email else None
        marks = {
            "external id": self.row.external_id,
            "address": email,
            "contact": self.known.id if self.known else None,
        }
        return [f"{kind} {value}" for kind, value in marks.items() if value is not None]

    @property
    def is_somebody_elses(self) -> bool:
        """Whether the address belongs to a person with another external id than the row says."""
        if self.by_address is None:
            return False
        theirs = self.by_address.external_id
        is_named_otherwise = bool(self.row.external_id and theirs) and self.row.external_id != theirs
        return is_named_otherwise or (self.by_external_id is not None and self.by_external_id != self.by_address)


def _judge(match: _Match, placed: Mapping[str, int], ambiguous_accounts: frozenset[str]) -> Planned:
    row, known = match.row, match.known
    errors = tuple(_errors(match, placed, ambiguous_accounts))
    if errors:
        return Planned(row.number, ImportOutcome.FAILED, errors=errors)
    after = _merged(known or KnownPerson(None, row.name or ""), row)
    if known is None:
        return Planned(row.number, ImportOutcome.CREATED, after)
    return Planned(row.number, ImportOutcome.UNCHANGED if after == known else ImportOutcome.UPDATED, after)


def _errors(match: _Match, placed: Mapping[str, int], ambiguous_accounts: frozenset[str]) -> Iterator[FieldError]:
    row = match.row
    if row.email is None and row.external_id is None:
        yield FieldError("/email", "contact_unidentified", "A person is recognised by email or external_id.")
    if match.known is None and row.name is None:
        yield FieldError("/name", "name_required", "A new contact needs a name.")
    first = next((placed[mark] for mark in match.marks if mark in placed), None)
    if match.is_somebody_elses:
        yield FieldError("/email", "address_taken", "This address belongs to a contact with another external id.")
    elif first is not None:
        yield FieldError("", "row_repeated", f"Row {first} is about the same person.")
    if row.account is not None and account_key(row.account) in ambiguous_accounts:
        yield FieldError("/account", "account_ambiguous", "Several accounts have this name.")


def _merged(person: KnownPerson, row: Row) -> KnownPerson:
    is_moved = row.account is not None and account_key(row.account) != account_key(person.account or "")
    return replace(
        person,
        name=row.name or person.name,
        addresses=_addresses(person.addresses, row.email),
        account=row.account if is_moved else person.account,
        account_id=None if is_moved else person.account_id,
        job_title=row.job_title or person.job_title,
        phone=row.phone or person.phone,
        external_id=row.external_id or person.external_id,
    )


def _addresses(known: tuple[str, ...], email: str | None) -> tuple[str, ...]:
    if email is None:
        return known
    # The spelling that is known stays: mail reaches it, and a file that only differs in case changes nothing.
    spelt = next((address for address in known if is_same(address, email)), email)
    return (spelt, *(address for address in known if address != spelt))
