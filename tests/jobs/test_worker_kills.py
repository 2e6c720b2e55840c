"""Workers killed in the middle of their work; how soon others take over is measured by ``make chaos`` alone."""

import pytest
from chaos.worker_kills import PLANS, send_and_kill


@pytest.mark.long
async def test_killing_workers_loses_no_message() -> None:
    outcome = await send_and_kill(PLANS["small"])
    assert [figure for figure in outcome.counted if not figure.passed] == []
