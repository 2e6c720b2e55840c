"""Who may call what, as the routes and the roles declare it, for people to read (``docs/permissions.md``)."""

from collections.abc import Iterable

from fastapi.routing import RouteContext

from ticketdesk.api.deps import Permitted, declared_access
from ticketdesk.domain.permissions import Permission, Role, granted

YES, NO = "yes", "–"
# Whoever comes through a link from a mail may what a guest may.
_TITLES = {Role.GUEST: "guest, portal session"}


def markdown(contexts: Iterable[RouteContext]) -> str:
    """Return the page with one row per operation and one column per role."""
    lines = [
        "# Permissions",
        "",
        "Every operation declares one permission, and every role has a set of them. An API key can do what both",
        "its owner's role and its scopes allow. Scopes are named as permissions are; an answer that shows tickets",
        "needs `tickets:read` besides.",
        "",
        "- **401**: there is no credential, or it does not hold any more. Ending a session, a key, a user or a",
        "  contact works at once.",
        "- **403**: the operation is not for this caller, whatever object it names, so that the answer tells nothing",
        "  of the object. Staff are met in the portal as the contact that they also are, without one as nobody's",
        "  recipient; no API key comes in there.",
        "- **404**: the operation is for this caller, but they do not see the object, just as if it had never been",
        "  there. Nobody sees what was deleted. A recipient sees the tickets that were sent to them, and no held ones.",
        "  Staff see everybody's tickets; of API keys, all but admins see their own. For guests and portal sessions",
        "  every operation that is not for them answers so.",
        "",
        f"| operation | request | permission | {' | '.join(_TITLES.get(role, role.value) for role in Role)} |",
        f"|---|---|---|{'---|' * len(Role)}",
    ]
    lines += [_row(context) for context in contexts if context.include_in_schema]
    return "\n".join(lines) + "\n"


def _row(context: RouteContext) -> str:
    access = declared_access(context.dependant)
    permission = access.permission if isinstance(access, Permitted) else None
    request = f"{', '.join(sorted(context.methods or ()))} {context.path_format}"
    needed = f"`{permission}`" if permission else "public"
    cells = [f"`{context.name}`", f"`{request}`", needed, *(_mark(role, permission) for role in Role)]
    return f"| {' | '.join(cells)} |"


def _mark(role: Role, permission: Permission | None) -> str:
    return YES if permission is None or permission in granted(role) else NO
