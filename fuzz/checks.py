"""Our own check: what the contract allows is refused only by rules that no schema can say, named one by one."""

from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.generation.meta import REQUEST_SHAPE_PROBES, coverage_scenario

from ticketdesk.api.multipart_forms import FORM

# The codes of 422 that a request may meet although it fits the contract, each with why the contract cannot say it.
_ROWS = "depends on what is in the database"
_STATUS = "depends on the ticket's status"
_KIND = "depends on the ticket's kind"
_QUESTION = "depends on the kind of the question"
_ROLE = "depends on the role of the user whom the id names"
_PARAMETERS = "compares two parameters"
_CLOCK = "depends on the clock"
_FILE = "inside of a file"
UNSAYABLE: Mapping[str, str] = {
    "unknown_reference": _ROWS,
    "name_taken": _ROWS,
    "email_taken": _ROWS,
    "address_taken": _ROWS,
    "external_id_taken": _ROWS,
    "address_mismatch": _ROWS,
    "address_required": _ROWS,
    "contact_inactive": _ROWS,
    "recipient_required": "depends on whether an address of the contact, or of the item's contact, is known",
    "not_staff": _ROLE,
    "works_no_tickets": _ROLE,
    "already_assigned": _ROWS,
    "inactive_reference": _ROWS,
    "too_many_rows": _ROWS,
    "code_required": _ROWS,
    "code_taken": _ROWS,
    "compilation_archived": _ROWS,
    "document_archived": _ROWS,
    "duplicate_question": _ROWS,
    "files_unexpected": _ROWS,
    "module_fixed": _ROWS,
    "nothing_to_ask": _ROWS,
    "question_withdrawn": _ROWS,
    "source_removed": _ROWS,
    "too_many_questionnaires": _ROWS,
    "too_many_questions": _ROWS,
    "too_many_sections": _ROWS,
    "unanswered": _ROWS,
    "date_format": _QUESTION,
    "date_unknown": _QUESTION,
    "line_expected": _QUESTION,
    "list_expected": _QUESTION,
    "number_expected": _QUESTION,
    "number_out_of_range": _QUESTION,
    "repeated_file": _QUESTION,
    "repeated_option": _QUESTION,
    "repeated_question": "compares ids however they are spelled, and items by one of their fields",
    "ticket_repeated": "compares ids however they are spelled",
    "text_empty": _QUESTION,
    "text_expected": _QUESTION,
    "text_too_long": _QUESTION,
    "unknown_option": _QUESTION,
    "guest_role": _ROLE,
    "account_required": _ROWS,
    "account_mismatch": _ROWS,
    "not_for_this_kind": _KIND,
    "contradicts_view": _PARAMETERS,
    "parameter_required": _PARAMETERS,
    "period_reversed": _PARAMETERS,
    "period_too_long": _PARAMETERS,
    "user_inactive": _ROWS,
    "category_or_product_required": "depends on what the template has",
    "route_required": "depends on the mode that the category has",
    "route_ambiguous": "depends on what the category is routed to",
    "route_not_allowed": "depends on the mode that the category has",
    "reason_required": _STATUS,
    "resolution_not_allowed": _STATUS,
    "evidence_not_allowed": _STATUS,
    "key_reused": "depends on the requests of the last 24 hours",
    "invalid_cursor": "a cursor is opaque: only a list gives one",
    "cursor_mismatch": "depends on the list that gave the cursor",
    "not_in_future": _CLOCK,
    "in_the_past": _CLOCK,
    "not_permitted": "depends on what the caller may do: a key gets no more",
    "password_is_email": "compares two fields",
    "address_repeated": "two spellings of one address differ in case, or in how the domain is written",
    "reserved_domain": "the IANA's list of special-use domain names",
    "address_too_long": "counted in bytes, where JSON Schema counts characters",
    "time_out_of_range": "JSON Schema has no ranges of times",
    "date_out_of_range": "JSON Schema has no ranges of dates",
    "unknown_zone": "the IANA adds zones, so a list would change under its readers",
    "stretch_backwards": "compares two times",
    "stretches_overlap": "compares times of one day",
    "not_utf8": _FILE,
    "malformed_csv": _FILE,
    "header_missing": _FILE,
    "column_unknown": _FILE,
    "column_repeated": _FILE,
    "column_missing": _FILE,
}


class UnsaidRule(Failure):
    """A request that fits the contract was refused by a rule that the contract could have said."""


@schemathesis.check
def refusals_name_unsayable_rules(_: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Hold the refusal of input that fits the contract to the rules in ``UNSAYABLE``.

    Hold 412 to an ``If-Match``, 413 to a form with a file, and 416 to a ``Range``.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return True
    if coverage_scenario(case) in REQUEST_SHAPE_PROBES or _has_null_in_form(case):
        return True
    for rule in _rules(response, case):
        if rule not in UNSAYABLE:
            raise UnsaidRule(
                operation=case.operation.label, title=f"Valid input was refused by {rule}", message=response.text
            )
    return None


def _has_null_in_form(case: Case[Any]) -> bool:
    """Tell whether a null that an earlier answer had went into a form: it is sent as a word, which fits no contract."""
    return case.media_type == FORM and isinstance(case.body, dict) and None in case.body.values()


def _rules(response: Response, case: Case[Any]) -> list[str]:
    if response.status_code == 412 and "If-Match" not in case.headers:
        return ["a condition that was not sent"]
    if response.status_code == 413 and case.media_type != FORM:
        return ["a size that was not said"]
    if response.status_code == 416 and "Range" not in case.headers:
        return ["a range that was not asked for"]
    return [error["code"] for error in response.json()["errors"]] if response.status_code == 422 else []
