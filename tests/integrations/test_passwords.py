import asyncio
import time
from statistics import median

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from ticketdesk.integrations.passwords import Argon2Hasher

PASSWORD = "correct horse battery staple"


@pytest.fixture
def hasher() -> Argon2Hasher:
    return Argon2Hasher(passes=1, memory_kib=8)


async def test_password_verifies_against_its_hash_alone(hasher: Argon2Hasher) -> None:
    encoded = await hasher.hash(PASSWORD)

    assert PASSWORD not in encoded
    assert await hasher.hash(PASSWORD) != encoded
    assert await hasher.verify(encoded, PASSWORD)
    assert not await hasher.verify(encoded, PASSWORD + " ")
    assert not await hasher.verify(encoded, "")


@pytest.mark.parametrize("encoded", ["", "x", "$argon2id$v=19$m=8,t=1,p=1$$", "$2b$12$" + "a" * 53, "\u00e4\x00"])
async def test_unreadable_hash_matches_nothing_and_is_outdated(hasher: Argon2Hasher, encoded: str) -> None:
    assert not await hasher.verify(encoded, PASSWORD)
    assert hasher.is_outdated(encoded)


async def test_same_characters_are_the_same_password_however_they_were_typed(hasher: Argon2Hasher) -> None:
    assert await hasher.verify(await hasher.hash("Caf\u00e9 au lait"), "Cafe\u0301 au lait")
    assert not await hasher.verify(await hasher.hash("Caf\u00e9 au lait"), "Cafe au lait")


async def test_parameters_are_those_that_owasp_asks_for() -> None:
    parameters = extract_parameters(await Argon2Hasher().hash(PASSWORD))

    assert (parameters.type, parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (
        Type.ID,
        19_456,
        2,
        1,
    )


async def test_hash_with_other_parameters_is_outdated(hasher: Argon2Hasher) -> None:
    stronger = Argon2Hasher(passes=2, memory_kib=8)

    assert not hasher.is_outdated(await hasher.hash(PASSWORD))
    assert stronger.is_outdated(await hasher.hash(PASSWORD))
    assert await stronger.verify(await hasher.hash(PASSWORD), PASSWORD)


@pytest.mark.parametrize("password", [PASSWORD, "", "A" * 43])
async def test_nobody_has_no_password(hasher: Argon2Hasher, password: str) -> None:
    assert not await hasher.verify(None, password)


async def test_nobody_takes_as_long_as_somebody() -> None:
    hasher = Argon2Hasher()
    encoded = await hasher.hash(PASSWORD)

    async def seconds(known: str | None) -> float:
        started = time.perf_counter()
        assert not await hasher.verify(known, "wrong")
        return time.perf_counter() - started

    pairs = [(await seconds(encoded), await seconds(None)) for _ in range(9)]

    # Medians of interleaved rounds: the machine is shared, and a decoy that failed early would be 100 times faster.
    assert 0.5 < median(known for known, _ in pairs) / median(unknown for _, unknown in pairs) < 2


async def test_event_loop_goes_on_while_passwords_are_hashed() -> None:
    hasher = Argon2Hasher()
    hashing = asyncio.gather(*(hasher.hash(PASSWORD) for _ in range(8)))

    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 8
