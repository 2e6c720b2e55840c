"""Who checks: the staff creator, otherwise the management team; never whoever did the work."""

from uuid import UUID

import pytest

from ticketdesk.domain.checks import Checker, CheckFacts, checker
from ticketdesk.domain.tickets import Origin

CREATOR, COLLEAGUE, MANAGEMENT = UUID(int=1), UUID(int=2), UUID(int=3)
BY_CREATOR, BY_MANAGEMENT = Checker(user_id=CREATOR), Checker(team_id=MANAGEMENT)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CheckFacts(Origin.STAFF, CREATOR), BY_CREATOR),
        (CheckFacts(Origin.STAFF, CREATOR, worker_id=COLLEAGUE), BY_CREATOR),
        (CheckFacts(Origin.STAFF, CREATOR, worker_id=CREATOR), BY_MANAGEMENT),
        (CheckFacts(Origin.STAFF, CREATOR, is_creator_active=False), BY_MANAGEMENT),
        (CheckFacts(Origin.STAFF, None), BY_MANAGEMENT),
        (CheckFacts(Origin.PORTAL, None), BY_MANAGEMENT),
        (CheckFacts(Origin.EMAIL, None, worker_id=COLLEAGUE), BY_MANAGEMENT),
        (CheckFacts(Origin.SIGN_UP, CREATOR), BY_MANAGEMENT),
    ],
)
def test_a_second_person_checks(facts: CheckFacts, expected: Checker) -> None:
    assert checker(facts, MANAGEMENT) == expected


def test_without_a_management_team_it_is_left_to_leads() -> None:
    assert checker(CheckFacts(Origin.PORTAL, None), None) == Checker()
