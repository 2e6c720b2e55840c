"""What the doctor looks at outside the database."""

import asyncio
import smtplib
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ticketdesk.api import cors
from ticketdesk.bootstrap import open_storage
from ticketdesk.config import Config
from ticketdesk.integrations.smtp_url import SmtpServer

ZONES = ("America/Chicago", "Europe/Berlin", "America/Santiago")
SMTP_SECONDS = 10.0
PLACEHOLDER_DOMAIN = ".example"


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found and, where that is not well, what to do."""

    about: str
    state: State
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.about}: {self.text}{f' {self.remedy}' if self.remedy else ''}"


def check_environment(config: Config) -> Finding:
    """Report which environment this is."""
    return Finding("config", State.OK, f"{config.env.value}, reached as {config.public_url}.")


def check_secret_keys(config: Config) -> Finding:
    """See that sessions and links outlive the data directory."""
    if config.secret_keys:
        return Finding("secret keys", State.OK, f"{len(config.secret_keys)} configured, the newest signs.")
    return Finding(
        "secret keys",
        State.WARN,
        f"none configured; development keeps one in {config.data_dir / 'secret-key'}.",
        "Set TICKETDESK_SECRET_KEYS before going into production.",
    )


def check_data_dir(config: Config) -> Finding:
    """Try to write where the embedded database and the development key are kept."""
    if config.database_url is not None and config.secret_keys:
        return Finding("data directory", State.OK, "not needed: database and keys are configured.")
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=config.data_dir):
            pass
    except OSError as error:
        return Finding(
            "data directory",
            State.FAIL,
            f"{config.data_dir} cannot be written ({error.strerror}).",
            "Choose another with TICKETDESK_DATA_DIR.",
        )
    return Finding("data directory", State.OK, f"{config.data_dir} can be written.")


def check_storage(config: Config) -> Finding:
    """Write, read and remove something where attachments are kept."""
    try:
        where = asyncio.run(open_storage(config).try_out())
    except (OSError, ValueError, ImportError) as error:
        remedy = "Correct TICKETDESK_STORAGE_URL, or choose another TICKETDESK_DATA_DIR."
        return Finding("storage", State.FAIL, f"attachments cannot be kept ({error}).", remedy)
    return Finding("storage", State.OK, where)


def check_time_zones(_config: Config) -> Finding:
    """See that the zones are known in which reminders and business days are reckoned."""
    for zone in ZONES:
        try:
            ZoneInfo(zone)
        except ZoneInfoNotFoundError:
            return Finding("time zones", State.FAIL, f"{zone} is unknown.", "Install the package tzdata.")
    return Finding("time zones", State.OK, "known.")


def check_portal(config: Config) -> Finding:
    """See that links in mails lead to a page that may call the API."""
    portal, public = urlsplit(config.link_base), urlsplit(config.public_url)
    if config.portal_url is None and not config.portal_page:
        return Finding(
            "portal",
            State.FAIL,
            "links in mails lead nowhere.",
            "Set TICKETDESK_PORTAL_URL, or TICKETDESK_PORTAL_PAGE=true.",
        )
    if portal.scheme not in {"http", "https"} or not portal.hostname:
        return Finding("portal", State.FAIL, f"{config.link_base} is no address.", "Correct TICKETDESK_PORTAL_URL.")
    origin = f"{portal.scheme}://{portal.netloc}"
    if (portal.scheme, portal.netloc) != (public.scheme, public.netloc) and origin not in config.cors_origins:
        remedy = f"Add {origin} to TICKETDESK_CORS_ORIGINS."
        return Finding("portal", State.WARN, f"pages of {origin} may not call the API.", remedy)
    if config.is_production and portal.scheme != "https":
        remedy = "Serve it by https: a link opens a session."
        return Finding("portal", State.WARN, f"links lead to {config.link_base} in the clear.", remedy)
    return Finding("portal", State.OK, f"links lead to {config.link_base}.")


def check_origins(config: Config) -> Finding:
    """See that origins are written as browsers send them."""
    try:
        cors.middleware(config.cors_origins)
    except ValueError as error:
        return Finding("CORS", State.FAIL, f"{error}.", "Correct TICKETDESK_CORS_ORIGINS.")
    return Finding("CORS", State.OK, f"{len(config.cors_origins)} origins of other front ends.")


def check_sender(config: Config) -> Finding:
    """See that mails do not come from a placeholder domain, which no server trusts."""
    if config.is_production and config.mail_domain.endswith(PLACEHOLDER_DOMAIN):
        return Finding("sender", State.WARN, f"mails come from {config.mail_from}.", "Set TICKETDESK_MAIL_FROM.")
    return Finding("sender", State.OK, f"mails come from {config.mail_from}.")


def check_mail_server(config: Config) -> Finding:
    """Greet the mail server as a sender would, without signing in and without a mail."""
    if config.smtp_url is None:
        return Finding("mail server", State.OK, "none configured; the development mailbox catches all mail.")
    try:
        server = SmtpServer.parse(config.smtp_url)
        _greet(server)
    except ValueError as error:
        return Finding("mail server", State.FAIL, str(error), "Correct TICKETDESK_SMTP_URL.")
    except (OSError, smtplib.SMTPException) as error:
        remedy = "Correct TICKETDESK_SMTP_URL, or open the way there."
        return Finding("mail server", State.FAIL, f"{server} does not answer ({type(error).__name__}).", remedy)
    return Finding("mail server", State.OK, f"{server} answers.")


def _greet(server: SmtpServer) -> None:
    tls = ssl.create_default_context()
    client = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=SMTP_SECONDS, context=tls)
        if server.uses_tls
        else smtplib.SMTP(server.host, server.port, timeout=SMTP_SECONDS)
    )
    with client:
        client.ehlo_or_helo_if_needed()
        if server.starttls:
            client.starttls(context=tls)
            client.ehlo()


CHECKS: tuple[Callable[[Config], Finding], ...] = (
    check_environment,
    check_secret_keys,
    check_data_dir,
    check_storage,
    check_time_zones,
    check_portal,
    check_origins,
    check_sender,
    check_mail_server,
)
