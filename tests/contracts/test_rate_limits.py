"""What needs no credential is limited, and every limit is in the contract."""

from typing import Any

import pytest
from fastapi.routing import RouteContext
from tests.contract import CONTEXTS, CONTRACT
from tests.contracts.compatibility import METHODS

from ticketdesk.api.cors import EXPOSED_HEADERS
from ticketdesk.api.deps import Public, declared_access
from ticketdesk.api.openapi_responses import RATE_LIMIT_FIELDS
from ticketdesk.api.rate_limits import RateLimit, declared_limit
from ticketdesk.domain.rate_limits import Limited

LIMITED = [context for context in CONTEXTS if declared_limit(context.dependant)]


def operation_of(context: RouteContext) -> dict[str, Any]:
    [operation] = (item[m] for item in CONTRACT["paths"].values() for m in METHODS if _is(item.get(m), context))
    found: dict[str, Any] = operation
    return found


def _is(operation: dict[str, Any] | None, context: RouteContext) -> bool:
    return operation is not None and operation["operationId"] == context.name


def test_what_needs_no_credential_is_limited_by_what_says_who_calls() -> None:
    for context in CONTEXTS:
        access = declared_access(context.dependant)
        if isinstance(access, Public):
            assert context in LIMITED, context.name
            assert access.credential, context.name


def test_every_limit_is_declared() -> None:
    declared = [limit.limited for context in LIMITED if (limit := declared_limit(context.dependant))]
    assert set(declared) == set(Limited)


@pytest.mark.parametrize("context", LIMITED, ids=lambda context: str(context.name))
def test_a_request_is_counted_before_anything_is_opened_for_it(context: RouteContext) -> None:
    assert isinstance(context.dependant.dependencies[0].call, RateLimit)


@pytest.mark.parametrize("context", LIMITED, ids=lambda context: str(context.name))
def test_the_contract_has_the_refusal_and_the_fields(context: RouteContext) -> None:
    responses = operation_of(context)["responses"]
    successes = [response for status, response in responses.items() if status.startswith("2")]
    refusal = CONTRACT["components"]["responses"][responses["429"]["$ref"].rpartition("/")[2]]
    assert successes
    assert all(set(RATE_LIMIT_FIELDS) <= set(success["headers"]) for success in successes)
    assert {*RATE_LIMIT_FIELDS, "Retry-After"} <= set(refusal["headers"])


def test_nothing_else_says_that_it_is_limited() -> None:
    for context in CONTEXTS:
        assert ("429" in operation_of(context)["responses"]) == (context in LIMITED), context.name


def test_front_ends_of_other_origins_may_read_the_fields() -> None:
    assert {*RATE_LIMIT_FIELDS, "Retry-After"} <= set(EXPOSED_HEADERS)
