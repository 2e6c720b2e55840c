"""Mail goes over an encrypted connection where it is offered or asked for, and over no other where it must."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.integrations.conftest import Connect
from tests.mail import MAIL

from ticketdesk.domain.ports import DeliveryOutcome
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.integrations.mailbox_session import MailboxSession

ACCEPTED, DEFERRED = DeliveryOutcome.ACCEPTED, DeliveryOutcome.DEFERRED


class SecureCatcher(MailCatcher):
    """A catcher with a certificate and, if named, one user."""

    def __init__(self, certificate: ssl.SSLContext | None, password: str | None = None) -> None:
        super().__init__()
        self.certificate = certificate
        self.password = password
        self.sessions_over_tls: list[bool] = []

    def _connection(self) -> MailboxSession:
        def authenticate(
            _server: object, session: object, _envelope: object, _mechanism: str, login: object
        ) -> AuthResult:
            self.sessions_over_tls.append(getattr(session, "ssl", None) is not None)
            given = getattr(login, "password", b"").decode()
            return AuthResult(success=given == self.password, handled=False)

        self.connections += 1
        return MailboxSession(
            self,
            self._sessions,
            tls_context=self.certificate,
            auth_required=self.password is not None,
            auth_require_tls=self.certificate is not None,
            authenticator=authenticate,
        )


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for localhost, and a client's context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = Path(tmp_path_factory.mktemp("tls")) / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


@asynccontextmanager
async def running(mailbox: MailCatcher) -> AsyncIterator[str]:
    """Its address by name, since the certificate is for a name."""
    await mailbox.start()
    try:
        yield mailbox.url.replace("smtp://127.0.0.1", "localhost")
    finally:
        await mailbox.stop()


async def test_starttls_is_used_where_offered_and_the_password_goes_over_it(
    connect: Connect, certificates: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    mailbox = SecureCatcher(certificates[0], password="p@ss:word")
    async with running(mailbox) as place:
        transport = connect(f"smtp://desk:p%40ss%3Aword@{place}", tls=certificates[1])
        assert (await transport.send(MAIL)).outcome is ACCEPTED
        assert (await transport.send(MAIL)).outcome is ACCEPTED
        await transport.close()
    assert mailbox.sessions_over_tls == [True]
    assert mailbox.received == 2


async def test_an_untrusted_certificate_defers_instead_of_sending_in_the_clear(
    connect: Connect, certificates: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    mailbox = SecureCatcher(certificates[0])
    async with running(mailbox) as place:
        delivery = await connect(f"smtp://{place}").send(MAIL)
    assert (delivery.outcome, delivery.smtp_code) == (DEFERRED, None)
    assert "CERTIFICATE_VERIFY_FAILED" in delivery.detail
    assert not mailbox.mails


async def test_a_wrong_password_defers_and_is_not_repeated_in_the_detail(
    connect: Connect, certificates: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    mailbox = SecureCatcher(certificates[0], password="right")
    async with running(mailbox) as place:
        delivery = await connect(f"smtp://desk:wrongsecret@{place}", tls=certificates[1]).send(MAIL)
    assert (delivery.outcome, delivery.smtp_code) == (DEFERRED, 535)
    assert "wrongsecret" not in delivery.detail


async def test_required_starttls_is_not_done_without(catcher: MailCatcher, connect: Connect) -> None:
    delivery = await connect(f"{catcher.url}?starttls=required").send(MAIL)
    assert (delivery.outcome, delivery.smtp_code) == (DEFERRED, None)
    assert "STARTTLS" in delivery.detail
    assert not catcher.mails


async def test_starttls_can_be_forbidden(connect: Connect, certificates: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    async with running(SecureCatcher(certificates[0])) as place:
        assert (await connect(f"smtp://{place}?starttls=never").send(MAIL)).outcome is ACCEPTED


async def test_smtps_is_encrypted_from_the_first_byte(
    connect: Connect, certificates: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    mailbox = MailCatcher()
    server = await asyncio.get_running_loop().create_server(mailbox._connection, "127.0.0.1", 0, ssl=certificates[0])
    port = server.sockets[0].getsockname()[1]
    transport = connect(f"smtps://localhost:{port}", tls=certificates[1])
    assert (await transport.send(replace(MAIL))).outcome is ACCEPTED
    await transport.close()
    server.close()
    await mailbox.drop_connections()
    assert mailbox.received == 1
