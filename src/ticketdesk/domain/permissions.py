"""Who may do what: one table from role to permissions, deny by default (spec: product.md section 2).

API keys carry scopes, which are permission names; a key can do what both its owner's role and its scopes allow.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a user is to the desk. ``admin``, ``lead`` and ``agent`` together are the staff."""

    ADMIN = "admin"
    LEAD = "lead"
    AGENT = "agent"
    AUDITOR = "auditor"
    GUEST = "guest"


STAFF_ROLES = frozenset({Role.ADMIN, Role.LEAD, Role.AGENT})


class Permission(StrEnum):
    """One thing that a route or a workflow step may require."""

    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    TICKETS_DELETE = "tickets:delete"
    TICKETS_CHECK = "tickets:check"
    TICKETS_ASSIGN = "tickets:assign"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    ITEMS_READ = "items:read"
    ITEMS_WRITE = "items:write"
    CATALOGUE_READ = "catalogue:read"
    CATALOGUE_WRITE = "catalogue:write"
    DISPATCHES_READ = "dispatches:read"
    DISPATCHES_WRITE = "dispatches:write"
    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"
    NOTIFICATIONS_READ = "notifications:read"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    AVAILABILITY_WRITE = "availability:write"
    API_KEYS_WRITE = "api_keys:write"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    COMPILATIONS_READ = "compilations:read"
    COMPILATIONS_WRITE = "compilations:write"
    INVITES_READ = "invites:read"
    INVITES_WRITE = "invites:write"
    REPORTS_READ = "reports:read"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    PROFILE_READ = "profile:read"
    PORTAL = "portal"


P = Permission
_READ = frozenset(p for p in Permission if p.value.endswith(":read"))
# Reports compare people, which is for those who lead them or audit the desk.
_AGENT = (_READ - {P.REPORTS_READ}) | {
    P.TICKETS_WRITE,
    P.CONTACTS_WRITE,
    P.ITEMS_WRITE,
    P.DISPATCHES_WRITE,
    P.MESSAGES_WRITE,
    P.AVAILABILITY_WRITE,
    P.API_KEYS_WRITE,
    P.DOCUMENTS_WRITE,
    P.COMPILATIONS_WRITE,
    P.INVITES_WRITE,
    P.PORTAL,
}
_LEAD = _AGENT | {P.TICKETS_DELETE, P.TICKETS_CHECK, P.TICKETS_ASSIGN, P.CATALOGUE_WRITE, P.REPORTS_READ}

# What a person does as themselves, and hands to no program.
NEVER_BY_KEY = frozenset({P.PORTAL})

BY_ROLE: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: _LEAD | {P.USERS_WRITE, P.SETTINGS_WRITE},
    Role.LEAD: _LEAD,
    Role.AGENT: _AGENT,
    Role.AUDITOR: _READ,
    Role.GUEST: frozenset({P.PORTAL, P.PROFILE_READ}),
}


def granted(role: Role, scopes: frozenset[str] | None = None) -> frozenset[Permission]:
    """Return what ``role`` may do, narrowed to ``scopes`` where a credential carries any (``None``: not narrowed).

    What carries scopes is an API key, which has nothing of ``NEVER_BY_KEY``, even if it says so.
    """
    permissions = BY_ROLE[role]
    if scopes is None:
        return permissions
    return frozenset(p for p in permissions - NEVER_BY_KEY if p.value in scopes)
