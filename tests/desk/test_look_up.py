"""Looking things up: stock and who waits, orders and customers; names only for who answers them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from meantime.db import Database
from meantime.shop.calendar import today
from meantime.shop.tables import AuditEntry, InboundDueDate
from tests.desk import talks
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.stock_room import StockRoom

XSS = '<img src=x onerror="alert(1)">'


@pytest.fixture
def room(database: Database) -> StockRoom:
    room = StockRoom(database)
    with room.open() as shop:
        shop.customer("c1", name="Priya Raman", email="priya@example.com", email_key="priya@example.com")
        shop.product("LAMP-1", name="Harbor Lamp", on_hand={"EAST": 2, "WEST": 1}, price=2000)
        shop.product("LAMP-2", name="Beacon Lamp", on_hand=4)
        shop.inbound("LAMP-1", 10, today() + timedelta(days=9), "PO-7", supplier="Brassworks")
        shop.session.add(InboundDueDate(reference="PO-7", due_on=today()))
        shop.order(("LAMP-1", 5), number="#W1")
    return room


@pytest.fixture
def ana(desk: Desk, room: StockRoom) -> Desk:
    return desk


@pytest.fixture
def buyer(sign_in: SignIn, room: StockRoom) -> Desk:
    return sign_in("Bo", "buyer")


def seen(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.execute(select(AuditEntry.who, AuditEntry.subject).where(AuditEntry.what == "view"))
        return [(row.who, row.subject) for row in rows]


def test_a_product_tells_stock_deliveries_and_who_waits(ana: Desk, database: Database) -> None:
    told = ana.get("/desk/look-up/products/LAMP-1").text
    for words in ("EAST", "WEST", "PO-7", "Brassworks", "#W1", "Priya Raman", "2 <span", "in 1 order<"):
        assert words in told
    assert f"{today():%a} {today().day} {today():%b}" in told
    assert seen(database) == [("staff:Ana", "product:LAMP-1")]


def test_a_buyer_sees_how_many_wait_and_not_who(buyer: Desk, database: Database) -> None:
    told = buyer.get("/desk/look-up/products/LAMP-1").text
    assert "in 1 order<" in told
    assert "PO-7" in told
    assert "Priya" not in told
    assert "#W1" not in told
    assert seen(database) == []


@pytest.mark.parametrize("path", [f"orders/{quote('#W1')}", "customers/c1"])
def test_a_buyer_opens_no_order_and_no_customer(buyer: Desk, path: str) -> None:
    assert buyer.get(f"/desk/look-up/{path}").status_code == 403


def test_a_buyer_finds_products_only(buyer: Desk) -> None:
    assert "Beacon Lamp" in buyer.get("/desk/look-up", params={"q": "lamp"}).text
    for words in ("priya", "#W1", "priya@example.com"):
        told = buyer.get("/desk/look-up", params={"q": words}).text
        assert "Nothing found" in told
        assert "Priya Raman" not in told


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("LAMP-2", "/desk/look-up/products/LAMP-2"),
        ("beacon", "/desk/look-up/products/LAMP-2"),
        ("#w1", f"/desk/look-up/orders/{quote('#W1')}"),
        ("priya@example.com", "/desk/look-up/customers/c1"),
        ("priya", "/desk/look-up/customers/c1"),
    ],
)
def test_what_means_one_thing_goes_straight_to_it(ana: Desk, words: str, page: str) -> None:
    answer = ana.get("/desk/look-up", params={"q": words})
    assert answer.status_code == 303
    assert answer.headers["location"].partition("?")[0] == page
    assert ana.get(answer.headers["location"]).status_code == 200


def test_an_order_shows_what_the_panel_shows_and_its_conversations(
    ana: Desk, room: StockRoom, database: Database
) -> None:
    talk = room.conversation(proves="#W1")
    told = ana.get(f"/desk/look-up/orders/{quote('#W1')}").text
    for words in ("5 × Harbor Lamp", "3 ready, rest waiting", "PO-7", "Priya Raman", f"/desk/conversations/{talk}"):
        assert words in told
    assert seen(database) == [("staff:Ana", "order:#W1")]


def test_every_order_of_a_customer_can_be_come_to(ana: Desk, database: Database) -> None:
    numbers = {f"A{count:02}" for count in range(44)}
    with database.writing() as session:
        talked = talks.talk(session, "Where is it?").id
        talks.customer(session, "many", "Robin Many")
        for number in numbers:
            talks.order(session, number, "many")
    page, shown = "/desk/look-up/customers/many", set[str]()
    for count in (20, 20, 4):
        told = ana.get(page).text
        here = set(re.findall(r'"order-number">(A\d\d)<', told))
        assert len(here) == count
        shown |= here
        page = next(iter(re.findall(r'href="(/desk/look-up/customers/many\?skip=\d+)"', told)), "")
    assert shown == numbers
    assert page == ""
    assert "No orders before these" in ana.get("/desk/look-up/customers/many?skip=99").text
    beside = ana.get(f"/desk/conversations/{talked}/panel/customer", params={"customer": "many"}).text
    assert "24 older ones are not shown" in beside


def test_a_customer_shows_their_orders(ana: Desk, database: Database) -> None:
    told = ana.get("/desk/look-up/customers/c1").text
    assert "priya@example.com" in told
    assert "#W1" in told
    assert seen(database) == [("staff:Ana", "customer:c1")]


def test_a_search_is_in_the_audit_without_its_words(ana: Desk, database: Database) -> None:
    ana.get("/desk/look-up", params={"q": "priya"})
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "search")).one()
    assert (entry.who, entry.subject, entry.after) == ("staff:Ana", "customers", {"found": 1})


@pytest.mark.parametrize("path", ["products/NONE", "orders/NONE", "customers/NONE"])
def test_what_is_not_there_is_said_in_words(ana: Desk, path: str) -> None:
    answer = ana.get(f"/desk/look-up/{path}")
    assert answer.status_code == 404
    assert "There is no such" in answer.text


def test_names_and_searches_are_text(ana: Desk, room: StockRoom) -> None:
    with room.open() as shop:
        shop.customer("c2", name=XSS, email=XSS)
        shop.product("ODD/1", name=XSS, category=XSS, attributes={XSS: XSS})
        shop.inbound("ODD/1", 1, None, XSS, supplier=XSS)
        shop.order(("ODD/1", 2), customer="c2", number=XSS)
    pages = ["?q=" + quote(XSS), "?q=zzz" + quote(XSS), "/products/ODD/1", f"/orders/{quote(XSS)}", "/customers/c2"]
    for page in pages:
        answer = ana.client.get(f"/desk/look-up{page}")
        assert answer.status_code == 200
        assert "&lt;img" in answer.text
        assert "<img" not in answer.text
