"""Every stable ``code`` of a problem document, in one table.

The pages below ``/problems`` and ``docs/errors.md`` come from it, and a test finds codes that the program gives and the
table does not have.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """A code with its status, what it means, and what the caller can do about it."""

    code: str
    status: int
    meaning: str
    remedy: str


_CODES = (
    ProblemCode("malformed_request", 400, "The request cannot be read.", "Correct what `detail` says."),
    ProblemCode(
        "malformed_json",
        400,
        "The body is not JSON as RFC 8259 has it: UTF-8, no NaN or Infinity, no name twice in one object, at most 32 "
        "levels.",
        "Encode the body with a JSON library.",
    ),
    ProblemCode(
        "malformed_yaml",
        400,
        "The body is not one YAML document in UTF-8, or it has what JSON has not: references, tags, a name twice in "
        "one mapping, more than 32 levels.",
        "Write the values out, each where it belongs. `errors` says where.",
    ),
    ProblemCode(
        "not_authenticated",
        401,
        "There is no credential, or it does not hold: wrong, expired or revoked.",
        "Sign in again, refresh the session, or use another API key or link.",
    ),
    ProblemCode(
        "not_permitted",
        403,
        "You see the object but may not do this. `required` names the permission.",
        "Ask an admin for a role or a key that has it.",
    ),
    ProblemCode(
        "origin_refused",
        403,
        "A browser asked whether a page may call, and it may not: its origin, the method or a header is not allowed.",
        "Add the origin to `TICKETDESK_CORS_ORIGINS`.",
    ),
    ProblemCode(
        "contact_required", 403, "The caller is no contact of the desk.", "Come in through a link from a mail."
    ),
    ProblemCode(
        "not_a_guest", 409, "The user is no guest, so there is nothing to upgrade.", "Change the user's role instead."
    ),
    ProblemCode(
        "contact_incomplete",
        409,
        "The desk does not know the contact's company or address. `detail` says which.",
        "Ask the desk to note it.",
    ),
    ProblemCode(
        "own_work",
        403,
        "You completed the ticket, and a check takes a second person.",
        "Leave it to its checker, or to another lead or admin.",
    ),
    ProblemCode(
        "not_found",
        404,
        "There is no such object, or you may not know that there is one.",
        "Check the id, and whether you can see the object.",
    ),
    ProblemCode("method_not_allowed", 405, "The path has other methods.", "Use one that the `Allow` header names."),
    ProblemCode(
        "not_acceptable",
        406,
        "The answer has none of the types that `Accept` takes.",
        "Ask for one of those that the contract names.",
    ),
    ProblemCode("request_timeout", 408, "The body did not arrive in time.", "Send it again over a better connection."),
    ProblemCode("conflict", 409, "The object is in a state in which this cannot be done now.", "Read it again."),
    ProblemCode(
        "invalid_transition",
        409,
        "No step leads from the ticket's present status by this action.",
        "Take one of `allowed_actions`.",
    ),
    ProblemCode(
        "request_in_progress",
        409,
        "A request with the same `Idempotency-Key` is being worked on.",
        "Wait a moment and send the same request again.",
    ),
    ProblemCode(
        "already_registered", 409, "The person or the address has a user already.", "Send them to where they sign in."
    ),
    ProblemCode(
        "invite_stands",
        409,
        "The address has an invite that can still be used. `invite_id` names it.",
        "Send that one again.",
    ),
    ProblemCode("invite_over", 409, "The invite was used or revoked.", "Make a new one, or deactivate the user."),
    ProblemCode("contact_inactive", 409, "The contact is inactive.", "Activate the contact first."),
    ProblemCode("gone", 410, "It could be used once and was, was revoked, or has expired.", "Ask for a new one."),
    ProblemCode(
        "stale_version",
        412,
        "`If-Match` named a version that is no longer the present one.",
        "Read the object again and apply the change to that.",
    ),
    ProblemCode("body_too_large", 413, "The body is larger than the route takes.", "Send less, or in parts."),
    ProblemCode("query_too_long", 414, "The query is longer than any filter needs.", "Ask in parts."),
    ProblemCode(
        "unsupported_media_type",
        415,
        "The body is of another type, charset or coding than the route takes.",
        "Send the `Content-Type` that the contract names, in UTF-8 and uncompressed.",
    ),
    ProblemCode(
        "range_not_satisfiable",
        416,
        "`Range` begins beyond the end of the file, whose size `Content-Range` tells.",
        "Ask for a range within it, or for all of it.",
    ),
    ProblemCode(
        "invalid_input",
        422,
        "The input breaks a rule. `errors` names each field by JSON pointer, the rule's code, and a sentence.",
        "Correct the fields that `errors` names.",
    ),
    ProblemCode(
        "too_many_attempts",
        429,
        "Too many attempts failed.",
        "Wait for as many seconds as `Retry-After` says.",
    ),
    ProblemCode(
        "rate_limited",
        429,
        "More requests came than a quota holds. `RateLimit` says which, and `RateLimit-Policy` what it is.",
        "Wait for as many seconds as `Retry-After` says.",
    ),
    ProblemCode(
        "head_too_large",
        431,
        "The address and the headers together are too long.",
        "Send fewer or shorter headers and parameters.",
    ),
    ProblemCode("internal_error", 500, "A fault of the program; it has been logged.", "Report the `request_id`."),
    ProblemCode(
        "not_migrated",
        503,
        "The database has an older schema than the program needs.",
        "Run `ticketdesk migrate`.",
    ),
    ProblemCode(
        "unavailable",
        503,
        "A service that this needs, such as the database, is not there just now. Nothing was changed, or it cannot be "
        "told whether it was.",
        "Send the same request again after `Retry-After` seconds, with the same `Idempotency-Key`.",
    ),
    ProblemCode("document_archived", 409, "The document is archived, and so read-only.", "Reactivate it first."),
    ProblemCode("ticket_archived", 409, "The ticket is archived, and so read-only.", "Reactivate it first."),
    ProblemCode("ticket_closed", 409, "The ticket is closed and takes no more of this.", "Ask staff to reopen it."),
    ProblemCode(
        "answer_accepted",
        409,
        "An answer was accepted, and so stays as it is. `question_ids` names the questions.",
        "Leave them out, or write a comment.",
    ),
    ProblemCode(
        "answer_delegated",
        409,
        "Somebody else was asked to answer a question. `question_ids` names the questions.",
        "Leave them out, or take them back if you delegated them.",
    ),
    ProblemCode(
        "answer_changed",
        409,
        "An answer has another version than the one given. `question_ids` names the questions.",
        "Read the answers again and save what still holds.",
    ),
    ProblemCode(
        "source_changed",
        409,
        "A document changed since its question was copied. `changes` names each question and why.",
        "Look at the document, and repeat the request with `confirm_changed` if the answers hold.",
    ),
    ProblemCode(
        "answers_differ",
        409,
        "Two questionnaires ask the same and have different answers. `question_ids` names the questions.",
        "Accept the answer that holds by its id.",
    ),
    ProblemCode("not_a_task", 409, "Only task tickets have this.", "Name a ticket of the kind `task`."),
    ProblemCode("not_sent", 409, "The ticket has not been sent to its recipients yet.", "Send it first."),
    ProblemCode(
        "write_once",
        409,
        "What was sent cannot be changed by anybody. `fields` names what was tried.",
        "Write a comment with the correction.",
    ),
    ProblemCode(
        "part_removed",
        409,
        "A recipient was given a questionnaire that the task's compilations do not have any more.",
        "Say anew who has which, with `addressees`.",
    ),
    ProblemCode("already_recipient", 409, "The task is written to this person already.", "Read the ticket."),
    ProblemCode("too_many_addressees", 409, "The task has as many recipients as one may have.", "Make another task."),
    ProblemCode(
        "last_recipient",
        409,
        "A task that was sent is written to somebody.",
        "Close the task, or add another recipient first.",
    ),
    ProblemCode("not_deletable", 409, "A sent ticket is withdrawn, not deleted.", "Close it with a reason."),
    ProblemCode(
        "dispatch_not_scheduled",
        409,
        "The dispatch has started, or is over: it cannot be cancelled any more.",
        "Withdraw single tickets with the action `close`.",
    ),
    ProblemCode(
        "last_admin", 409, "The desk would be left without an active admin.", "Make somebody else admin first."
    ),
    ProblemCode(
        "not_retryable", 409, "Only a failed message outside of a dispatch can be tried again.", "Dispatch again."
    ),
    ProblemCode(
        "contact_contended", 409, "Somebody else was changing the same person.", "Send the same request again."
    ),
    ProblemCode("call_completed", 409, "The call is over, and its worksheet stays as it was.", "Begin another call."),
    ProblemCode(
        "tickets_untouched",
        409,
        "Tickets on the worksheet of the call are neither noted nor excused. `tickets` names them.",
        "Note each of them, or excuse it with a reason.",
    ),
    ProblemCode(
        "quota_exceeded",
        409,
        "The ticket has no room for another file: there are too many, or they would be too large together.",
        "Send a smaller file, or ask an admin for more room.",
    ),
    ProblemCode(
        "nobody_eligible",
        409,
        "The rules found nobody who could take the ticket over; it stays with whom it has.",
        "Name a colleague, or read the decisions of another ticket to see what keeps people out.",
    ),
    ProblemCode("already_assigned", 409, "A colleague has the ticket.", "Ask them, or a lead, for it."),
    ProblemCode(
        "handover_pending",
        409,
        "The ticket is offered to a colleague already, who has not answered.",
        "Take that offer back first, or wait for the answer.",
    ),
    ProblemCode(
        "handover_decided",
        409,
        "The hand-over was decided or taken back before. `state` says how it ended.",
        "Read the ticket; ask anew if need be.",
    ),
    ProblemCode("handover_expired", 410, "Nobody answered the hand-over in time.", "Ask anew."),
    ProblemCode("user_unavailable", 409, "Tickets are no longer given to this colleague.", "Ask somebody else."),
    ProblemCode("already_signed_up", 409, "An account signs up once.", "Read its tickets."),
    ProblemCode(
        "template_not_usable",
        409,
        "A template for sign-ups has a category or a product that takes no new tickets. `template_id` names it.",
        "Change or deactivate the template.",
    ),
    ProblemCode("compilation_archived", 409, "The compilation is archived, and so read-only.", "Reactivate it first."),
    ProblemCode(
        "nothing_to_ask",
        409,
        "A compilation without questionnaires, or a questionnaire without questions, cannot be sent.",
        "Put questions in, or remove the empty questionnaire.",
    ),
    ProblemCode(
        "source_removed",
        409,
        "A question of the compilation was removed from its document, or the document is archived.",
        "Take it out of its questionnaire; `source` of each item says how it stands.",
    ),
    ProblemCode("sending_in_progress", 409, "The ticket is being sent at this moment.", "Try again in a moment."),
)

PROBLEM_CODES: Mapping[str, ProblemCode] = {
    entry.code: entry for entry in sorted(_CODES, key=lambda entry: (entry.status, entry.code))
}


def markdown() -> str:
    """Return the table as ``docs/errors.md`` has it."""
    lines = [
        "# Errors",
        "",
        "Every error is `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `code` and",
        "`request_id`. `code` is stable, sentences are not. `type` leads to the page of the code on the server.",
        "For input, `errors` lists each field: `pointer` (RFC 6901 into the body, or the parameter's name), `code`",
        "and `detail`. Neither repeats what was sent.",
        "",
        "| status | code | meaning | what to do |",
        "|---|---|---|---|",
    ]
    lines += [f"| {e.status} | `{e.code}` | {e.meaning} | {e.remedy} |" for e in PROBLEM_CODES.values()]
    return "\n".join(lines) + "\n"
