"""Migrations go up and down, and lead to exactly the tables that the program declares."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from ticketdesk.models import metadata
from ticketdesk.repositories import migrations

# Everything that makes up the schema, as PostgreSQL itself writes it.
CATALOGUE = """
SELECT 'table', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       a.attnotnull::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || a.attgenerated::text
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v')
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'index', tablename, indexname, '', indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', c.conrelid::regclass::text, c.conname, '', pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace AND n.nspname = 'public'
UNION ALL SELECT 'trigger', t.tgrelid::regclass::text, t.tgname, '', pg_get_triggerdef(t.oid)
FROM pg_trigger t WHERE NOT t.tgisinternal
UNION ALL SELECT 'function', p.proname, '', '', pg_get_functiondef(p.oid)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'public'
UNION ALL SELECT 'type', t.typname, '', '', '' FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typtype IN ('e', 'd')
UNION ALL SELECT 'sequence', sequencename, '', '', data_type::text FROM pg_sequences WHERE schemaname = 'public'
"""
ADD_OWNER = """
INSERT INTO users (id, email, name, role, created_at, updated_at)
VALUES (:id, 'ada@desk.example', 'Ada', 'agent', now(), now())
"""
ADD_VIEW = """
INSERT INTO saved_views (id, owner_id, name, filters, sort, created_at, updated_at)
VALUES (:id, :owner, :name, :filters, 'created_at', now(), now())
"""
REVISION_NAME = re.compile(r"\d{4}_\d{2}_\d{2}(_\d{2})?_[a-z0-9_]+\.py")


async def schema_of(url: str) -> list[tuple[str, ...]]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return sorted(tuple(row) for row in await connection.execute(text(CATALOGUE)))
    finally:
        await engine.dispose()


async def test_down_and_up_again_gives_an_equal_schema(empty_database_url: str) -> None:
    await migrations.upgrade(empty_database_url)
    before = await schema_of(empty_database_url)
    assert len(before) > 100
    await migrations.downgrade(empty_database_url, "base")
    left = [row for row in await schema_of(empty_database_url) if row[1] != "alembic_version"]
    assert left == []
    await migrations.upgrade(empty_database_url)
    assert await schema_of(empty_database_url) == before


async def test_each_step_down_can_be_taken_up_again(empty_database_url: str) -> None:
    await migrations.upgrade(empty_database_url)
    before = await schema_of(empty_database_url)
    for revision in ScriptDirectory.from_config(migrations.alembic_config()).walk_revisions():
        await migrations.downgrade(empty_database_url, str(revision.down_revision or "base"))
        await migrations.upgrade(empty_database_url, revision.revision)
        await migrations.downgrade(empty_database_url, str(revision.down_revision or "base"))
    await migrations.upgrade(empty_database_url)
    assert await schema_of(empty_database_url) == before


async def test_the_migrated_tables_are_the_declared_ones(database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    engine = create_async_engine(database_url)
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await engine.dispose()


async def test_two_at_once_do_not_disturb_each_other(empty_database_url: str) -> None:
    await asyncio.gather(*(migrations.upgrade(empty_database_url) for _ in range(3)))
    assert await migrations.current(empty_database_url) == migrations.head()


def test_revisions_are_one_line_with_dated_names() -> None:
    scripts = ScriptDirectory.from_config(migrations.alembic_config())
    assert len(scripts.get_heads()) == 1
    for revision in scripts.walk_revisions():
        assert REVISION_NAME.fullmatch(Path(revision.path).name), revision.path
        assert revision.doc, f"{revision.path} does not say what it is for"


def test_a_newer_releases_revision_is_told_from_our_own() -> None:
    assert migrations.is_known(migrations.head())
    assert not migrations.is_known("ffffffffffff")


async def test_saved_views_keep_whom_they_name(empty_database_url: str) -> None:
    contact = "01900000-0000-7000-8000-00000000000c"
    before = {"assignee_id": "me", "checker_id": None, "contact_id": contact, "status": ["open"], "q": "logo"}
    after = before | {"assignee_id": ["me"], "checker_id": [], "contact_id": [contact]}
    await migrations.upgrade(empty_database_url, "2026_11_22_40")
    await save_views(empty_database_url, before, {})
    await migrations.upgrade(empty_database_url)
    assert await saved_filters(empty_database_url) == [after, {}]
    await migrations.downgrade(empty_database_url, "2026_11_22_40")
    assert await saved_filters(empty_database_url) == [before, {}]


async def save_views(url: str, *filters: Mapping[str, object]) -> None:
    owner = uuid4()
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(ADD_OWNER), {"id": owner})
        for number, each in enumerate(filters):
            view = {"id": uuid4(), "owner": owner, "name": str(number), "filters": json.dumps(each)}
            await connection.execute(text(ADD_VIEW), view)
    await engine.dispose()


async def saved_filters(url: str) -> list[dict[str, object]]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = (await connection.execute(text("SELECT filters FROM saved_views ORDER BY name"))).scalars().all()
    await engine.dispose()
    return list(found)
