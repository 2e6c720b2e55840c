"""Users: created, read and changed by admins; the desk never loses its last one."""

from typing import Any
from uuid import UUID

from ticketdesk.domain import addresses, passwords
from ticketdesk.domain.availability import is_freed, is_present, is_working
from ticketdesk.domain.errors import Conflict, InvalidInput, NotFound
from ticketdesk.domain.events import StaffFreed
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import STAFF_ROLES, Role
from ticketdesk.domain.ports import PasswordHasher
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.repositories.users import UserRecord
from ticketdesk.schemas.availability import Availability
from ticketdesk.schemas.users import User, UserCreate, UserPatch, UserQuery
from ticketdesk.services import settings

# After a change of these, whoever is signed in has to prove again who they are.
ENDS_SESSIONS = {"password_hash": "password_changed", "role": "role_changed", "is_active": "deactivated"}
# After a change of these, a link to choose a new password is in the wrong hands, or would undo the change.
ENDS_RESETS = {"password_hash", "email"}


async def create(uow: UnitOfWork, hasher: PasswordHasher, data: UserCreate) -> User:
    """Create a user; raises ``InvalidInput`` for an address that somebody has, and for a password that is no good."""
    passwords.require_acceptable(data.password, data.email)
    password_hash = await hasher.hash(data.password)
    email = addresses.normalise(data.email)
    columns = data.model_dump(exclude={"password"}) | {"email": email, "password_hash": password_hash}
    user_id = await uow.users.add(columns, uow.now())
    if user_id is None:
        raise _email_taken()
    created = await find(uow, user_id)
    if created.readiness(uow.now()).may_work:
        await uow.emit(StaffFreed(user_id))
    return await _shown(uow, created)


async def get(uow: UnitOfWork, user_id: UUID) -> User:
    """Return a user as others see them; raises ``NotFound``."""
    return await _shown(uow, await find(uow, user_id))


async def find(uow: UnitOfWork, user_id: UUID) -> UserRecord:
    """Return a user as the rules need them; raises ``NotFound``."""
    user = await uow.users.find(user_id)
    if user is None:
        raise NotFound("User")
    return user


async def require_active_staff(uow: UnitOfWork, user_id: UUID | None, pointer: str) -> None:
    """Raise ``InvalidInput`` at ``pointer`` for an id in a body that names nobody who could work; ``None`` passes.

    The codes are ``unknown_reference``, ``not_staff`` and ``user_inactive``.
    """
    user = None if user_id is None else await uow.users.find(user_id)
    if user_id is not None and user is None:
        raise InvalidInput.at(pointer, "unknown_reference", "No such user.")
    if user is not None and user.role not in STAFF_ROLES:
        raise InvalidInput.at(pointer, "not_staff", "This is no user with a role of the staff.")
    if user is not None and not user.is_active:
        raise InvalidInput.at(pointer, "user_inactive", "This user is deactivated.")


async def search(uow: UnitOfWork, query: UserQuery, page: PageRequest) -> Page[User]:
    """Return a page of the users that match."""
    found = await uow.users.search(query, page)
    return Page([await _shown(uow, user) for user in found.items], found.next)


async def change(uow: UnitOfWork, hasher: PasswordHasher, user_id: UUID, patch: UserPatch) -> User:
    """Change a user, and end their sessions and password resets where the change asks for it.

    Raises ``NotFound``, ``InvalidInput`` as ``create`` does and for a guest's role (``guest_role``), and ``Conflict``
    (``last_admin``) when no active admin would be left.
    """
    given = patch.given()
    admins = await uow.users.lock_active_admins() if given.keys() & {"role", "is_active"} else []
    if await uow.users.lock(user_id) is None:
        raise NotFound("User")
    if admins == [user_id] and not _is_active_admin(given):
        raise Conflict("The last active admin cannot be demoted or deactivated.", code="last_admin")
    before = await find(uow, user_id)
    if before.role is Role.GUEST and "role" in given:
        raise InvalidInput.at("/role", "guest_role", "A guest becomes one of the staff by an upgrade alone.")
    values = await _changed_columns(hasher, before, given)
    if values and not await uow.users.change(user_id, values, uow.now()):
        raise _email_taken()
    await _end_sessions(uow, user_id, values)
    if values.keys() & ENDS_RESETS:
        await uow.password_resets.end_of_user(user_id, uow.now())
    after = await find(uow, user_id)
    if is_freed(before.readiness(uow.now()), after.readiness(uow.now())):
        await uow.emit(StaffFreed(user_id))
    return await _shown(uow, after)


def _is_active_admin(given: dict[str, Any]) -> bool:
    return given.get("role", Role.ADMIN) is Role.ADMIN and bool(given.get("is_active", True))


async def _changed_columns(hasher: PasswordHasher, before: UserRecord, given: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that differ from what is stored; a password always does."""
    values = {name: value for name, value in given.items() if name != "password"}
    if "email" in values:
        values["email"] = addresses.normalise(values["email"])
    changed = {name: value for name, value in values.items() if value != getattr(before, name)}
    if "password" in given:
        passwords.require_acceptable(given["password"], values.get("email", before.email))
        changed["password_hash"] = await hasher.hash(given["password"])
    return changed


async def _shown(uow: UnitOfWork, user: UserRecord) -> User:
    desk, now = await uow.once(settings.get_calendar), uow.now()
    is_in_hours = is_working(user.availability, now, desk.business_calendar, desk.zone)
    is_there = is_present(user.availability, now)
    availability = Availability(
        is_away=not is_there,
        away_until=None if is_there else user.availability.away_until,
        working_hours=user.working_hours,
        is_available_now=user.is_active and is_there and is_in_hours,
    )
    columns = {name: getattr(user, name) for name in User.model_fields if name != "availability"}
    return User.model_validate(columns | {"availability": availability})


async def _end_sessions(uow: UnitOfWork, user_id: UUID, changed: dict[str, Any]) -> None:
    reason = next((reason for column, reason in ENDS_SESSIONS.items() if column in changed), None)
    if reason is not None:
        await uow.sessions.revoke_of_user(user_id, reason, uow.now())


def _email_taken() -> InvalidInput:
    return InvalidInput.at("/email", "email_taken", "Another user has this address.")
