"""Everybody × every operation × what its object is to them, against the one table of ``permissions.py``.

Every answer, every mail and every log line is also searched for what its reader must not learn: see
``tests/worlds/canaries.py``.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable

import pytest
from structlog.typing import EventDict
from tests.application import SignedInClient
from tests.contracts.permission_objects import OBJECTS, Who
from tests.contracts.permissions import ROWS
from tests.worlds.canaries import Canary, found_in, insides_in
from tests.worlds.credentials import Caller, by_key, in_person, that_do_not_hold
from tests.worlds.invites import INVITED
from tests.worlds.sweeps import ALLOWED, Answer, expected, sweep
from tests.worlds.world import OTHER_RECIPIENT, World

from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.permissions import Role
from ticketdesk.integrations.caught_mail import CaughtMail


@pytest.mark.long
@pytest.mark.parametrize("come", [in_person, by_key, that_do_not_hold], ids=lambda come: come.__name__)
async def test_everybody_may_and_learns_what_the_table_says(
    world: World,
    anonymous: SignedInClient,
    log_lines: list[EventDict],
    come: Callable[[World], Awaitable[list[Caller]]],
) -> None:
    answers = [answer async for answer in sweep(world, anonymous, await come(world))]
    wrong = [*refused_otherwise(answers), *never_done(answers), *leaks(answers, world.canaries)]
    wrong += unread(answers, world.canaries) if come is in_person else []
    wrong += [f"the log tells the {canary.what}" for canary in found_in(repr(log_lines).encode(), world.canaries)]
    assert wrong == [], "\n".join(wrong)


def refused_otherwise(answers: Iterable[Answer]) -> list[str]:
    """Name the cells that differ from the table."""
    wanted = [(answer, expected(answer.caller, answer.operation.row, answer.relation)) for answer in answers]
    return [
        f"{answer}: {answer.outcome}, not {outcome}: {answer.response.text[:200]}"
        for answer, outcome in wanted
        if answer.outcome != outcome
    ]


def never_done(answers: Iterable[Answer]) -> list[str]:
    """Name what was allowed and yet never done: its body or its object is none that the operation can work with."""
    is_done: dict[tuple[str, str], bool] = defaultdict(bool)
    for answer in answers:
        if answer.outcome == ALLOWED and answer.caller.scopes is None:
            is_done[answer.caller.name, answer.operation.name] |= answer.response.is_success
    return [f"{caller}: {operation} was never done" for (caller, operation), done in is_done.items() if not done]


def leaks(answers: Iterable[Answer], canaries: list[Canary]) -> list[str]:
    """Name the answers that tell a canary to somebody who must not know it, or how the program is made."""
    found = []
    for answer in answers:
        kept_from = [canary for canary in canaries if not may_read(answer.caller, canary)]
        found += [f"{answer}: tells the {canary.what}" for canary in found_in(answer.content, kept_from)]
        if not answer.response.is_success:
            found += [f"{answer}: speaks of {inside}" for inside in insides_in(answer.content)]
    return found


def may_read(caller: Caller, canary: Canary) -> bool:
    """Tell whether ``caller`` is one of those whom the canary is known to."""
    return caller.who in canary.known_to and caller.permits(canary.scope)


# Known, but shown to the recipient by no route.
MAILED_ONLY = {"reason"}


def unread(answers: Iterable[Answer], canaries: list[Canary]) -> list[str]:
    """Name canaries that were planted where nobody looks, so that finding them nowhere would mean nothing."""
    read: dict[Caller, bytes] = defaultdict(bytes)
    for answer in answers:
        if answer.caller.who in {Who.AGENT, Who.RECIPIENT}:
            read[answer.caller] += answer.content
    return [
        f"{caller.name} never reads the {canary.what}"
        for caller, content in read.items()
        for canary in canaries
        if may_read(caller, canary) and not found_in(content, [canary])
        if not (caller.who is Who.RECIPIENT and canary.what in MAILED_ONLY)
    ]


# Mails to staff, and to those who cannot sign in, none of which the world's desk sends.
UNSENT = {Purpose.ASSIGNED, Purpose.DIGEST, Purpose.PASSWORD_RESET}


def content_of(mail: CaughtMail) -> bytes:
    """Return everything that a mail says, as it was sent and as it is read."""
    headers = "\n".join(f"{name}: {value}" for name, value in mail.headers)
    return b"\n".join((mail.raw, headers.encode(), mail.text.encode(), mail.html.encode()))


async def test_no_mail_tells_what_its_reader_must_not_know(world: World) -> None:
    page = (await world.staff[Who.ADMIN].get("/api/v1/messages?state=sent&limit=200")).json()
    sent = {message["purpose"] for message in page["items"]}
    assert sent >= set(Purpose) - UNSENT, "let the desk send every kind of mail"
    assert world.resources.catcher is not None
    wrong, reached = [], set[str]()
    for mail in world.resources.catcher.mails:
        readers = {world.readers[address] for address in mail.envelope_to}
        reached |= readers
        kept_from = [canary for canary in world.canaries if not readers <= canary.known_to]
        wrong += [f"{mail.subject}: tells the {canary.what}" for canary in found_in(content_of(mail), kept_from)]
    assert wrong == []
    assert reached == {Who.RECIPIENT, Who.GUEST, OTHER_RECIPIENT, Who.AUDITOR, INVITED}


def test_every_kind_of_object_is_some_operations() -> None:
    assert {row.about for row in ROWS.values()} == set(OBJECTS)


def test_every_role_is_a_caller() -> None:
    assert {role.value for role in Role} <= {who.value for who in Who}
