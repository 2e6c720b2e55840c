"""Stands for the person who opens a mail and follows its link.

Only development and the demo have this mailbox. Your program never sees a link: the recipient's browser does.
"""

import time

import httpx

PATIENCE_SECONDS = 30


def token_from_mail(url: str, address: str, number: int) -> str:
    """Wait for the mail about ticket ``number`` to ``address``; returns what stands behind ``#/t/`` in its link."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        mails = httpx.get(f"{url}/dev/mailbox/mails.json", params={"to": address}).json()["items"]
        links = [link for mail in mails if f"[#{number}]" in mail["subject"] for link in mail["links"]]
        tokens = [link.partition("#/t/")[2] for link in links if "#/t/" in link]
        if tokens:
            return str(tokens[0])
        time.sleep(0.2)
    raise TimeoutError(f"No mail about #{number} reached {address}. Does a worker run?")
