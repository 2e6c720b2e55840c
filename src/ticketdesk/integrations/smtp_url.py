"""The setting ``TICKETDESK_SMTP_URL``, taken apart."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_DEFAULT_PORTS = {"smtp": 25, "smtps": 465}
_STARTTLS = {"never": False, "required": True}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server and how to talk to it.

    ``uses_tls``: TLS from the first byte (RFC 8314). ``starttls``: upgrade always (``True``), never (``False``) or when
    the server offers it (``None``). ``username`` is ``None`` where nobody signs in.
    """

    host: str
    port: int
    uses_tls: bool = False
    starttls: bool | None = None
    username: str | None = None
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """Read ``smtp[s]://[user:password@]host[:port][?starttls=never|required]``.

        User and password are percent-encoded. A password goes over the network in the clear only where
        ``starttls=never`` says so: otherwise, and but for loopback, STARTTLS is then required.
        Raises ``ValueError`` with a sentence that repeats nothing of the URL, since that may hold a password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError("The SMTP URL cannot be read.") from None
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
            raise ValueError("The SMTP URL must look like smtp[s]://user:password@host:port.")
        username = unquote(parts.username) if parts.username else None
        return cls(
            host=parts.hostname,
            port=port or _DEFAULT_PORTS[parts.scheme],
            uses_tls=parts.scheme == "smtps",
            starttls=_starttls(parts, guards_password=username is not None),
            username=username,
            password=unquote(parts.password or ""),
        )

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def _starttls(parts: SplitResult, *, guards_password: bool) -> bool | None:
    options = parse_qsl(parts.query, keep_blank_values=True)
    if parts.scheme == "smtps" and options:
        raise ValueError("An smtps URL takes no options: it is encrypted from the start.")
    for name, value in options:
        if name != "starttls" or value not in _STARTTLS:
            raise ValueError("The only option of the SMTP URL is starttls=never or starttls=required.")
        return _STARTTLS[value]
    if parts.scheme == "smtps":
        return False
    return True if guards_password and not _is_loopback(parts.hostname or "") else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
