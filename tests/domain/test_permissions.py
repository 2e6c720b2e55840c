"""The table, written a second time by hand: a change of one has to be meant."""

import pytest

from ticketdesk.domain.permissions import BY_ROLE, STAFF_ROLES, Permission, Role, granted

# admin, lead, agent, auditor, guest
TABLE = """
api_keys:write       yes  yes  yes  -    -
availability:write   yes  yes  yes  -    -
catalogue:read       yes  yes  yes  yes  -
catalogue:write      yes  yes  -    -    -
compilations:read    yes  yes  yes  yes  -
compilations:write   yes  yes  yes  -    -
contacts:read        yes  yes  yes  yes  -
contacts:write       yes  yes  yes  -    -
dispatches:read      yes  yes  yes  yes  -
dispatches:write     yes  yes  yes  -    -
documents:read       yes  yes  yes  yes  -
documents:write      yes  yes  yes  -    -
invites:read         yes  yes  yes  yes  -
invites:write        yes  yes  yes  -    -
items:read           yes  yes  yes  yes  -
items:write          yes  yes  yes  -    -
messages:read        yes  yes  yes  yes  -
messages:write       yes  yes  yes  -    -
notifications:read   yes  yes  yes  yes  -
portal               yes  yes  yes  -    yes
profile:read         yes  yes  yes  yes  yes
reports:read         yes  yes  -    yes  -
settings:read        yes  yes  yes  yes  -
settings:write       yes  -    -    -    -
tickets:assign       yes  yes  -    -    -
tickets:check        yes  yes  -    -    -
tickets:delete       yes  yes  -    -    -
tickets:read         yes  yes  yes  yes  -
tickets:write        yes  yes  yes  -    -
users:read           yes  yes  yes  yes  -
users:write          yes  -    -    -    -
"""
ROWS = {cells[0]: cells[1:] for cells in map(str.split, TABLE.strip().splitlines())}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize(("column", "role"), list(enumerate(Role)))
def test_role_has_what_the_table_says(permission: Permission, column: int, role: Role) -> None:
    assert (permission in BY_ROLE[role]) == (ROWS[permission][column] == "yes")


def test_every_permission_has_a_row() -> None:
    assert set(ROWS) == {permission.value for permission in Permission}


def test_every_role_has_a_column() -> None:
    assert set(BY_ROLE) == set(Role)
    assert {len(cells) for cells in ROWS.values()} == {len(Role)}


def test_auditors_write_nothing() -> None:
    assert all(permission.endswith(":read") for permission in BY_ROLE[Role.AUDITOR])


def test_staff_are_inside_and_grow_in_rank() -> None:
    assert {Role.ADMIN, Role.LEAD, Role.AGENT} == STAFF_ROLES
    assert BY_ROLE[Role.AGENT] < BY_ROLE[Role.LEAD] < BY_ROLE[Role.ADMIN]


@pytest.mark.parametrize("role", Role)
def test_scopes_only_ever_narrow(role: Role) -> None:
    everything = frozenset(permission.value for permission in Permission)

    assert granted(role) == BY_ROLE[role]
    assert granted(role, everything) == BY_ROLE[role] - {Permission.PORTAL}
    assert granted(role, frozenset()) == frozenset()
    assert granted(role, frozenset({"*", "admin", "tickets", "TICKETS:READ"})) == frozenset()
    assert granted(role, frozenset({"tickets:read"})) == BY_ROLE[role] & {Permission.TICKETS_READ}
