from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.monitored_items import (
    LONGEST_TITLE,
    Alert,
    CategoryFacts,
    ItemFacts,
    ItemKind,
    PrefilledAction,
    prefill,
    regulation_key,
)
from ticketdesk.domain.tickets import ActionSource

ADVERTISING, LICENCE, TRIGGER_TERMS, DISCLOSURE = (
    CategoryFacts(UUID(int=number), regulation)
    for number, regulation in enumerate(
        ["12 CFR § 1026.24", "12 CFR 1008.103", "12 CFR §1026.24", "Reg. Z - Disclosure"], 1
    )
)
CATEGORIES = [ADVERTISING, LICENCE, TRIGGER_TERMS, DISCLOSURE]
PROFILE = ItemFacts(
    ItemKind.PROFILE,
    "LinkedIn",
    "Ann Lee",
    (
        Alert("NMLS", "Show your NMLS number.", "12 CFR § 1008.103"),
        Alert("RATE", "Remove the rate, or state the APR.", "12 cfr 1026.24"),
        Alert("LOGO", " Use the present logo. ", None),
    ),
)


def test_a_profile_with_three_alerts() -> None:
    form = prefill(PROFILE, CATEGORIES)
    assert form.title == "LinkedIn profile of Ann Lee: 3 findings"
    assert form.requested_actions == (
        PrefilledAction("Show your NMLS number.", "12 CFR § 1008.103"),
        PrefilledAction("Remove the rate, or state the APR.", "12 cfr 1026.24"),
        PrefilledAction("Use the present logo.", None),
    )
    assert {action.source for action in form.requested_actions} == {ActionSource.ALERT}
    assert form.violation_category_ids == (LICENCE.id, ADVERTISING.id, TRIGGER_TERMS.id)


@pytest.mark.parametrize(
    ("item", "title"),
    [
        (ItemFacts(ItemKind.POST, "Facebook"), "Facebook post"),
        (ItemFacts(ItemKind.POST, "Facebook", "Bo"), "Facebook post of Bo"),
        (
            ItemFacts(ItemKind.POST, "X", "Bo", (Alert("A1", "No  rate\nwithout APR"),)),
            "X post of Bo: No rate without APR",
        ),
        (ItemFacts(ItemKind.POST, "X", None, (Alert("A1", ""),)), "X post: A1"),
    ],
)
def test_the_title(item: ItemFacts, title: str) -> None:
    assert prefill(item, []).title == title


def test_a_long_title_is_cut() -> None:
    title = prefill(ItemFacts(ItemKind.POST, "X", None, (Alert("A1", "word " * 100),)), []).title
    assert len(title) == LONGEST_TITLE
    assert title.endswith("word w…")


def test_an_alert_without_words_asks_by_its_code() -> None:
    item = ItemFacts(ItemKind.POST, "X", None, (Alert("A1", "  ", " "),))
    assert prefill(item, CATEGORIES).requested_actions == (PrefilledAction("A1", None),)


def test_a_category_without_a_regulation_matches_no_alert() -> None:
    item = ItemFacts(ItemKind.POST, "X", None, (Alert("A1", "a", "§ - "), Alert("A2", "b", None)))
    assert prefill(item, [CategoryFacts(UUID(int=1), ""), CategoryFacts(UUID(int=2), "–")]).violation_category_ids == ()


def test_two_alerts_of_one_regulation_give_its_category_once() -> None:
    item = ItemFacts(
        ItemKind.POST, "X", None, (Alert("A1", "a", "reg. z disclosure"), Alert("A2", "b", "REG. Z–Disclosure"))
    )
    assert prefill(item, CATEGORIES).violation_category_ids == (DISCLOSURE.id,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 CFR § 1026.24", "12cfr1026.24"),
        ("12 CFR §§ 1026.24", "12 cfr 1026.24"),
        ("Rule 2210-b", "RULE 2210\u2013B"),
        ("Rule 2210-b", "rule 2210 \u2212 b"),
        ("Rule\u00a02210", "Rule 2210"),
    ],
)
def test_spellings_of_one_regulation(one: str, other: str) -> None:
    assert regulation_key(one) == regulation_key(other)


@pytest.mark.parametrize(("one", "other"), [("12 CFR 1026.24", "12 CFR 1026.2"), ("Rule 2210(a)", "Rule 2210(b)")])
def test_different_regulations(one: str, other: str) -> None:
    assert regulation_key(one) != regulation_key(other)


texts = st.text(max_size=30) | st.sampled_from(["Reg. Z", "reg.z", "§ 5"])
alerts = st.builds(Alert, code=st.text(min_size=1, max_size=5), text=texts, regulation=st.none() | texts)
items = st.builds(
    ItemFacts,
    kind=st.sampled_from(ItemKind),
    platform=texts,
    contact_name=st.none() | texts,
    alerts=st.lists(alerts).map(tuple),
)
categories = st.lists(st.builds(CategoryFacts, id=st.uuids(), regulation=texts), max_size=5)


@given(items, categories)
def test_one_action_per_alert_and_each_category_once(item: ItemFacts, found: list[CategoryFacts]) -> None:
    form = prefill(item, found)
    assert len(form.requested_actions) == len(item.alerts)
    assert len(set(form.violation_category_ids)) == len(form.violation_category_ids)
    assert set(form.violation_category_ids) <= {category.id for category in found}
    assert len(form.title) <= LONGEST_TITLE
    assert "\n" not in form.title
