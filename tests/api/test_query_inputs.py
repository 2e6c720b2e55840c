"""Parameters are read as the framework would read them, for every function of every route that takes some."""

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from tests.contract import CONTEXTS

from ticketdesk.api import query_names
from ticketdesk.api.query_inputs import QueryInputs

VALUES = (
    *("", "0", "1", "-1", "201", "true", "none", "me", "null", "a,b", "é", "\0", "created_at", "-created_at"),
    *("closed", "new", "corrective", "2026-01-01", "2026-01-01T00:00:00Z", "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"),
)


def asking(dependant: Dependant) -> Iterator[tuple[tuple[str, ...], Dependant]]:
    """Yield every function with query parameters under their names."""
    if dependant.query_params:
        own = Dependant(query_params=dependant.query_params)
        yield tuple(sorted(query_names.declared(own))), own
    for inner in dependant.dependencies:
        yield from asking(inner)


# What many routes take alike is asked about once.
ASKING = dict(found for context in CONTEXTS for found in asking(context.dependant))


@pytest.mark.parametrize("names", ASKING, ids=" ".join)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_query_is_read_as_the_framework_reads_it(names: tuple[str, ...], data: st.DataObject) -> None:
    fields = ASKING[names].query_params
    pairs = st.tuples(st.sampled_from((*names, "foreign")), st.sampled_from(VALUES))
    query = QueryParams(data.draw(st.lists(pairs, max_size=5)))
    values, errors = QueryInputs(fields).read(query)
    their_values, their_errors = request_params_to_args(fields, query)
    assert sorted(map(repr, errors)) == sorted(map(repr, their_errors))
    if not errors:
        assert values == their_values


@pytest.mark.parametrize("names", ASKING, ids=" ".join)
def test_one_request_cannot_change_what_the_next_one_is_given(names: tuple[str, ...]) -> None:
    inputs = QueryInputs(ASKING[names].query_params)
    (first, _), (second, _) = inputs.read(QueryParams()), inputs.read(QueryParams())
    shared = {name for name, value in first.items() if value is second.get(name)}
    assert all(isinstance(first[name], str | int | bool | None) for name in shared)
