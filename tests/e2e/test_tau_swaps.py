"""A real-sized shop, swapped and cancelled in by hundreds: afterwards only what they agreed to is changed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.shop.lines import LineView, views, whole_order
from meantime.shop.money import to_text
from meantime.shop.reservations import free_units
from meantime.shop.tables import Change, Customer, Order, OrderLine, Product
from tests.e2e.chat import Chat, Turn
from tests.e2e.invariants import check_conversations, check_shop
from tests.e2e.world import World

SEED = 20261122
SWAPS = 50
TALKS = 200
ASKS_TO_SWAP = (
    "please swap the {name} in order {number} for the cheapest one you have",
    "I'd like to exchange the {name} from {number} for the cheapest of its kind",
    "can i get the cheapest {name} instead in {number}?",
    "swap my {name} for the cheapest you've got, order {number}",
)
ASKS_TO_CANCEL = ("cancel order {number} please", "I want to cancel {number}", "please cancel my order {number}")
ASKS_FOR_STATUS = ("where is my order {number}", "what's the status of {number}?", "any news on {number}")
ASKS_FOR_MONEY = ("was my card charged for {number}?", "have you charged me already for order {number}")
YES = ("yes", "yes please", "ok go ahead", "sure")
NO = ("no", "no, leave it", "no thanks, keep it")


@dataclass
class Buyer:
    """A customer with an open order, and what they will have changed in it."""

    number: str
    email: str
    postcode: str
    lines: list[LineView]
    expected: list[tuple[str, dict[int, int], int | None]] = field(default_factory=list)
    """(kind, line → units, price difference in minor units) of every change they agreed to."""


@pytest.fixture
def retail_policy(tmp_path: Path) -> Path:
    """All customers of these tests write from one address, and some of them err."""
    file = tmp_path / "policy.yml"
    file.write_text("identity: {guesses_per_address_hour: 1000}")
    return file


@pytest.fixture
def database(retail: World) -> Iterator[Database]:
    database = Database(retail.database_url)
    yield database
    database.dispose()


def buyers(database: Database) -> list[Buyer]:
    """Everybody with an open order, shuffled, one order each."""
    with database.reading() as session:
        rows = session.execute(
            select(Order, Customer).join(Customer).where(Order.status == "open").order_by(Order.number)
        ).all()
        random.Random(SEED).shuffle(rows)
        return [
            Buyer(o.number, c.email, o.ship_postcode, views(session, whole_order(session, o.number))) for o, c in rows
        ]


def cheapest(session: Session, number: str, line: int) -> tuple[int, int] | None:
    """Return the lowest price of another item of the same kind of which enough is free, and the units wanted."""
    of_line = session.execute(
        select(OrderLine.id, OrderLine.sku, OrderLine.quantity - OrderLine.cancelled_quantity).where(
            OrderLine.order_number == number, OrderLine.line == line
        )
    ).one()
    product = session.get_one(Product, of_line[1])
    alike = session.scalars(
        select(Product).where(Product.family == product.family, Product.sku != product.sku, Product.status == "active")
    ).all()
    free = free_units(session, [p.sku for p in alike], but_for_line=of_line[0])
    prices = [p.price_minor for p in alike if free[p.sku] >= of_line[2]]
    return (min(prices), of_line[2]) if prices else None


def identify(chat: Chat, buyer: Buyer, rng: random.Random) -> Turn:
    """Answer what only the owner knows; now and then somebody errs first."""
    if rng.random() < 0.3:
        wrong = chat.say(rng.choice(["00000", "nobody@example.com"]))
        assert f"Order {buyer.number}:" not in wrong.text
    return chat.say(rng.choice([buyer.email, buyer.postcode, f"my zip is {buyer.postcode}"]))


def swap(chat: Chat, database: Database, buyer: Buyer, line: LineView, rng: random.Random, *, known: bool) -> None:
    """Ask for the cheapest of a kind, look what is listed, and agree to it or not."""
    asked = rng.choice(ASKS_TO_SWAP).format(name=line.name.lower(), number=buyer.number)
    turn = chat.say(asked)
    if not known:
        turn = identify(chat, buyer, rng)
    if turn.asks == "choice" and "Which of these" in turn.text:
        alike = [v for v in buyer.lines if v.name == line.name and v.is_cancellable]
        line = alike[0]
        turn = chat.choose(next(iter(chat.options)))
    with database.reading() as session:
        best = cheapest(session, buyer.number, line.line)
    if best is None:
        assert "nothing" in turn.text, (asked, turn.text)
        assert turn.asks != "confirmation"
        return
    price, units = best
    assert turn.asks == "confirmation", (asked, turn.text)
    if rng.random() < 0.25:
        assert "Nothing is swapped" in chat.say(rng.choice(NO)).text
        return
    if rng.random() < 0.25:
        assert "Nothing has been swapped yet" in chat.say(rng.choice(["really?", "hmm is that a good one?"])).text
    done = chat.say(rng.choice(YES))
    assert done.text.startswith("Done."), (asked, done.text)
    buyer.expected.append(("swap", {line.line: units}, (price - line.unit_price_minor) * units))


def check(database: Database, everybody: list[Buyer]) -> int:
    """Compare every change in the shop with what the buyers agreed to. Return how many there are."""
    with database.reading() as session:
        check_shop(session)
        check_conversations(session)
        changes: dict[str, list[Change]] = {}
        for change in session.scalars(select(Change).order_by(Change.id)):
            changes.setdefault(change.order_number, []).append(change)
        expected = {buyer.number: buyer.expected for buyer in everybody if buyer.expected}
        assert changes.keys() == expected.keys()
        for number, wanted in expected.items():
            found = changes[number]
            assert [(c.kind, {part["line"]: part["quantity"] for part in c.lines}) for c in found] == [
                (kind, lines) for kind, lines, _ in wanted
            ], number
            for change, (kind, _, difference) in zip(found, wanted, strict=True):
                if kind == "swap":
                    assert change.amount_minor == difference, (number, to_text(difference or 0, "USD"))
        return sum(map(len, changes.values()))


def test_fifty_lines_are_swapped_for_the_cheapest_of_their_kind(retail: World, database: Database) -> None:
    rng = random.Random(SEED)
    swapped: list[Buyer] = []
    for buyer in buyers(database):
        if sum(bool(b.expected) for b in swapped) == SWAPS:
            break
        line = rng.choice([v for v in buyer.lines if v.is_cancellable])
        with Chat(retail.url) as chat:
            swap(chat, database, buyer, line, rng, known=False)
        swapped.append(buyer)
    assert check(database, swapped) == SWAPS


@pytest.mark.slow
def test_two_hundred_customers_who_cancel_ask_swap_and_change_their_mind(retail: World, database: Database) -> None:
    rng = random.Random(SEED + 1)
    everybody = buyers(database)[:TALKS]
    for buyer in everybody:
        with Chat(retail.url) as chat:
            talk(chat, database, buyer, rng)
    assert check(database, everybody) > TALKS / 4


def talk(chat: Chat, database: Database, buyer: Buyer, rng: random.Random) -> None:
    """Ask, then do one to three things, each of which may be left undone."""
    chat.say(rng.choice(ASKS_FOR_STATUS).format(number=buyer.number))
    told = identify(chat, buyer, rng)
    assert f"Order {buyer.number}:" in told.text, told.text
    for wish in rng.sample(["cancel", "cancel line", "swap", "money", "status", "nonsense"], rng.randint(1, 3)):
        with database.reading() as session:
            buyer.lines = views(session, whole_order(session, buyer.number))
        left = [v for v in buyer.lines if v.is_cancellable]
        if wish == "money":
            assert "card" in chat.say(rng.choice(ASKS_FOR_MONEY).format(number=buyer.number)).text
        elif wish == "status":
            assert f"Order {buyer.number}:" in chat.say(rng.choice(ASKS_FOR_STATUS).format(number=buyer.number)).text
        elif wish == "nonsense":
            chat.say(rng.choice(["asdf qwer", "what is love", "7", "blue?", "????"]))
        elif left and wish == "swap":
            swap(chat, database, buyer, rng.choice(left), rng, known=True)
        elif left and wish == "cancel":
            agree(chat, buyer, chat.say(rng.choice(ASKS_TO_CANCEL).format(number=buyer.number)), left, rng)
        elif left:
            line = rng.choice(left)
            turn = chat.say(f"cancel the {line.name.lower()} in {buyer.number}")
            if turn.asks == "choice":
                line = next(v for v in left if v.name == line.name)
                turn = chat.choose(next(iter(chat.options)))
            agree(chat, buyer, turn, [line], rng)


def agree(chat: Chat, buyer: Buyer, listed: Turn, lines: list[LineView], rng: random.Random) -> None:
    assert "Shall I cancel?" in listed.text, listed.text
    if rng.random() < 0.4:
        assert "Nothing is cancelled" in chat.say(rng.choice(NO)).text
        if rng.random() < 0.5:
            chat.say("yes")  # too late: nothing is on the table any more
        return
    assert "ancelled" in chat.say(rng.choice(YES)).text
    buyer.expected.append(("cancel", {line.line: line.open_quantity for line in lines}, None))
