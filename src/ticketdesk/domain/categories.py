"""What a category of support tickets may say of itself (spec: product.md section 5, assignment modes)."""

from uuid import UUID

from ticketdesk.domain.assignment import AssignmentMode
from ticketdesk.domain.errors import FieldError, InvalidInput


def require_one_route(mode: AssignmentMode | None, user_id: UUID | None, team_id: UUID | None) -> None:
    """Raise ``InvalidInput`` unless a routed category leads to a user or to a team, and any other to neither.

    The codes are ``route_required``, ``route_ambiguous`` and ``route_not_allowed``; ``mode`` is ``None`` where the
    settings decide.
    """
    given = [pointer for pointer, to in (("/routed_user_id", user_id), ("/routed_team_id", team_id)) if to is not None]
    if mode is not AssignmentMode.ROUTED:
        detail = "Only a category with the mode routed leads to a user or a team."
        errors = [FieldError(pointer, "route_not_allowed", detail) for pointer in given]
        if errors:
            raise InvalidInput(*errors)
    elif not given:
        raise InvalidInput.at("/routed_user_id", "route_required", "Say which user or team the tickets are routed to.")
    elif len(given) > 1:
        raise InvalidInput.at("/routed_team_id", "route_ambiguous", "Tickets are routed to a user or a team, not both.")
