"""A short run of ``make fuzz``: every operation, few cases, always the same seed."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from fuzz.rounds import fuzz_as
from fuzz.runs import Plan

# What each of them may do; the admin tries everything.
PATHS = {"admin": "", "api_key": "monitored-items|/tickets$", "portal": "/portal/|/auth/|/me$"}


@pytest.fixture(scope="module")
def process() -> Iterator[ProcessPoolExecutor]:
    """A process for the rounds: what schemathesis keeps of the contract and changes elsewhere ends with it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.mark.long
@pytest.mark.parametrize("caller", PATHS)
def test_a_short_round_finds_nothing(process: ProcessPoolExecutor, caller: str) -> None:
    # Whether a busy machine answers in time is measured elsewhere.
    plan = Plan(seed=7, examples=1, phases=("fuzzing",), paths=PATHS[caller], patience=60.0)
    outcome = process.submit(fuzz_as, caller, plan).result()
    assert outcome.failures == []
    # A round that reached nothing would find nothing either.
    assert len(outcome.succeeded) > len(outcome.operations) / 4
