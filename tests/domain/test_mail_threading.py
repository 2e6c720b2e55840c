from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain import mail_threading
from ticketdesk.domain.messages import Purpose

A = UUID("01900000-0000-7000-8000-00000000000a")
B = UUID("01900000-0000-7000-8000-00000000000b")
ROOT_A = "<ticket-01900000-0000-7000-8000-00000000000a@desk.example>"


def test_a_message_row_keeps_its_id() -> None:
    assert mail_threading.message_id(A, "desk.example") == "<01900000-0000-7000-8000-00000000000a@desk.example>"
    assert mail_threading.message_id(A, "desk.example") != mail_threading.message_id(B, "desk.example")


def test_a_ticket_has_one_root() -> None:
    assert mail_threading.root_id(A, "desk.example") == ROOT_A


def test_a_domain_beyond_ascii_is_written_in_ascii() -> None:
    assert mail_threading.message_id(A, "büro.example") == f"<{A}@xn--bro-hoa.example>"


@pytest.mark.parametrize(
    ("tickets", "earlier", "in_reply_to", "references"),
    [
        ([A], (), ROOT_A, (ROOT_A,)),
        ([A], ("<1@x>", "<2@x>"), "<2@x>", (ROOT_A, "<1@x>", "<2@x>")),
        ([A], ("<1@x>", "<1@x>"), "<1@x>", (ROOT_A, "<1@x>")),
        ([A, B], (), None, ()),
        ([A, B], ("<1@x>",), None, ()),
        ([], (), None, ()),
    ],
)
def test_where_a_mail_hangs(
    tickets: list[UUID], earlier: tuple[str, ...], in_reply_to: str | None, references: tuple[str, ...]
) -> None:
    place = mail_threading.place(tickets, "desk.example", earlier)
    assert place == mail_threading.ThreadPlace(in_reply_to, references)


def test_long_threads_keep_their_root_and_their_newest_mails() -> None:
    earlier = [f"<{n}@x>" for n in range(100)]
    place = mail_threading.place([A], "desk.example", earlier)
    assert place.references == (ROOT_A, *earlier[81:])
    assert len(place.references) == mail_threading.MAX_REFERENCES
    assert place.in_reply_to == "<99@x>"


@pytest.mark.parametrize(
    ("purpose", "prefix", "tickets", "expected"),
    [
        (Purpose.ASSIGNMENT, "", [(7, "Post without APR")], "[#7] Post without APR"),
        (Purpose.ASSIGNMENT, "[Acme]", [(7, "Post without APR")], "[Acme] [#7] Post without APR"),
        (Purpose.REPLY, "[Acme]", [(7, "Post without APR")], "Re: [Acme] [#7] Post without APR"),
        (Purpose.RETURN, "", [(7, "Post without APR")], "Not completed: [#7] Post without APR"),
        (Purpose.CLOSE, "", [(7, "Post without APR")], "Closed: [#7] Post without APR"),
        (Purpose.REOPEN, "", [(7, "Post without APR")], "Reopened: [#7] Post without APR"),
        (Purpose.REMINDER, "[Acme]", [(7, "Post without APR")], "Reminder: [Acme] [#7] Post without APR"),
        (Purpose.ASSIGNMENT, "[Acme]", [(7, "a"), (8, "b"), (9, "c")], "[Acme] 3 tickets for you"),
        (Purpose.REPLY, "", [(7, "a"), (8, "b")], "New replies on 2 tickets"),
        (Purpose.RETURN, "", [(7, "a"), (8, "b")], "2 tickets are not completed yet"),
        (Purpose.CLOSE, "", [(7, "a"), (8, "b")], "2 tickets are closed"),
        (Purpose.REOPEN, "", [(7, "a"), (8, "b")], "2 tickets are open again"),
        (Purpose.REMINDER, "[Acme]", [(7, "a"), (8, "b")], "[Acme] Reminder: 2 tickets wait for you"),
        (Purpose.ASSIGNED, "[Acme]", [(7, "Post without APR")], "Assigned to you: [Acme] [#7] Post without APR"),
        (Purpose.ASSIGNED, "", [(7, "a"), (8, "b")], "2 tickets are assigned to you"),
        (Purpose.DIGEST, "", [(7, "Post without APR")], "Not checked: [#7] Post without APR"),
        (Purpose.DIGEST, "[Acme]", [(7, "a"), (8, "b")], "[Acme] 2 tickets were not checked by the end of the day"),
        (Purpose.ASSIGNMENT, "  Acme\r\nBcc: x@y  ", [(7, "a\r\nTo: z@y")], "Acme Bcc: x@y [#7] a To: z@y"),
        (Purpose.ASSIGNMENT, "", [(7, "{count} {0}")], "[#7] {count} {0}"),
        (Purpose.INVITATION, "[Acme]", [], "[Acme] You are invited to register"),
        (Purpose.PASSWORD_RESET, "", [], "Choose a new password"),
    ],
)
def test_subjects(purpose: Purpose, prefix: str, tickets: list[tuple[int, str]], expected: str) -> None:
    assert mail_threading.subject(purpose, prefix, tickets) == expected


def test_a_reply_differs_from_the_first_mail_by_re_alone() -> None:
    first = mail_threading.subject(Purpose.ASSIGNMENT, "P", [(1, "T")])
    assert mail_threading.subject(Purpose.REPLY, "P", [(1, "T")]) == f"Re: {first}"


@given(
    st.sampled_from([purpose for purpose in Purpose if purpose not in mail_threading.WITHOUT_TICKETS]),
    st.text(st.characters(), max_size=100),
    st.lists(st.tuples(st.integers(1, 10**9), st.text(st.characters(), max_size=400)), min_size=1, max_size=3),
)
def test_a_subject_is_one_bounded_line_for_any_text(
    purpose: Purpose, prefix: str, tickets: list[tuple[int, str]]
) -> None:
    subject = mail_threading.subject(purpose, prefix, tickets)
    subject.encode()
    assert 0 < len(subject) <= mail_threading.SUBJECT_LENGTH
    assert len(subject.splitlines()) == 1
    assert len(tickets) > 1 or f"[#{tickets[0][0]}]" in subject
