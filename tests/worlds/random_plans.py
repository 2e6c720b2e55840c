"""Worlds drawn from a seed: people, tickets, parts, delegations, removals, revocations. Values alone, no database.

Every text that somebody must not read is a word of its own, so that an answer tells by its words what it showed.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from uuid import UUID

from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.repositories.base import new_id

_WORD = re.compile(r"canary[0-9a-f]{14}")
PARTS = 3
QUESTIONS_A_PART = 3


def words_in(text: str) -> set[str]:
    """Return the words of ``Draw.word`` that a text holds."""
    return set(_WORD.findall(text))


class Way(StrEnum):
    """How somebody comes in, and what became of it."""

    LINK = "by link"
    REVOKED_LINK = "by a link that was revoked"
    GUEST = "as a guest"
    DISABLED_GUEST = "as a guest who was disabled"
    GUEST_OF_DISABLED_CONTACT = "as a guest whose contact was disabled"
    STAFF = "as staff who are a contact too"
    STAFF_OF_DISABLED_CONTACT = "as staff whose contact was disabled"
    STAFF_WITHOUT_CONTACT = "as staff who are no contact"


@dataclass
class Person:
    """A contact with a name and an address that are words, and the user who they are, if any."""

    id: UUID
    way: Way
    name: str
    address: str
    user_id: UUID = field(default_factory=new_id)


@dataclass
class Delegation:
    """A question given from one recipient to another; ``note`` is a word."""

    giver: Person
    taker: Person
    note: str
    is_standing: bool


@dataclass
class Question:
    """A question in a part (counted from 0) of its ticket; ``text`` and all that hangs on it are words."""

    id: UUID
    part: int
    position: int
    text: str
    is_withdrawn: bool
    answer: tuple[str, str, Person] | None
    delegations: list[Delegation]


@dataclass
class File:
    """A file by its name, a word; public or internal, and to answer a question or not."""

    id: UUID
    name: str
    is_public: bool
    question: Question | None


@dataclass
class Ticket:
    """A ticket; ``parts`` says of each recipient which parts they have (``None``: all), ``removed`` who was one."""

    id: UUID
    kind: TicketKind
    status: Status
    title: str
    description: str
    is_sent: bool
    is_deleted: bool
    is_archived: bool
    parts: list[tuple[Person, list[int] | None]]
    removed: list[Person]
    part_names: list[str]
    questions: list[Question]
    files: list[File]
    comments: list[tuple[str, bool]]


@dataclass
class Plan:
    """One world."""

    people: list[Person]
    tickets: list[Ticket]


# Ways that let somebody in come more often, so that there is something to see.
_WAYS = (*Way, Way.LINK, Way.GUEST, Way.GUEST, Way.STAFF)
_STATUSES = {
    TicketKind.CORRECTIVE: (Status.SEND_LATER, Status.PENDING_CORRECTION, Status.PENDING_VERIFICATION, Status.CLOSED),
    TicketKind.SUPPORT: (Status.NEW, Status.OPEN, Status.COMMENT_ADDED, Status.CLOSED),
    TicketKind.TASK: (Status.SEND_LATER, Status.OPEN, Status.OPEN, Status.COMMENT_ADDED, Status.CLOSED),
}


class Draw:
    """Draws a plan; the same seed gives the same one, but for ids."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)

    def word(self) -> str:
        """Return a word that is nowhere else."""
        return f"canary{self.random.getrandbits(56):014x}"

    def happens(self, chance: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.random.random() < chance

    def plan(self) -> Plan:
        """Return a world of three to five people and two to five tickets."""
        people = [self._person() for _ in range(self.random.randint(3, 5))]
        return Plan(people, [self._ticket(people) for _ in range(self.random.randint(2, 5))])

    def _person(self) -> Person:
        return Person(new_id(), self.random.choice(_WAYS), self.word(), f"{self.word()}@outside.example")

    def _ticket(self, people: list[Person]) -> Ticket:
        kind = self.random.choice([TicketKind.TASK, TicketKind.TASK, TicketKind.CORRECTIVE, TicketKind.SUPPORT])
        status = self.random.choice(_STATUSES[kind])
        on_it = self.random.sample(people, self.random.randint(1, len(people)))
        removed = on_it[1:] if len(on_it) > 1 and self.happens(0.2) else []
        named = [one for one in on_it if one not in removed]
        questions = self._questions(on_it) if kind is TicketKind.TASK else []
        return Ticket(
            id=new_id(),
            kind=kind,
            status=status,
            title=self.word(),
            description=self.word(),
            # Each of the two keeps it from its recipients alone, so they are drawn apart.
            is_sent=self.happens(0.3 if status is Status.SEND_LATER else 0.95),
            is_deleted=self.happens(0.15),
            is_archived=self.happens(0.15),
            parts=[(one, self._part() if kind is TicketKind.TASK else None) for one in named],
            removed=removed,
            part_names=[self.word() for _ in range(PARTS)],
            questions=questions,
            files=self._files(questions),
            comments=[(self.word(), self.happens(0.6)) for _ in range(self.random.randint(0, 3))],
        )

    def _part(self) -> list[int] | None:
        return None if self.happens(0.3) else self.random.sample(range(PARTS), self.random.randint(0, PARTS - 1))

    def _questions(self, on_it: list[Person]) -> list[Question]:
        return [
            Question(
                id=new_id(),
                part=part,
                position=position,
                text=self.word(),
                is_withdrawn=self.happens(0.15),
                answer=(self.word(), self.word(), self.random.choice(on_it)) if self.happens(0.5) else None,
                delegations=self._delegations(on_it) if self.happens(0.4) else [],
            )
            for part in range(PARTS)
            for position in range(self.random.randint(1, QUESTIONS_A_PART))
        ]

    def _delegations(self, on_it: list[Person]) -> list[Delegation]:
        """Return up to one that stands after up to one that ended."""
        if len(on_it) < 2:
            return []
        drawn = [self.random.sample(on_it, 2) for _ in range(self.random.randint(1, 2))]
        stands = self.happens(0.7)
        return [
            Delegation(giver, taker, self.word(), is_standing=stands and each == len(drawn) - 1)
            for each, (giver, taker) in enumerate(drawn)
        ]

    def _files(self, questions: list[Question]) -> list[File]:
        asked = [None, *self.random.sample(questions, min(2, len(questions)))]
        return [
            File(new_id(), self.word(), question is not None or self.happens(0.6), question)
            for question in asked
            if self.happens(0.8)
        ]
