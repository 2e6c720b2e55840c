"""The links by which forgotten passwords are replaced, taken out of the mails."""

import re

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.jobs.outbox import hand_out_due_events


async def mailed(resources: Resources) -> list[str]:
    """Return the addresses in the mails that go out now."""
    assert resources.catcher is not None
    before = len(resources.catcher.mails)
    await hand_out_due_events(resources)
    await send_due_messages(resources)
    return [
        found[0]
        for mail in resources.catcher.mails[before:]
        for found in [re.findall(r"\S+#/r/\S+", mail.text)]
        if found
    ]
