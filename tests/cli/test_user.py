import asyncio

from tests.application import SignedInClient
from tests.cli.commands import run

PASSWORD = "correct horse battery staple"
CREATE = ("user", "create", "--email", "lea@desk.example", "--name", "Lea", "--role", "lead", "--password-stdin")


async def test_creates_somebody_who_can_sign_in(env: dict[str, str], anonymous: SignedInClient) -> None:
    done = await asyncio.to_thread(run, *CREATE, env=env, sent=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Created lead lea@desk.example (")
    assert PASSWORD not in done.stdout + done.stderr
    signed_in = await anonymous.post("/api/v1/auth/sessions", json={"email": "lea@desk.example", "password": PASSWORD})
    assert signed_in.status_code == 201


def test_the_first_user_needs_nothing_before_them(unmigrated_env: dict[str, str]) -> None:
    done = run(*CREATE, env=unmigrated_env, sent=PASSWORD)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Created lead ")


def test_refuses_an_address_that_somebody_has(env: dict[str, str]) -> None:
    assert run(*CREATE, env=env, sent=PASSWORD).returncode == 0
    again = run(*CREATE, env=env, sent=PASSWORD)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert again.stderr.startswith("Error: email: ")


def test_names_the_field_that_is_wrong(env: dict[str, str]) -> None:
    wrong = [*CREATE]
    wrong[3] = "lea"
    done = run(*wrong, env=env, sent=PASSWORD)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: email: ")
    done = run(*CREATE, env=env, sent="\n")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: password: ")


def test_knows_the_roles(env: dict[str, str]) -> None:
    wrong = [*CREATE]
    wrong[7] = "guest"
    done = run(*wrong, env=env, sent=PASSWORD)
    assert done.returncode == 2
    assert "'admin', 'lead', 'agent', 'auditor'" in done.stderr
