"""``ticketdesk user``: create the users that nobody could create through the API yet."""

import asyncio
import sys

import click
from pydantic import ValidationError

from ticketdesk.bootstrap import open_resources
from ticketdesk.cli.environment import migrate_in_development, opened_database
from ticketdesk.config import Config
from ticketdesk.domain.permissions import Role
from ticketdesk.schemas.users import User, UserCreate
from ticketdesk.services import users

ROLES = [role.value for role in Role if role is not Role.GUEST]


@click.group()
def user() -> None:
    """Manage the people who sign in."""


@user.command()
@click.option("--email", required=True, help="Address to sign in with.")
@click.option("--name", required=True, help="Name shown to others.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What they may do.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def create(email: str, name: str, role: str, *, password_stdin: bool) -> None:
    """Create a user.

    In development the database is migrated first, as `ticketdesk serve` does.
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask()
    try:
        data = UserCreate.model_validate({"email": email, "name": name, "role": role, "password": password})
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise click.ClickException("; ".join(f"{_field(entry['loc'])}: {entry['msg']}" for entry in found)) from None
    with opened_database() as (config, url):
        created = asyncio.run(_create(config, url, data))
    click.echo(f"Created {created.role.value} {created.email} ({created.id}).")


def _ask() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "input"


async def _create(config: Config, url: str, data: UserCreate) -> User:
    await migrate_in_development(config, url)
    async with open_resources(config, url) as resources, resources.unit_of_work() as uow:
        return await users.create(uow, resources.hasher, data)
