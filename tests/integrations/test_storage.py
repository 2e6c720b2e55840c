"""Both storages keep the same promises: on a real disk, and in a real server that speaks S3."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from ticketdesk.domain.ports import ContentMissing, Storage, StorageUnavailable
from ticketdesk.domain.stored_contents import key_of
from ticketdesk.integrations.storage import DiskStorage
from ticketdesk.integrations.storage_s3 import S3Storage

LARGE = os.urandom(7_000_000)


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "disk":
        return DiskStorage(tmp_path / "files")
    address = request.getfixturevalue("s3_address")
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "se/cret"}
    client = boto3.client("s3", endpoint_url=f"http://{address}", region_name="us-east-1", **keys)
    client.create_bucket(Bucket="desk")
    folder = tmp_path.name
    return S3Storage(f"s3://key:se%2Fcret@desk/{folder}?endpoint=http://{address}&region=us-east-1")


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def read(storage: Storage, digest: bytes, first: int = 0, count: int | None = None) -> bytes:
    return b"".join([piece async for piece in storage.read(digest, first, count)])


async def test_what_is_kept_comes_back_whole_and_in_parts(storage: Storage) -> None:
    small = await storage.put(pieces(b"As ", b"I saw it."))
    assert small.digest == hashlib.sha256(b"As I saw it.").digest()
    assert (small.size, small.media_type) == (12, "text/plain; charset=utf-8")
    assert await read(storage, small.digest) == b"As I saw it."
    large = await storage.put(pieces(*(LARGE[at : at + 65_536] for at in range(0, len(LARGE), 65_536))))
    assert await read(storage, large.digest) == LARGE
    for first, count in ((0, 1), (6_999_999, 1), (300_000, 600_000), (5, None), (3, 0)):
        end = None if count is None else first + count
        assert await read(storage, large.digest, first, count) == LARGE[first:end]


async def test_equal_contents_at_once_are_one(storage: Storage) -> None:
    found = await asyncio.gather(*(storage.put(pieces(b"the ", b"same")) for _ in range(10)))
    assert len({content.digest for content in found}) == 1
    assert await read(storage, found[0].digest) == b"the same"


async def test_what_was_never_kept_is_missing(storage: Storage) -> None:
    with pytest.raises(ContentMissing):
        await read(storage, bytes(32))


async def test_what_breaks_off_is_not_kept(storage: Storage) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await storage.put(broken())
    with pytest.raises(ContentMissing):
        await read(storage, hashlib.sha256(b"half").digest())


async def test_what_was_put_long_ago_is_listed_and_can_be_removed(storage: Storage) -> None:
    contents = [await storage.put(pieces(bytes([number]))) for number in range(3)]
    await storage.try_out()
    now = datetime.now(UTC)
    assert await listed(storage, now - timedelta(minutes=1)) == set()
    assert await listed(storage, now + timedelta(minutes=1)) == {content.digest for content in contents}
    # Once more changes nothing.
    for _ in range(2):
        await storage.remove(contents[0].digest)
    assert [await storage.holds(content.digest) for content in contents] == [False, True, True]
    assert await listed(storage, now + timedelta(minutes=1)) == {content.digest for content in contents[1:]}


async def listed(storage: Storage, before: datetime) -> set[bytes]:
    return {digest async for some in storage.kept_before(before) for digest in some}


async def test_it_can_be_tried_out(storage: Storage) -> None:
    assert (await storage.try_out()).startswith("files are kept in ")


async def test_a_disk_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    storage = DiskStorage(tmp_path / "files")
    with pytest.raises(StorageUnavailable):
        await storage.try_out()
    with pytest.raises(StorageUnavailable):
        await storage.put(pieces(b"x"))


async def test_a_file_that_ends_early_is_not_taken_for_whole(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    kept = await storage.put(pieces(LARGE))
    os.truncate(tmp_path / key_of(kept.digest), 1_000_000)
    assert len(await read(storage, kept.digest, 0, 1_000_000)) == 1_000_000
    for first, count in ((0, 7_000_000), (999_999, 2), (1_000_000, 1)):
        with pytest.raises(ContentMissing):
            await read(storage, kept.digest, first, count)


async def test_what_broke_off_is_forgotten_after_a_while(tmp_path: Path) -> None:
    storage, now = DiskStorage(tmp_path), datetime.now(UTC)
    assert await storage.forget_unfinished(now) == 0
    kept = await storage.put(pieces(b"x"))
    for name in ("old", "new"):
        (tmp_path / "unfinished" / name).touch()
    os.utime(tmp_path / "unfinished" / "old", (now.timestamp() - 90_000,) * 2)
    assert await storage.forget_unfinished(now - timedelta(days=1)) == 1
    assert [path.name for path in (tmp_path / "unfinished").iterdir()] == ["new"]
    assert await read(storage, kept.digest) == b"x"


async def test_a_bucket_that_is_not_there_is_told_without_its_address(s3_address: str) -> None:
    storage = S3Storage(f"s3://key:secret@nowhere?endpoint=http://{s3_address}&region=us-east-1")
    with pytest.raises(StorageUnavailable) as refused:
        await storage.put(pieces(b"x"))
    assert "secret" not in str(refused.value)
    assert s3_address not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["", "s3://", "https://bucket", "s3://bucket?other=1", "s3://bucket?region", "s3://bucket#x"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="a storage is s3://"):
        S3Storage(url)
