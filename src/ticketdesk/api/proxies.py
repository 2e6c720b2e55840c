"""Whose word is taken for where a request came from.

``X-Forwarded-For`` and ``X-Forwarded-Proto`` can be sent by anybody. They count only from peers that the config lists
(``TICKETDESK_TRUSTED_PROXIES``, none by default), and of the addresses in them the last one that is no such proxy: the
ones before it are what the client itself wrote. Rate limits and the log go by the result.
"""

from collections.abc import Sequence
from ipaddress import ip_network

from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


def middleware(proxies: Sequence[str]) -> list[Middleware]:
    """Return the middleware for ``proxies``, addresses or networks, none for none; raises ``ValueError`` for others."""
    for proxy in proxies:
        ip_network(proxy)
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts=list(proxies))] if proxies else []
