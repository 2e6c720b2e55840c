"""How often costly or guessable things may be asked for, and when a request is one too many.

Windows are fixed: one begins with a subject's first request, holds as many as the quota says, and the next begins with
the first request after its end. So whoever is refused knows to the second when it pays to come back; in the worst case
the end of one window and the start of the next are used up together.

Requests are counted, not failures. How failures to sign in add up is another rule: ``domain/sign_ins.py``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

WINDOW = timedelta(minutes=15)
# What one subscriber is given (RFC 6177): whoever has one address of it has them all.
_IPV6_SITE_BITS = 64


class Limited(StrEnum):
    """What is limited."""

    SIGN_IN = "sign_in"
    SESSION_REFRESH = "session_refresh"
    LINK_EXCHANGE = "link_exchange"
    INVITE_REDEMPTION = "invite_redemption"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - what is limited, no secret
    PASSWORD_RESET_REDEMPTION = "password_reset_redemption"  # noqa: S105 - what is limited, no secret
    EXPORT = "export"
    CONTACT_IMPORT = "contact_import"
    UPLOAD = "upload"
    PORTAL_UPLOAD = "portal_upload"
    FILE_LINK = "file_link"


class Subject(StrEnum):
    """Whose requests are counted together: those of a network address, and those with one credential."""

    CLIENT = "client"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True)
class Quotas:
    """How many requests a window holds, by subject.

    A whole office may share one address, so a client has room for many people; a credential is one person's.
    """

    per_client: int
    per_credential: int


# Until an admin decides otherwise. A new limit is a member above, a line here, and ``limited(...)`` on its route.
QUOTAS: Mapping[Limited, Quotas] = {
    Limited.SIGN_IN: Quotas(per_client=300, per_credential=30),
    # Front ends refresh once a window for each person who works.
    Limited.SESSION_REFRESH: Quotas(per_client=3000, per_credential=30),
    Limited.LINK_EXCHANGE: Quotas(per_client=1000, per_credential=60),
    Limited.INVITE_REDEMPTION: Quotas(per_client=300, per_credential=60),
    # By address: each request is a mail to somebody who may not have asked for it.
    Limited.PASSWORD_RESET: Quotas(per_client=300, per_credential=5),
    Limited.PASSWORD_RESET_REDEMPTION: Quotas(per_client=300, per_credential=60),
    Limited.EXPORT: Quotas(per_client=1200, per_credential=240),
    Limited.CONTACT_IMPORT: Quotas(per_client=120, per_credential=30),
    Limited.UPLOAD: Quotas(per_client=1200, per_credential=240),
    Limited.PORTAL_UPLOAD: Quotas(per_client=600, per_credential=60),
    # A link is one file's; a large one may be taken in many parts.
    Limited.FILE_LINK: Quotas(per_client=3000, per_credential=300),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a subject stands after a request: ``remaining`` of ``quota``, anew in ``resets_in`` whole seconds."""

    policy: str
    quota: int
    remaining: int
    resets_in: int
    is_exceeded: bool


def judge(limited: Limited, subject: Subject, quota: int, used: int, ends_at: datetime, now: datetime) -> Standing:
    """Return where a subject stands that has asked ``used`` times, this time included, in the window to ``ends_at``."""
    seconds = max(1, math.ceil((ends_at - now).total_seconds()))
    return Standing(f"{limited}_per_{subject}", quota, max(0, quota - used), seconds, is_exceeded=used > quota)


def client_of(host: str | None) -> str:
    """Return what stands for a network address: itself, and for IPv6 its /64; without one, all are one client."""
    if host is None:
        return ""
    try:
        # A zone ("%eth0") tells interfaces of this machine apart, not clients.
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _IPV6_SITE_BITS), strict=False))
