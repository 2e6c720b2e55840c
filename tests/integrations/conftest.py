from collections.abc import AsyncIterator, Callable

import pytest

from ticketdesk.integrations.smtp import SmtpTransport

Connect = Callable[..., SmtpTransport]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes transports that are closed with the test."""
    made: list[SmtpTransport] = []

    def make(url: str, **options: object) -> SmtpTransport:
        made.append(SmtpTransport(url, **options))  # type: ignore[arg-type]  # passed through
        return made[-1]

    yield make
    for transport in made:
        await transport.close()
