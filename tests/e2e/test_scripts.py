"""The conversations of tests/scripts, each on the website and as text messages, from a fresh demo shop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, func, select

from meantime.conversations.tables import SMS, Conversation
from meantime.db import Database
from meantime.settings import ROOT
from meantime.shop.tables import AuditEntry, Order, ShipmentLine, StandingWish
from tests.e2e.invariants import check_conversations, check_shop
from tests.e2e.scripts import CHANNELS, BadScript, Script, ShopAfter, differences, parse, play, scripts_of
from tests.e2e.world import World, fresh_shop
from tests.twilio_stand_in import TwilioStandIn

SCRIPTS = list(scripts_of(ROOT / "tests" / "scripts"))


@pytest.fixture(scope="module")
def shop(world: World) -> Iterator[Database]:
    """The world's database; the shop in it is as new again after the last script."""
    database = Database(world.database_url)
    yield database
    fresh_shop(database)
    database.dispose()


PLAYS = [
    pytest.param(script, channel, id=f"{topic}: {script.script}-{channel}")
    for topic, script in SCRIPTS
    for channel in CHANNELS
    if channel == SMS or script.from_ is None
]


@pytest.mark.parametrize(("script", "channel"), PLAYS)
def test_script(world: World, shop: Database, twilio: TwilioStandIn, script: Script, channel: str) -> None:
    fresh_shop(shop)
    play(script, world.url, channel, shop, twilio)
    with shop.reading() as session:
        check_shop(session)
        check_conversations(session)


def test_no_two_scripts_are_called_the_same() -> None:
    names = [f"{topic}: {script.script}" for topic, script in SCRIPTS]
    assert sorted(set(names)) == sorted(names)


TURN = {"says": "hello"}


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"script": "s", "turns": [{**TURN, "heers": ["x"]}]}, "turns.0.heers"),
        ({"script": "s", "turns": [TURN], "shop": {"chnages": []}}, "shop.chnages"),
        ({"script": "s", "turns": [TURN], "shop": {"M1": {"state": "open"}}}, "shop.orders.M1.state"),
        ({"script": "s", "turns": [TURN], "shop": {"changes": [{"kind": "swap", "order": "M1", "sum": "1"}]}}, "sum"),
        ({"script": "s", "turns": [{"hears": "x"}]}, "says or chooses"),
        ({"script": "s", "turns": [{"says": True}]}, "turns.0.says"),
        ({"script": "s", "turns": []}, "turns"),
        ({"script": "s"}, "turns"),
        ("hello", "f.yml, script 1"),
    ],
)
def test_a_script_that_is_not_in_the_form_is_named_with_its_fault(raw: object, key: str) -> None:
    with pytest.raises(BadScript, match=r"^f\.yml, script 1") as bad:
        parse(raw, "f.yml, script 1")
    assert key in str(bad.value)
    assert isinstance(raw, str) or "(s)" in str(bad.value)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("expected", "fault"),
    [
        ({"hears": "good evening"}, "did not hear 'good evening'"),
        ({"hears": "/^assistant/"}, "did not hear"),
        ({"hears_not": "/[Aa]ssistant/"}, "heard"),
        ({"offers": "Order a pizza"}, "was not offered 'Order a pizza'"),
        ({"offers_not": "Where"}, "was offered 'Where'"),
        ({"asks": "choice"}, "was not asked for choice"),
        ({"owner": "queue"}, "the owner is not queue"),
    ],
)
def test_a_turn_that_is_not_as_written_shows_the_conversation(
    world: World, shop: Database, twilio: TwilioStandIn, expected: dict[str, str], fault: str, channel: str
) -> None:
    script = parse({"script": "s", "turns": [{"says": "hello", "hears": "assistant"}, {**TURN, **expected}]}, "f.yml")
    with pytest.raises(AssertionError, match=f"(?s)CUSTOMER: hello.*ASSISTANT: .*CUSTOMER: hello.*=> {fault}"):
        play(script, world.url, channel, shop, twilio)


@pytest.mark.parametrize(
    "wrong",
    [
        {"M104204": {"lines": {1: "ready"}}},
        {"M104204": {"lines": {}}},
        {"M104204": {"cancelled": {1: 1}}},
        {"M104204": {"replaces": {1: 2}}},
        {"M104204": {"status": "packing"}},
        {"changes": [{"kind": "cancel", "order": "M104204"}]},
        {"wishes": []},
        {"wishes": [{"kind": "stop_all", "order": "M104204"}]},
        {"summary": ["a lamp"]},
        {"kind": "asked"},
        {"guesses": 1},
    ],
)
def test_a_shop_that_is_not_as_written_is_found_out(database: Database, wrong: dict[str, object]) -> None:
    fresh_shop(database)
    right = {
        "M104204": {"lines": {1: "backordered"}, "cancelled": {}, "replaces": {}, "status": "open"},
        "wishes": [{"kind": "keep_waiting", "order": "M104204"}],
        "summary": ["a kettle"],
        "kind": "wish",
        "guesses": 0,
    }
    with database.writing() as session:
        session.add(Conversation(id="c1", channel="website", summary="about a kettle", handed_off_kind="wish"))
        session.add(
            StandingWish(
                kind="keep_waiting", order_number="M104204", conversation_id="c1", channel="website", message_id="m1"
            )
        )
        session.flush()
        assert list(differences(session, ShopAfter.model_validate(right), "c1")) == []
        assert len(list(differences(session, ShopAfter.model_validate(wrong), "c1"))) == 1


def test_a_fresh_shop_is_as_it_was_at_first_and_the_record_stays(database: Database) -> None:
    fresh_shop(database)
    with database.writing() as session:
        session.get_one(Order, "M104204").status = "packing"
        session.execute(delete(ShipmentLine))
        recorded = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    fresh_shop(database)
    with database.reading() as session:
        assert session.get_one(Order, "M104204").status == "open"
        assert session.scalar(select(func.count()).select_from(ShipmentLine))
        assert (session.scalar(select(func.count()).select_from(AuditEntry)) or 0) > recorded
        check_shop(session)
