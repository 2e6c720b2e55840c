import asyncio

from chaos.audit_tampering import judge, tamper_with_each
from sqlalchemy import text
from tests.application import ClientFor
from tests.cli.commands import run
from tests.factories.attachments import attach
from tests.factories.tickets import create_ticket

from ticketdesk.bootstrap import Resources


async def test_names_the_entry_that_was_tampered_with(
    env: dict[str, str], resources: Resources, client_for: ClientFor
) -> None:
    staff = await client_for("agent")
    first, second = await create_ticket(staff), await create_ticket(staff)
    sound = await asyncio.to_thread(run, "verify", env=env)
    assert (sound.returncode, sound.stdout) == (0, "2 records checked, 0 broken.\n")
    async with resources.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE activities DISABLE TRIGGER USER"))
        await connection.execute(
            text(
                "UPDATE activities SET occurred_at = occurred_at - interval '1 day' WHERE ticket_id = :id AND seq = 1"
            ),
            {"id": second["id"]},
        )
    broken = await asyncio.to_thread(run, "verify", env=env)
    assert broken.returncode == 1
    assert f"Ticket {second['number']}: entry 1 is broken" in broken.stdout
    assert f"Ticket {first['number']}:" not in broken.stdout
    assert broken.stdout.endswith("2 records checked, 1 broken.\n")


async def test_names_the_entry_whatever_was_done_to_it(
    env: dict[str, str], resources: Resources, client_for: ClientFor
) -> None:
    victims, sound = await tamper_with_each(resources, await client_for("agent"))
    done = await asyncio.to_thread(run, "verify", env=env)
    assert [figure for figure in judge(victims, sound, done.returncode, done.stdout) if not figure.passed] == []


async def test_names_the_files_that_are_not_what_was_stored(
    env: dict[str, str], resources: Resources, client_for: ClientFor
) -> None:
    staff = await client_for("agent")
    ticket = (await create_ticket(staff))["id"]
    sound, altered, missing = [await attach(staff, ticket, content) for content in (b"sound", b"altered", b"missing")]
    here = env | {"TICKETDESK_DATA_DIR": str(resources.config.data_dir)}
    done = await asyncio.to_thread(run, "verify", "--files", env=here)
    assert (done.returncode, done.stdout) == (0, "1 records checked, 0 broken.\n3 files checked, 0 broken.\n")
    [path] = (resources.config.data_dir / "files").rglob(altered["sha256"])
    path.write_bytes(b"Altered")
    next((resources.config.data_dir / "files").rglob(missing["sha256"])).unlink()
    done = await asyncio.to_thread(run, "verify", "--files", env=here)
    assert done.returncode == 1
    assert f"File {altered['sha256']}: its content was altered." in done.stdout
    assert f"File {missing['sha256']}: it is missing." in done.stdout
    assert sound["sha256"] not in done.stdout
    assert done.stdout.endswith("3 files checked, 2 broken.\n")
