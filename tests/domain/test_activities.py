from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from json import loads
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.activities import (
    GENESIS,
    ActivityKind,
    Broken,
    Damage,
    Entry,
    Sealed,
    as_json,
    canonical,
    entry_hash,
    verify,
)
from ticketdesk.domain.ticket_workflow import Status

TICKET = UUID("01890000-0000-7000-8000-000000000001")
AT = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
ENTRY = Entry(
    id=UUID("01890000-0000-7000-8000-000000000003"),
    ticket_id=TICKET,
    seq=1,
    occurred_at=AT,
    actor_kind="user",
    actor_id="01890000-0000-7000-8000-000000000002",
    actor_name="Ann “A” Lee",
    kind=ActivityKind.CREATED,
    facts={"to": Status.SEND_LATER, "b": [1, True, None], "a": TICKET},
)
SPELLED = (
    '{"actor":{"id":"01890000-0000-7000-8000-000000000002","kind":"user","name":"Ann “A” Lee"},'
    '"facts":{"a":"01890000-0000-7000-8000-000000000001","b":[1,true,null],"to":"send_later"},'
    '"id":"01890000-0000-7000-8000-000000000003","kind":"created",'
    '"occurred_at":"2026-03-08T12:00:00.000000Z","seq":1,"ticket_id":"01890000-0000-7000-8000-000000000001"}'
)


def chain(entries: list[Entry]) -> list[Sealed]:
    chained, previous = [], GENESIS
    for entry in entries:
        chained.append(Sealed(entry, previous, entry_hash(previous, entry)))
        previous = chained[-1].hash
    return chained


def numbered(count: int) -> list[Entry]:
    return [replace(ENTRY, seq=seq, facts={"n": seq}) for seq in range(1, count + 1)]


NESTED: list[object] = []
for _ in range(2000):
    NESTED = [NESTED]
FIVE = chain(numbered(5))
HEAD = FIVE[-1].hash


def test_an_entry_is_spelled_in_one_way() -> None:
    assert canonical(ENTRY) == SPELLED.encode()


def test_the_hash_is_that_of_what_came_before_and_the_spelling() -> None:
    assert entry_hash(GENESIS, ENTRY) == sha256(bytes(32) + SPELLED.encode()).digest()
    assert entry_hash(b"x" * 32, ENTRY) != entry_hash(GENESIS, ENTRY)


def test_the_zone_of_a_time_makes_no_difference() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=-5)))
    assert canonical(replace(ENTRY, occurred_at=elsewhere)) == canonical(ENTRY)


@pytest.mark.parametrize("fact", [0.5, b"bytes", {1: "a"}, {"a"}, object(), [float("nan")]])
def test_what_a_database_may_spell_differently_is_no_fact(fact: object) -> None:
    with pytest.raises(TypeError, match="no fact"):
        as_json({"fact": fact})


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        as_json(datetime(2026, 3, 8))  # noqa: DTZ001 - the very thing that is refused


facts = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), facts, max_size=4))
def test_facts_read_back_from_json_hash_the_same(found: dict[str, object]) -> None:
    entry = replace(ENTRY, facts=found)
    read_back = loads(canonical(entry))["facts"]
    assert entry_hash(GENESIS, replace(entry, facts=read_back)) == entry_hash(GENESIS, entry)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_an_untouched_record_holds(count: int) -> None:
    record = chain(numbered(count))
    assert verify(iter(record), count, record[-1].hash if record else GENESIS) is None


def altered(place: int, **changes: object) -> list[Sealed]:
    record = list(FIVE)
    record[place] = replace(record[place], entry=replace(record[place].entry, **changes))  # type: ignore[arg-type]  # by name
    return record


@pytest.mark.parametrize(
    ("record", "broken"),
    [
        (altered(2, facts={"n": 99}), Broken(3, Damage.ALTERED)),
        (altered(2, id=UUID(int=9)), Broken(3, Damage.ALTERED)),
        (altered(2, actor_name="Eve"), Broken(3, Damage.ALTERED)),
        (altered(2, actor_id=None), Broken(3, Damage.ALTERED)),
        (altered(2, actor_kind="system"), Broken(3, Damage.ALTERED)),
        (altered(2, kind="closed"), Broken(3, Damage.ALTERED)),
        (altered(2, facts={"n": 3.5}), Broken(3, Damage.ALTERED)),
        (altered(2, facts=None), Broken(3, Damage.ALTERED)),
        (altered(2, facts={"n": NESTED}), Broken(3, Damage.ALTERED)),
        (altered(2, occurred_at=None), Broken(3, Damage.ALTERED)),
        (altered(2, actor_name="\ud800"), Broken(3, Damage.ALTERED)),
        (altered(0, occurred_at=AT + timedelta(microseconds=1)), Broken(1, Damage.ALTERED)),
        (altered(4, ticket_id=UUID(int=9)), Broken(5, Damage.ALTERED)),
        (FIVE[:2] + FIVE[3:], Broken(3, Damage.MISSING)),
        (FIVE[1:], Broken(1, Damage.MISSING)),
        (FIVE[:4], Broken(5, Damage.MISSING)),
        ([], Broken(1, Damage.MISSING)),
        ([FIVE[0], FIVE[2], FIVE[1], *FIVE[3:]], Broken(2, Damage.MISSING)),
        ([*FIVE[:3], FIVE[2], *FIVE[3:]], Broken(3, Damage.INSERTED)),
        (chain(numbered(6)), Broken(6, Damage.INSERTED)),
        ([FIVE[0], replace(FIVE[1], previous_hash=GENESIS), *FIVE[2:]], Broken(2, Damage.UNLINKED)),
        ([*FIVE[:4], replace(FIVE[4], hash=GENESIS)], Broken(5, Damage.ALTERED)),
        # Whoever alters an entry and mends its own hash is found at the next one; at the last, by the ticket.
        (FIVE[:2] + chain([*numbered(2), replace(ENTRY, seq=3)])[2:] + FIVE[3:], Broken(4, Damage.UNLINKED)),
        (FIVE[:4] + chain([*numbered(4), replace(ENTRY, seq=5)])[4:], Broken(5, Damage.HEAD_ALTERED)),
    ],
)
def test_damage_is_found_where_it_begins(record: list[Sealed], broken: Broken) -> None:
    assert verify(record, 5, HEAD) == broken


def test_a_changed_head_is_found() -> None:
    assert verify(FIVE, 5, GENESIS) == Broken(5, Damage.HEAD_ALTERED)
    assert verify(FIVE, 4, FIVE[3].hash) == Broken(5, Damage.INSERTED)
    assert verify([], 0, HEAD) == Broken(1, Damage.HEAD_ALTERED)


entries = st.builds(
    Entry,
    ticket_id=st.just(TICKET),
    seq=st.just(0),
    occurred_at=st.datetimes(timezones=st.just(UTC)),
    actor_kind=st.sampled_from(["user", "contact", "system"]),
    actor_id=st.none() | st.uuids().map(str),
    actor_name=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    kind=st.sampled_from(ActivityKind),
    facts=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 9) | st.booleans(), max_size=2),
)
records = st.lists(entries, min_size=1, max_size=6).map(
    lambda found: chain([replace(entry, seq=seq) for seq, entry in enumerate(found, 1)])
)


@given(records, st.data())
def test_any_single_change_is_found_no_later_than_the_next_entry(record: list[Sealed], data: st.DataObject) -> None:
    head = (len(record), record[-1].hash)
    place = data.draw(st.integers(0, len(record) - 1))
    how = data.draw(st.sampled_from(["alter", "mend", "remove", "insert", "swap", "flip"]))
    changed = list(record)
    victim = changed[place]
    if how in {"alter", "mend"}:
        other = replace(data.draw(entries), seq=victim.entry.seq)
        mended = entry_hash(victim.previous_hash, other) if how == "mend" else victim.hash
        changed[place] = replace(victim, entry=other, hash=mended)
    elif how == "remove":
        del changed[place]
    elif how == "insert":
        changed.insert(place, data.draw(st.sampled_from(record)))
    elif how == "swap":
        partner = data.draw(st.integers(0, len(record) - 1))
        changed[place], changed[partner] = changed[partner], changed[place]
    else:
        bit = data.draw(st.integers(0, 255))
        flipped = (int.from_bytes(victim.hash) ^ (1 << bit)).to_bytes(32)
        changed[place] = replace(victim, hash=flipped)
    broken = verify(changed, *head)
    # 1 == True, but they are not the same fact: compare what was stored.
    if [(item.hash, item.previous_hash, canonical(item.entry)) for item in changed] == [
        (item.hash, item.previous_hash, canonical(item.entry)) for item in record
    ]:
        assert broken is None
    else:
        assert broken is not None
        assert broken.seq <= place + 2
