from datetime import timedelta

import pytest

from ticketdesk.domain.messages import take_ahead


@pytest.mark.parametrize(
    ("sent", "seconds", "ahead"),
    [(1, 0.0, 50), (5, 0.01, 50), (5, 0.025, 50), (50, 0.5, 25), (5, 1.0, 1), (1, 60.0, 1)],
)
def test_a_worker_takes_ahead_what_it_sends_in_a_quarter_of_a_second(sent: int, seconds: float, ahead: int) -> None:
    assert take_ahead(sent, timedelta(seconds=seconds)) == ahead
