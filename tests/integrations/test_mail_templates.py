import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketdesk.domain.mail_threading import WITHOUT_TICKETS
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.plain_text import one_line
from ticketdesk.domain.ports import MailContent, MailLine, MailRenderer
from ticketdesk.domain.ticket_statuses import Status, color
from ticketdesk.integrations.mail_templates import COLUMNS, TONES, JinjaMailRenderer, Tone

RENDERER: MailRenderer = JinjaMailRenderer()
LINE = MailLine(
    number=1042,
    title="Rate shown without the APR",
    status_label="Pending Correction",
    status_color="red",
    link="https://desk.example/portal/#/t/" + "abc." * 60,
    description="Your post names a rate.\n\nThe APR must stand beside it.",
    requested_actions=("Add the APR", "Name your licence"),
    item_url="https://social.example/jane/posts/1?a=1&b=2",
)
OTHER = replace(
    LINE, number=1043, title="Old logo", status_label="Comment Added", status_color="blue",
    link="https://desk.example/portal/#/t/other", requested_actions=("Replace the banner",), item_url=None,
)  # fmt: skip
CONTENT = MailContent(
    purpose="assignment",
    recipient_name="Jane Doe",
    sender_name="Ann Lee",
    sender_team="Compliance",
    desk_name="Acme Desk",
    signature="Ann Lee\n+1 312 555 0142",
    subject_prefix="[Acme]",
    lines=(LINE,),
)


class Page(HTMLParser):
    """What a mail client sees: elements in their order, where links lead, and the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words = ""
        self.feed(html)
        self.close()
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data

    @property
    def links(self) -> list[str | None]:
        return [value for _, name, value in self.attributes if name == "href"]


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_an_assignment_says_who_asks_for_what_and_where_to_answer() -> None:
    mail = RENDERER.render(CONTENT)
    page = Page(mail.html)
    assert mail.subject == "[Acme] [#1042] Rate shown without the APR"
    for words in (page.words, words_of(mail.text)):
        for expected in (
            "Hello Jane Doe,", "Ann Lee (Compliance) sent you a ticket.", "#1042", "Rate shown without the APR",
            "Pending Correction", "Add the APR", "Name your licence", "The APR must stand beside it.",
            "View or reply", "Acme Desk", "+1 312 555 0142", "social.example/jane/posts/1?a=1&b=2",
        ):  # fmt: skip
            assert expected in words
    assert page.links == [LINE.item_url, LINE.link]
    assert f"\n{LINE.link}\n" in mail.text
    assert mail.text.endswith("\n-- \nAnn Lee\n+1 312 555 0142\n")


def test_a_merged_mail_lists_each_ticket_with_its_own_link() -> None:
    mail = RENDERER.render(replace(CONTENT, lines=(LINE, OTHER)))
    page = Page(mail.html)
    assert mail.subject == "[Acme] 2 tickets for you"
    assert "Ann Lee (Compliance) sent you 2 tickets." in page.words
    assert page.links == [LINE.item_url, LINE.link, OTHER.link]
    assert page.words.index("#1042") < page.words.index("#1043")
    assert mail.text.index(LINE.link) < mail.text.index("#1043") < mail.text.index(OTHER.link)


@pytest.mark.parametrize(
    ("purpose", "headline", "button", "shows_actions"),
    [
        ("assignment", "Ann Lee (Compliance) sent you a ticket.", "View or reply", True),
        ("reminder", "A ticket from Ann Lee (Compliance) still waits for you.", "View or reply", True),
        ("reply", "Ann Lee (Compliance) replied to you.", "View or reply", True),
        ("return", "Ann Lee (Compliance) checked your ticket: it is not completed yet.", "View or reply", True),
        ("reopen", "Ann Lee (Compliance) opened your ticket again.", "View or reply", True),
        ("close", "Ann Lee (Compliance) closed your ticket.", "View ticket", False),
        ("assigned", "Ann Lee (Compliance) assigned a ticket to you.", "Open ticket", True),
        ("digest", "A ticket was not checked by the end of the day.", "Open ticket", False),
    ],
)
def test_each_purpose_has_its_words(purpose: str, headline: str, button: str, shows_actions: bool) -> None:
    mail = RENDERER.render(replace(CONTENT, purpose=purpose))
    for words in (Page(mail.html).words, words_of(mail.text)):
        assert headline in words
        assert button in words
        assert ("Add the APR" in words) is shows_actions


@pytest.mark.parametrize("purpose", Purpose)
def test_only_mail_to_recipients_warns_of_its_links(purpose: Purpose) -> None:
    mail = RENDERER.render(replace(CONTENT, purpose=purpose.value))
    warns = purpose not in {Purpose.ASSIGNED, Purpose.DIGEST, *WITHOUT_TICKETS}
    assert ("without a password" in Page(mail.html).words, "without a password" in words_of(mail.text)) == (
        warns,
        warns,
    )


def test_a_task_says_until_when_it_is_asked_for() -> None:
    line = replace(LINE, due_on=date(2026, 6, 24))
    for purpose, shows in (("assignment", True), ("reminder", True), ("close", False)):
        mail = RENDERER.render(replace(CONTENT, purpose=purpose, kind="task", lines=(line,)))
        for words in (Page(mail.html).words, words_of(mail.text)):
            assert ("Due: Wednesday, 24 June 2026" in words) is shows
    assert "Due" not in RENDERER.render(CONTENT).text


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("lines", [(), (LINE,), (LINE, OTHER)])
def test_no_purpose_leaves_a_gap_in_its_sentences(purpose: Purpose, lines: tuple[MailLine, ...]) -> None:
    mail = RENDERER.render(replace(CONTENT, purpose=purpose.value, lines=lines))
    assert not re.search(r"[{}]|None", mail.subject + mail.text + Page(mail.html).words.split("}")[-1])


ACCOUNT_LINK = "https://desk.example/portal/#/i/" + "abc." * 60


@pytest.mark.parametrize(
    ("purpose", "headline", "button"),
    [
        ("invitation", "Ann Lee (Compliance) invites you to register.", "Register"),
        ("password_reset", "You can choose a new password.", "Choose a password"),
    ],
)
def test_a_mail_about_no_ticket_has_one_link_and_says_what_it_is_for(purpose: str, headline: str, button: str) -> None:
    content = replace(CONTENT, purpose=purpose, lines=(), account_link=ACCOUNT_LINK, link_until=date(2026, 3, 16))
    mail = RENDERER.render(content)
    page = Page(mail.html)
    assert page.links == [ACCOUNT_LINK]
    assert f"\n{button}:\n{ACCOUNT_LINK}\n" in mail.text
    for words in (page.words, words_of(mail.text)):
        assert headline in words
        assert words.count(button) == 1
        assert ("until Monday, 16 March 2026" in words) is (purpose == "invitation")
    assert "ticket" not in mail.text


def test_a_way_to_register_stands_beside_the_tickets_of_those_who_have_one() -> None:
    offered = replace(CONTENT, account_link=ACCOUNT_LINK, link_until=date(2026, 3, 16))
    mail, other = RENDERER.render(offered), RENDERER.render(CONTENT)
    assert Page(mail.html).links == [LINE.item_url, LINE.link, ACCOUNT_LINK]
    assert f"\nRegister:\n{ACCOUNT_LINK}\n" in mail.text
    for words in (Page(mail.html).words, words_of(mail.text)):
        assert "You need no account for this." in words
        assert "until Monday, 16 March 2026" in words
    assert mail.subject == other.subject
    for words in (other.html, other.text):
        assert "egister" not in words


def test_a_link_into_an_account_is_held_to_the_rule_of_all_links() -> None:
    mail = RENDERER.render(replace(CONTENT, purpose="invitation", lines=(), account_link="javascript:alert(1)"))
    assert Page(mail.html).links == []
    assert "javascript" not in mail.text


def test_an_unknown_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match="gossip"):
        RENDERER.render(replace(CONTENT, purpose="gossip"))


def test_comment_and_reason_stand_before_the_request() -> None:
    line = replace(LINE, comment="Looks better.\nOne thing is left.", reason="Too small")
    mail = RENDERER.render(replace(CONTENT, purpose="return", lines=(line,)))
    for words in (Page(mail.html).words, words_of(mail.text)):
        assert "Ann Lee wrote" in words
        assert words.index("One thing is left.") < words.index("What is missing") < words.index("Your post names")
    assert "Looks better.<br>One thing is left." in mail.html


def test_what_is_not_known_is_not_mentioned() -> None:
    bare = MailLine(7, "", "Open", "teal", "http://localhost:8000/portal/#/t/x", "", ())
    content = MailContent("assignment", "", "", None, "", "", "", (bare,))
    mail = RENDERER.render(content)
    for words in (Page(mail.html).words, mail.text):
        assert "Hello" not in words
        assert "What is asked" not in words
        assert "Where it was found" not in words
        assert "()" not in words
        assert "Untitled" in words
    assert "\n-- \n" not in mail.text


def test_without_a_person_the_desk_asks() -> None:
    words = Page(RENDERER.render(replace(CONTENT, sender_name="", sender_team=None)).html).words
    assert "Acme Desk sent you a ticket." in words


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example/x", "evil.example", "http:///nohost",
        "http://[bad", "https://a b", "https://social.example/\u202eexe", "mailto:x@y.example",
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str) -> None:
    mail = RENDERER.render(replace(CONTENT, lines=(replace(LINE, item_url=url),)))
    page = Page(mail.html)
    assert page.links == [LINE.link]
    assert one_line(url) in page.words


def test_a_ticket_link_is_held_to_the_same_rule() -> None:
    mail = RENDERER.render(replace(CONTENT, lines=(replace(LINE, link="javascript:alert(1)", item_url=None),)))
    assert Page(mail.html).links == []
    assert "javascript" not in mail.text


HOSTILE = (
    '</td></table><script>alert(1)</script><a href="https://evil.example" onclick=x>"'
    "'{{ 7 * 7 }}{% raw %}<!--<style>*{}"
)


def test_hostile_text_is_shown_as_text() -> None:
    line = replace(LINE, title=HOSTILE, status_label=HOSTILE, status_color=HOSTILE, description=HOSTILE,
                   requested_actions=(HOSTILE,), comment=HOSTILE, reason=HOSTILE, item_url=HOSTILE)  # fmt: skip
    content = replace(
        CONTENT, recipient_name=HOSTILE, sender_name=HOSTILE, sender_team=HOSTILE, desk_name=HOSTILE,
        signature=HOSTILE, subject_prefix=HOSTILE, lines=(line,),
    )  # fmt: skip
    page = Page(RENDERER.render(content).html)
    assert page.links == [LINE.link]
    assert "script" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert page.words.count("<script>alert(1)</script>") >= 8
    assert "{{ 7 * 7 }}" in page.words


ANY_TEXT = st.text(st.characters(), max_size=120).map(lambda text: f"x{text}x")


@settings(max_examples=50)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_text_changes_the_structure_of_the_html(title: str, body: str, name: str, action: str) -> None:
    def content(title: str, body: str, name: str, action: str) -> MailContent:
        line = replace(LINE, title=title, description=body, requested_actions=(action,), comment=body, reason=body)
        return replace(CONTENT, recipient_name=name, sender_name=name, desk_name=name, signature=body, lines=(line,))

    mail = RENDERER.render(content(title, body, name, action))
    page, plain = Page(mail.html), Page(RENDERER.render(content("x", "x", "x", "x")).html)
    assert [tag for tag in page.tags if tag != "br"] == [tag for tag in plain.tags if tag != "br"]
    assert page.links == plain.links
    assert len(page.attributes) == len(plain.attributes)
    mail.text.encode()
    assert words_of(one_line(title, 200)) in page.words


@given(st.lists(st.text(st.characters(), max_size=20), min_size=5, max_size=40))
def test_plain_text_keeps_to_its_columns(words: list[str]) -> None:
    text = " ".join(words)
    line = replace(LINE, title=text, description=text, requested_actions=(text, text), comment=text, reason=text)
    mail = RENDERER.render(replace(CONTENT, recipient_name=text, sender_team=text, lines=(line,)))
    assert all(len(each) <= COLUMNS or each.startswith("https://") for each in mail.text.split("\n"))


@pytest.mark.parametrize("length", range(60, 90))
def test_a_line_is_broken_where_it_would_pass_the_last_column(length: int) -> None:
    text = ("abc " * 30)[: length - 1] + "x"
    mail = RENDERER.render(replace(CONTENT, lines=(replace(LINE, description=text, item_url=None),)))
    assert all(len(each) <= COLUMNS for each in mail.text.split("\n") if not each.startswith("https://"))


def test_long_texts_are_cut_and_the_whole_mail_stays_below_what_clients_show() -> None:
    line = replace(LINE, description="word " * 50_000, comment="word " * 50_000, title="t" * 5000)
    one = RENDERER.render(replace(CONTENT, lines=(line,)))
    assert "word …" in one.text
    assert len(one.html) < 20_000
    many = RENDERER.render(replace(CONTENT, lines=(replace(line, comment=None),) * 20))
    assert len(many.html.encode()) < 100_000


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_colour(status: Status) -> None:
    tone = TONES[color(status)]
    html = RENDERER.render(replace(CONTENT, lines=(replace(LINE, status_color=color(status)),))).html
    assert f"background:{tone.tint};color:{tone.ink}" in html
    assert f"border-left:4px solid {tone.edge}" in html


def test_an_unknown_colour_is_grey() -> None:
    html = RENDERER.render(replace(CONTENT, lines=(replace(LINE, status_color="pink"),))).html
    assert TONES["grey"].edge in html


@pytest.mark.parametrize("tone", TONES.values())
def test_status_chips_are_legible(tone: Tone) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    lighter, darker = luminance(tone.tint), luminance(tone.ink)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_html_stands_by_itself() -> None:
    html = RENDERER.render(CONTENT).html
    page = Page(html)
    assert not {"script", "img", "link", "iframe", "form"} & set(page.tags)
    assert "url(" not in html
    assert "@import" not in html
    assert "max-width:600px" in html
    assert all(urlsplit(link or "").scheme == "https" for link in page.links)
