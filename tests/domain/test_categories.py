"""What a category is routed to fits its mode."""

from uuid import UUID

import pytest

from ticketdesk.domain.assignment import AssignmentMode
from ticketdesk.domain.categories import require_one_route
from ticketdesk.domain.errors import InvalidInput

SOMEBODY = UUID(int=1)
SOME_TEAM = UUID(int=2)
ROUTED = AssignmentMode.ROUTED


@pytest.mark.parametrize(
    ("mode", "user_id", "team_id"),
    [(ROUTED, SOMEBODY, None), (ROUTED, None, SOME_TEAM)]
    + [(mode, None, None) for mode in (AssignmentMode.LEAST_LOADED, AssignmentMode.MANUAL, None)],
)
def test_a_route_that_fits(mode: AssignmentMode | None, user_id: UUID | None, team_id: UUID | None) -> None:
    require_one_route(mode, user_id, team_id)


@pytest.mark.parametrize(
    ("mode", "user_id", "team_id", "refused"),
    [
        (ROUTED, None, None, ["/routed_user_id route_required"]),
        (ROUTED, SOMEBODY, SOME_TEAM, ["/routed_team_id route_ambiguous"]),
        (AssignmentMode.MANUAL, SOMEBODY, None, ["/routed_user_id route_not_allowed"]),
        (None, None, SOME_TEAM, ["/routed_team_id route_not_allowed"]),
        (
            AssignmentMode.LEAST_LOADED,
            SOMEBODY,
            SOME_TEAM,
            ["/routed_user_id route_not_allowed", "/routed_team_id route_not_allowed"],
        ),
    ],
)
def test_a_route_that_does_not(
    mode: AssignmentMode | None, user_id: UUID | None, team_id: UUID | None, refused: list[str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        require_one_route(mode, user_id, team_id)
    assert [f"{error.pointer} {error.code}" for error in caught.value.errors] == refused
