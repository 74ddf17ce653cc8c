"""Changes at the desk: listed, confirmed, done once, noted; and nothing when something has changed meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from meantime.conversations.notes import Note
from meantime.conversations.tables import Conversation
from meantime.db import Database, now
from meantime.shop.tables import AuditEntry, Change, Order, Proof, Proposal, Reservation
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.stock_room import StockRoom, fields

ANAS = {"owner": "agent", "agent_name": "Ana"}
XSS = '<img src=x onerror="alert(1)">'


@pytest.fixture
def room(database: Database) -> StockRoom:
    room = StockRoom(database)
    with room.open() as shop:
        shop.customer("c1", name="Priya Raman")
        shop.product("LAMP", name="Harbor Lamp", on_hand=5, price=2000, family="lamps")
        shop.product("DESK", name="Oak Desk", price=30000, family="desks")
        shop.product("WHITE", name="White Lamp", on_hand=4, price=2100, family="lamps")
        shop.order(("LAMP", 3), ("DESK", 1), number="W1", shipping_minor=0, tax_minor=0)
    return room


@pytest.fixture
def ana(desk: Desk, room: StockRoom) -> Desk:
    return desk


@pytest.fixture
def talk(room: StockRoom) -> str:
    return room.conversation(proves="W1", **ANAS)


def listed(seat: Desk, talk: str, lines: dict[str, str] | None = None) -> dict[str, str]:
    """List a cancel and return the form that says yes to it."""
    form = {"order": "W1", "conversation": talk, **(lines or {"line": "1", "units-1": "2"})}
    return fields(seat.post("/desk/changing/cancel/list", **form).text)


def swap_listed(seat: Desk, talk: str) -> dict[str, str]:
    form = {"order": "W1", "conversation": talk, "line": "1", "sku": "WHITE", "units": "2"}
    return fields(seat.post("/desk/changing/swap/list", **form).text)


def gone(database: Database, line: int = 1) -> int:
    """Return how many units of a line are cancelled."""
    with database.reading() as session:
        order = session.get_one(Order, "W1")
        return next(each.cancelled_quantity for each in order.lines if each.line == line)


def notes(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Note.text)))


def test_a_cancel_is_listed_with_units_and_money_before_anything_happens(
    ana: Desk, talk: str, database: Database
) -> None:
    form = {"order": "W1", "conversation": talk, "line": "1", "units-1": "2"}
    told = ana.post("/desk/changing/cancel/list", **form).text
    assert "Cancel this in order W1?" in told
    assert "2 × Harbor Lamp" in told
    assert "$40.00 to the card, by " in told
    assert "belongs to" not in told
    assert gone(database) == 0


def test_a_yes_cancels_what_was_listed_notes_it_and_offers_the_words(ana: Desk, talk: str, database: Database) -> None:
    done = ana.post("/desk/changing/cancel", **listed(ana, talk))
    assert done.headers["hx-trigger-after-settle"] == "changed"
    assert "data-insert=" in done.text
    assert "We refund $40.00 to it by" in done.text
    assert gone(database) == 2
    assert notes(database) == ["Ana cancelled 2 x Harbor Lamp in order W1."]
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.who).where(AuditEntry.what == "cancel")).all() == ["staff:Ana"]
        assert session.scalars(select(Change.by)).all() == ["staff:Ana"]


def test_a_double_click_cancels_once_and_says_the_same(ana: Desk, talk: str, database: Database) -> None:
    form = listed(ana, talk)
    first, second = ana.post("/desk/changing/cancel", **form), ana.post("/desk/changing/cancel", **form)
    assert first.status_code == second.status_code == 200
    assert first.text == second.text
    assert gone(database) == 2
    assert len(notes(database)) == 1


def test_a_list_that_was_used_in_another_tab_does_nothing(ana: Desk, talk: str, database: Database) -> None:
    form = listed(ana, talk)
    ana.post("/desk/changing/cancel", **form)
    again = ana.post("/desk/changing/cancel", **{**form, "key": "another"})
    assert again.status_code == 409
    assert "used already" in again.text
    assert gone(database) == 2


def test_of_two_tabs_the_second_gets_a_new_list(ana: Desk, talk: str, database: Database) -> None:
    one, two = listed(ana, talk), listed(ana, talk)
    ana.post("/desk/changing/cancel", **one)
    answer = ana.post("/desk/changing/cancel", **two)
    assert "The order has changed since this was listed, so nothing was cancelled." in answer.text
    assert "1 × Harbor Lamp" in answer.text
    assert gone(database) == 2
    assert ana.post("/desk/changing/cancel", **fields(answer.text)).status_code == 200
    assert gone(database) == 3


def test_what_is_packed_meanwhile_is_not_cancelled(ana: Desk, talk: str, room: StockRoom, database: Database) -> None:
    form = listed(ana, talk)
    with room.open() as shop:
        shop.session.get_one(Order, "W1").status = "packing"
    answer = ana.post("/desk/changing/cancel", **form)
    assert answer.status_code == 422
    assert "Nothing was cancelled: Harbor Lamp is being packed." in answer.text
    assert gone(database) == 0


def test_another_colleagues_list_is_not_to_be_said_yes_to(
    ana: Desk, sign_in: SignIn, talk: str, database: Database
) -> None:
    form = listed(ana, talk)
    answer = sign_in("Bo").post("/desk/changing/cancel", **form)
    assert answer.status_code == 409
    assert gone(database) == 0


@pytest.mark.parametrize(
    ("owner", "words"),
    [
        (
            {"owner": "agent", "agent_name": "Bo"},
            "Bo answers this customer. Only Bo, or a lead, can change",
        ),
        ({"owner": "bot", "agent_name": ""}, "Take over first: the assistant still answers this customer."),
        ({"owner": "queue", "agent_name": ""}, "Take over first: nobody answers this customer yet."),
    ],
)
def test_only_who_answers_the_customer_or_a_lead_changes_the_order_from_there(
    ana: Desk, sign_in: SignIn, talk: str, database: Database, owner: dict[str, str], words: str
) -> None:
    cancel, swap = listed(ana, talk), swap_listed(ana, talk)
    assert "Cancel several items" in ana.get(f"/desk/conversations/{talk}/panel").text
    with database.writing() as session:  # it has become another one's since the list was shown
        session.execute(update(Conversation).where(Conversation.id == talk).values(owner))
    about = {"order": "W1", "conversation": talk, "line": "1", "sku": "WHITE"}
    refused = [
        ana.post("/desk/changing/cancel", **cancel),
        ana.post("/desk/changing/swap", **swap),
        ana.post("/desk/changing/cancel/list", **about),
        ana.post("/desk/changing/swap/list", **about),
        ana.get("/desk/changing/cancel", params=dict(**about)),
    ]
    assert [answer.status_code for answer in refused] == [409] * 5
    assert all(words in answer.text for answer in refused)
    assert gone(database) == 0
    for place in ("panel", "panel/order?number=W1", "panel/customer?customer=c1"):
        told = ana.get(f"/desk/conversations/{talk}/{place}").text
        assert words in told
        assert "/desk/changing/" not in told
    lead = sign_in("Lea", role="lead")
    assert lead.post("/desk/changing/cancel", **listed(lead, talk)).status_code == 200
    assert gone(database) == 2


def test_nothing_chosen_asks_for_a_choice(ana: Desk, talk: str) -> None:
    answer = ana.post("/desk/changing/cancel/list", **{"order": "W1", "conversation": talk})
    assert answer.status_code == 422
    assert "Please choose at least one item." in answer.text


def test_who_has_not_proven_the_order_is_named_before_it_is_changed(
    ana: Desk, room: StockRoom, database: Database
) -> None:
    stranger = room.conversation(**ANAS)
    told = ana.post("/desk/changing/cancel/list", **{"order": "W1", "conversation": stranger, "line": "2"}).text
    assert "This order belongs to <strong>Priya Raman</strong>." in told
    assert "has not proven to be that" in told
    with database.reading() as session:
        views = select(AuditEntry.who, AuditEntry.subject).where(AuditEntry.what == "view")
        assert session.execute(views).all() == [("staff:Ana", "order:W1")]


def test_a_proof_that_has_ended_is_none(ana: Desk, talk: str, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Proof).values(expires_at=now()))
    told = ana.post("/desk/changing/cancel/list", order="W1", conversation=talk, line="2").text
    assert "This order belongs to <strong>Priya Raman</strong>." in told


def test_who_is_signed_in_at_the_shop_has_nothing_more_to_prove(ana: Desk, room: StockRoom) -> None:
    talk = room.conversation(**ANAS, customer="c1", customer_proof_expires_at=now() + timedelta(minutes=5))
    told = ana.post("/desk/changing/cancel/list", order="W1", conversation=talk, line="2").text
    assert "belongs to" not in told


def test_an_order_is_changed_from_the_look_up_without_a_conversation(
    ana: Desk, room: StockRoom, database: Database
) -> None:
    done = ana.post("/desk/changing/cancel", **listed(ana, "", {"line": "2"}))
    assert done.status_code == 200
    assert "data-insert" not in done.text
    assert gone(database, 2) == 1


def test_a_swap_is_offered_listed_kept_back_and_made(ana: Desk, talk: str, database: Database) -> None:
    offered = ana.get(
        "/desk/changing/swap", params={"order": "W1", "conversation": talk, "line": "1", "units": "2"}
    ).text
    assert "White Lamp" in offered
    assert "$2.00 more" in offered
    form = swap_listed(ana, talk)
    with database.reading() as session:
        assert session.scalars(select(Reservation.sku)).all() == ["WHITE"]
    done = ana.post("/desk/changing/swap", **form)
    assert "Ana swapped 2 x Harbor Lamp for 2 x White Lamp in order W1." in done.text
    assert "The difference you owe is $2.00." in done.text
    assert gone(database) == 2
    assert len(notes(database)) == 1
    assert ana.post("/desk/changing/swap", **form).text == done.text
    assert gone(database) == 2


def test_what_is_chosen_from_is_named_apart_for_whoever_only_hears_it(ana: Desk, room: StockRoom) -> None:
    with room.open() as shop:
        for sku, color in (("STEEL", "steel"), ("COPPER", "copper"), ("GREEN", "green")):
            shop.product(sku, name="Wren Kettle", on_hand=4, family="kettles", attributes={"color": color})
        shop.order(("STEEL", 2), number="W2")
    talk = room.conversation(proves="W2", **ANAS)
    for q in ("", "wren kettle"):
        asked = {"order": "W2", "conversation": talk, "line": "1", "q": q}
        names = re.findall(
            r'Choose<span class="visually-hidden">(.*?)</span>', ana.get("/desk/changing/swap", params=asked).text
        )
        assert {" Wren Kettle, color copper", " Wren Kettle, color green"} <= set(names)
        assert len(names) == len(set(names))


def test_what_cannot_replace_a_line_is_found_and_says_why(ana: Desk, talk: str) -> None:
    found = ana.get("/desk/changing/swap", params={"order": "W1", "conversation": talk, "line": "1", "q": "DESK"}).text
    assert "Oak Desk" in found
    assert "another kind of thing" in found
    assert 'name="sku" value="DESK"' not in found


def test_what_sells_out_meanwhile_is_not_swapped(ana: Desk, talk: str, room: StockRoom, database: Database) -> None:
    form = swap_listed(ana, talk)
    with room.open() as shop:
        shop.session.query(Reservation).delete()
        shop.order(("WHITE", 4))
    answer = ana.post("/desk/changing/swap", **form)
    assert "Somebody else has just got the last one" in answer.text
    assert gone(database) == 0


def test_a_swap_that_is_left_gives_back_what_was_kept(ana: Desk, talk: str, database: Database) -> None:
    form = swap_listed(ana, talk)
    assert ana.post("/desk/changing/leave", **form).status_code == 200
    with database.reading() as session:
        assert session.scalars(select(Reservation.sku)).all() == []
    assert ana.post("/desk/changing/swap", **form).status_code == 409


@pytest.mark.parametrize("path", ["cancel/list", "cancel", "swap/list", "swap", "leave"])
def test_a_form_of_another_site_changes_nothing(ana: Desk, talk: str, database: Database, path: str) -> None:
    form = {"order": "W1", "conversation": talk, "line": "1", "sku": "WHITE"}
    assert ana.post(f"/desk/changing/{path}", **{**form, "form_token": "forged"}).status_code == 403
    with database.reading() as session:
        assert session.scalars(select(Proposal)).all() == []


def test_a_buyer_changes_nothing(sign_in: SignIn, talk: str) -> None:
    buyer = sign_in("Bo", "buyer")
    form = {"order": "W1", "conversation": talk, "line": "1", "sku": "WHITE"}
    assert buyer.get("/desk/changing/cancel", params={"order": "W1"}).status_code == 403
    assert buyer.post("/desk/changing/cancel/list", **form).status_code == 403
    assert buyer.post("/desk/changing/swap/list", **form).status_code == 403


def test_names_are_text_in_every_step(ana: Desk, room: StockRoom) -> None:
    with room.open() as shop:
        shop.customer("c2", name=XSS)
        shop.product("ODD", name=XSS, on_hand=3, family="odd", attributes={"colour": XSS})
        shop.product("ODDER", name=XSS + "2", on_hand=3, family="odd")
        shop.order(("ODD", 1), customer="c2", number=XSS)
    about = {"order": XSS, "conversation": room.conversation(**ANAS), "line": "1", "sku": "ODDER"}
    steps = [
        ana.get("/desk/changing/cancel", params=dict(**about)),
        ana.post("/desk/changing/cancel/list", **about),
        ana.get("/desk/changing/swap", params=dict(**about, q=XSS)),
        ana.post("/desk/changing/swap/list", **about),
    ]
    for step in steps:
        assert step.status_code == 200
        assert "&lt;img" in step.text
        assert "<img" not in step.text


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("cancel/list", {"order": "W9", "line": "1"}, 404),
        ("cancel/list", {"order": "W1", "line": "1", "conversation": "nobody"}, 404),
        ("cancel", {"order": "W1", "proposal": "none", "key": "k"}, 409),
        ("cancel", {"order": "W1", "proposal": "none"}, 422),
        ("cancel", {"order": "W1", "proposal": "none", "key": "k" * 65}, 422),
        ("swap/list", {"order": "W1", "line": "7", "sku": "WHITE"}, 422),
        ("leave", {"order": "W1", "proposal": "none"}, 200),
    ],
)
def test_what_is_not_there_is_said_in_words(
    ana: Desk, room: StockRoom, path: str, form: dict[str, str], status: int
) -> None:
    assert ana.post(f"/desk/changing/{path}", **form).status_code == status


def test_two_of_one_name_are_told_apart_wherever_staff_read_of_them(
    ana: Desk, room: StockRoom, database: Database
) -> None:
    with room.open() as shop:
        for sku, color in (("STEEL", "steel"), ("COPPER", "copper")):
            shop.product(sku, name="Wren Kettle", on_hand=4, family="kettles", attributes={"color": color, "volume": 1})
        shop.order(("STEEL", 2), number="W2")
    talk = room.conversation(proves="W2", **ANAS)
    form = {"order": "W2", "conversation": talk, "line": "1", "sku": "COPPER", "units": "1"}
    listed = ana.post("/desk/changing/swap/list", **form).text
    assert "Wren Kettle (steel)" in listed
    assert "Wren Kettle (copper)" in listed
    ana.post("/desk/changing/swap", **fields(listed))
    assert notes(database) == ["Ana swapped Wren Kettle (steel) for Wren Kettle (copper) in order W2."]
    told = ana.get(f"/desk/conversations/{talk}/panel").text
    assert "Swapped: 1 × Wren Kettle (steel) for Wren Kettle (copper)" in told
    assert "Instead of Wren Kettle (steel)" in told
    assert "1 x Wren Kettle (steel) for Wren Kettle (copper)" in ana.get("/desk/changes").text
    again = ana.post("/desk/changing/cancel/list", order="W2", conversation=talk, line="2").text
    assert "1 × Wren Kettle (copper)" in again
    ana.post("/desk/changing/cancel", **fields(again))
    assert notes(database)[1] == "Ana cancelled Wren Kettle (copper) in order W2."


def test_the_sum_of_a_cancel_is_that_of_the_change_and_the_order_then_tells_its_new_total(
    ana: Desk, room: StockRoom, database: Database
) -> None:
    with room.open() as shop:
        number = shop.order(("LAMP", 2), ("DESK", 1), shipping_minor=500).number
        for line, tax in zip(shop.session.get_one(Order, number).lines, (330, 2475), strict=True):
            line.tax_minor = tax
    talk = room.conversation(proves=number, **ANAS)
    assert "$373.05" in ana.get(f"/desk/conversations/{talk}/panel").text
    told = ana.post("/desk/changing/cancel/list", order=number, conversation=talk, line="2").text
    assert "$324.75, of it $24.75 tax" in told
    ana.post("/desk/changing/cancel", **fields(told))
    with database.reading() as session:
        assert session.scalars(select(Change.amount_minor)).all() == [32475]
    assert "$48.30 now, $373.05 when placed" in ana.get(f"/desk/conversations/{talk}/panel").text
