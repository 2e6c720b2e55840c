"""Users: created, read and changed by admins; the desk never loses its last one."""

from typing import Any
from uuid import UUID

from ticketdesk.domain import addresses, passwords
from ticketdesk.domain.errors import Conflict, InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import STAFF_ROLES, Role
from ticketdesk.domain.ports import PasswordHasher
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.users import User, UserCreate, UserPatch, UserQuery

# After a change of these, whoever is signed in has to prove again who they are.
ENDS_SESSIONS = {"password_hash": "password_changed", "role": "role_changed", "is_active": "deactivated"}


async def create(uow: UnitOfWork, hasher: PasswordHasher, data: UserCreate) -> User:
    """Create a user; raises ``InvalidInput`` for an address that somebody has, and for a password that is no good."""
    passwords.require_acceptable(data.password, data.email)
    password_hash = await hasher.hash(data.password)
    email = addresses.normalise(data.email)
    user_id = await uow.users.add(email, data.name, data.role, password_hash, uow.now())
    if user_id is None:
        raise _email_taken()
    return await get(uow, user_id)


async def get(uow: UnitOfWork, user_id: UUID) -> User:
    """Return a user; raises ``NotFound``."""
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
    return await uow.users.search(query, page)


async def change(uow: UnitOfWork, hasher: PasswordHasher, user_id: UUID, patch: UserPatch) -> User:
    """Change a user, and end their sessions where the change asks for it.

    Raises ``NotFound``, ``InvalidInput`` as ``create`` does, and ``Conflict`` (``last_admin``) when no active admin
    would be left.
    """
    given = patch.given()
    admins = await uow.users.lock_active_admins() if given.keys() & {"role", "is_active"} else []
    if await uow.users.lock(user_id) is None:
        raise NotFound("User")
    if admins == [user_id] and not _is_active_admin(given):
        raise Conflict("The last active admin cannot be demoted or deactivated.", code="last_admin")
    before = await get(uow, user_id)
    values = await _changed_columns(hasher, before, given)
    if values and not await uow.users.change(user_id, values, uow.now()):
        raise _email_taken()
    await _end_sessions(uow, user_id, values)
    return await get(uow, user_id)


def _is_active_admin(given: dict[str, Any]) -> bool:
    return given.get("role", Role.ADMIN) is Role.ADMIN and bool(given.get("is_active", True))


async def _changed_columns(hasher: PasswordHasher, before: User, given: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that differ from what is stored; a password always does."""
    values = {name: value for name, value in given.items() if name != "password"}
    if "email" in values:
        values["email"] = addresses.normalise(values["email"])
    changed = {name: value for name, value in values.items() if value != getattr(before, name)}
    if "password" in given:
        passwords.require_acceptable(given["password"], values.get("email", before.email))
        changed["password_hash"] = await hasher.hash(given["password"])
    return changed


async def _end_sessions(uow: UnitOfWork, user_id: UUID, changed: dict[str, Any]) -> None:
    reason = next((reason for column, reason in ENDS_SESSIONS.items() if column in changed), None)
    if reason is not None:
        await uow.sessions.revoke_of_user(user_id, reason, uow.now())


def _email_taken() -> InvalidInput:
    return InvalidInput.at("/email", "email_taken", "Another user has this address.")
