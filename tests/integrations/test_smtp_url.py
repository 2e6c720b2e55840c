import pytest

from ticketdesk.integrations.smtp_url import SmtpServer


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 25)),
        ("smtp://mail.example:2525/", SmtpServer("mail.example", 2525)),
        ("smtps://mail.example", SmtpServer("mail.example", 465, uses_tls=True, starttls=False)),
        ("smtp://mail.example?starttls=never", SmtpServer("mail.example", 25, starttls=False)),
        ("smtp://mail.example?starttls=required", SmtpServer("mail.example", 25, starttls=True)),
        (
            "smtps://desk%40x:p%2Fw%3A@mail.example:4650",
            SmtpServer("mail.example", 4650, uses_tls=True, starttls=False, username="desk@x", password="p/w:"),
        ),
        ("smtp://u:p@mail.example", SmtpServer("mail.example", 25, starttls=True, username="u", password="p")),
        ("smtp://u:p@localhost", SmtpServer("localhost", 25, starttls=None, username="u", password="p")),
        ("smtp://u:p@[::1]:1025", SmtpServer("::1", 1025, starttls=None, username="u", password="p")),
        (
            "smtp://u:p@mail.example?starttls=never",
            SmtpServer("mail.example", 25, starttls=False, username="u", password="p"),
        ),
    ],
)
def test_urls(url: str, expected: SmtpServer) -> None:
    assert SmtpServer.parse(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example:25",
        "http://user:geheim@mail.example",
        "smtp://",
        "smtp://user:geheim@mail.example:99999",
        "smtp://user:geheim@mail.example:port",
        "smtp://user:geheim@mail.example/path",
        "smtp://user:geheim@mail.example?starttls=maybe",
        "smtp://user:geheim@mail.example?tls=never",
        "smtps://user:geheim@mail.example?starttls=never",
        "smtp://user:geheim@[mail.example",
        "smtp://user:geheim@mail.example#x",
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"SMTP|smtps") as refusal:
        SmtpServer.parse(url)
    assert "geheim" not in str(refusal.value)


def test_a_server_never_shows_its_password() -> None:
    server = SmtpServer.parse("smtp://user:geheim@mail.example")
    assert "geheim" not in f"{server!r} {server}"
