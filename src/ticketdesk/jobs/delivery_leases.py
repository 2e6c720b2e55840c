"""The messages a mail worker holds, and until when: under a lease that may run out nothing is sent.

A worker that was held up (a busy machine, a slow database) is told by nobody that its messages went to another one. So
the leases are kept alive as long as there is work, and each mail asks anew whether its own lasts.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.messages import LEASE
from ticketdesk.repositories.deliveries import Claim, DeliveryRecord
from ticketdesk.services import deliveries

if TYPE_CHECKING:
    from datetime import datetime

log = structlog.get_logger(__name__)

# Well within the lease, so that one late renewal loses nothing.
HEARTBEAT_SECONDS = LEASE.total_seconds() / 4
# A lease has to last for so much longer, in which the mail server answers and its answer is noted.
_SPARE = LEASE / 4


class Leases:
    """What one worker holds and is not done with."""

    def __init__(self, resources: Resources) -> None:
        """Begin with nothing."""
        self._resources = resources
        self._until: dict[Claim, datetime] = {}

    def hold(self, claimed: Iterable[DeliveryRecord]) -> None:
        """Hold these as well, from now on."""
        self._until |= {message.claim: message.leased_until for message in claimed}

    def drop(self, *claims: Claim) -> None:
        """Be done with these: their leases end by themselves unless they were given back."""
        for claim in claims:
            self._until.pop(claim, None)

    def is_safe(self, claim: Claim) -> bool:
        """Tell whether a mail sent now is noted before another worker may take the message over."""
        until = self._until.get(claim)
        return until is not None and self._resources.clock.now() < until - _SPARE

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[None]:
        """Keep alive what is held at any time while the block runs, however slow the mail server."""
        task = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                async with self._resources.unit_of_work() as uow:
                    renewed = await deliveries.renew(uow, list(self._until))
            except Exception:
                # What fails once may work at the next beat; until then the leases tell what may still be sent.
                log.exception("leases_not_renewed")
                continue
            self._until |= {claim: until for claim, until in renewed.items() if claim in self._until}
