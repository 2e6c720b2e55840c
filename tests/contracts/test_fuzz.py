"""A short run of ``make fuzz``: every operation, few cases, always the same seed."""

import pytest
from fastapi import FastAPI
from fuzz.rounds import fuzz_served
from fuzz.runs import Plan
from tests.serving import served

from ticketdesk.bootstrap import Resources

# What each of them may do; the admin tries everything.
PATHS = {"admin": "", "api_key": "monitored-items|/tickets$", "portal": "/portal/|/auth/|/me$"}


@pytest.mark.long
@pytest.mark.parametrize("caller", PATHS)
async def test_a_short_round_finds_nothing(app: FastAPI, resources: Resources, caller: str) -> None:
    async with served(app) as base_url:
        plan = Plan(seed=7, examples=1, phases=("fuzzing",), paths=PATHS[caller])
        outcome = await fuzz_served(resources, base_url, caller, plan)
    assert outcome.failures == []
    # A round that reached nothing would find nothing either.
    assert len(outcome.succeeded) > len(outcome.operations) / 4
