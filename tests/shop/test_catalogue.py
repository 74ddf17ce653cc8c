"""Which products of the shop a customer means."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.feeds.commands import import_folder
from meantime.feeds.demo import import_demo
from meantime.settings import ROOT
from meantime.shop.catalogue import Found, FoundKind, products_named
from tests.shop.conftest import Shop

TAU_RETAIL = ROOT.parent / "shared" / "shops" / "tau_retail"

there = pytest.mark.skipif(not TAU_RETAIL.is_dir(), reason=f"{TAU_RETAIL} is not on this machine")


def skus(found: Found) -> set[str]:
    return {item.sku for item in found.items}


@pytest.fixture
def furniture(shop: Shop) -> Shop:
    """A few things that share words with each other."""
    for color in ("black", "white"):
        shop.product(f"DL-{color}", name="Desk Lamp", family="desk lamps", attributes={"color": color, "power": "USB"})
    shop.product("FL-1", name="Floor Lamp", family="floor lamps", attributes={"color": "black"})
    shop.product("CHAIR", name="Office Chair", family="chairs", attributes={"color": "black"})
    shop.product("EK-1", name="Electric Kettle", family="e-kettles", attributes={"volume": "1.5L", "color": "steel"})
    shop.product("TK-1", name="Tea Kettle", family="t-kettles", attributes={"works on": "electric", "whistle": "yes"})
    shop.product("BP-1", name="Backpack", attributes={"size": "M", "waterproof": "no"})
    shop.product("BP-2", name="Backpack", attributes={"size": "L", "waterproof": "yes"})
    shop.product("SH-1", name="Shade for Desk Lamps")
    shop.product("POT", name="Stock Pot")
    for pieces in ("500", "1000"):
        shop.product(f"JP-{pieces}", name="Jigsaw Puzzle", family="puzzles", attributes={"pieces": pieces})
    shop.product("TS-1", name="T-Shirt", category="Clothes", attributes={"size": "8"})
    return shop


@pytest.mark.parametrize("words", ["BP-2", "bp-2?", "is item (bp-2) in stock", "Bp-2, please"])
def test_a_sku_counts_in_any_case(session: Session, furniture: Shop, words: str) -> None:
    assert skus(products_named(session, words)) == {"BP-2"}


def test_a_sku_of_letters_counts_where_nothing_else_is_said(session: Session, shop: Shop) -> None:
    shop.product("GLIM", name="Night Light")
    assert skus(products_named(session, "glim ")) == {"GLIM"}


def test_a_word_that_happens_to_be_a_sku_is_a_word(session: Session, shop: Shop) -> None:
    shop.product("lamp", name="Lamp", attributes={"color": "black"})
    shop.product("lamp2", name="Lamp", attributes={"color": "white"})
    assert skus(products_named(session, "is the lamp back in stock")) == {"lamp", "lamp2"}


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("do you have the desk lamp in white", {"DL-white"}),
        ("is the floor lamp available", {"FL-1"}),
        ("when will the electric kettle be back in stock", {"EK-1"}),
        ("any kettles?", {"EK-1", "TK-1"}),
        ("the tea kettel", {"TK-1"}),
        ("flor lmap", {"FL-1"}),
        ("back pack, large", {"BP-2"}),
        ("waterproof backpacks", {"BP-2"}),
        ("got a tshirt", {"TS-1"}),
        ("desklamps?", {"DL-black", "DL-white"}),
        ("a shade for the desk lamp", {"SH-1"}),
        ("a large backpack for my puzzles", {"BP-2"}),
        ("the 500 piece puzzle", {"JP-500"}),
        ("electric kettle 1.5 liters", {"EK-1"}),
        ("a lamp for the office", {"DL-black", "DL-white", "FL-1"}),
        ("a kettle. I need it on monday for my office", {"EK-1", "TK-1"}),
        ("how long do I wait for the tea kettle and the chair", {"TK-1", "CHAIR"}),
        ("the black desk lamp and a kettle of steel", {"DL-black", "EK-1"}),
        ("the desk lamp in black or white", {"DL-black", "DL-white"}),
        ("do you have a lamp? the white one", {"DL-white"}),
        ("do you have a lamp? the floor lamp", {"FL-1"}),
        ("anything for my office", {"CHAIR"}),
        ("do you sell clothes", {"TS-1"}),
    ],
)
def test_things_are_found_by_name_and_attributes(
    session: Session, furniture: Shop, words: str, meant: set[str]
) -> None:
    assert skus(products_named(session, words)) == meant


@pytest.mark.parametrize(
    "words",
    [
        "",
        "?!",
        "do you have it in stock",
        "is this item available again",
        "when will it be back",
        "do you have the black one",
        "how long is the wait if i order now",
        "the tent",
        "' or 1=1 --",
        "%",
    ],
)
def test_the_request_itself_names_nothing(session: Session, furniture: Shop, words: str) -> None:
    found = products_named(session, words)
    assert (found.kind, found.items) == (FoundKind.NOTHING, ())


def test_variants_are_told_apart_by_what_differs(session: Session, furniture: Shop) -> None:
    found = products_named(session, "desk lamp")
    assert found.kind is FoundKind.VARIANTS
    (thing,) = found.things
    assert thing.names == ("Desk Lamp",)
    assert thing.differences == {"color": ("black", "white")}


def test_products_of_one_name_without_a_family_are_variants(session: Session, furniture: Shop) -> None:
    found = products_named(session, "backpack")
    assert found.kind is FoundKind.VARIANTS
    assert found.things[0].differences == {"size": ("L", "M"), "waterproof": ("no", "yes")}


def test_products_of_other_names_without_a_family_are_other_things(session: Session, furniture: Shop) -> None:
    found = products_named(session, "a backpack and a t-shirt")
    assert [thing.names for thing in found.things] == [("Backpack",), ("T-Shirt",)]


def test_what_is_white_comes_before_what_shines_warm_white(session: Session, shop: Shop) -> None:
    for color in ("black", "white"):
        attributes = {"color": color, "bulb": "LED, warm white"}
        shop.product(f"L-{color}", name="Night Light", family="lights", attributes=attributes)
    assert skus(products_named(session, "the white night light")) == {"L-white"}


def test_values_are_in_their_natural_order(session: Session, shop: Shop) -> None:
    for size in ("10", "8", "9"):
        shop.product(f"S{size}", name="Shoes", family="shoes", attributes={"size": size})
    assert products_named(session, "shoes").things[0].differences == {"size": ("8", "9", "10")}


def test_different_things_are_several_and_the_rest_is_counted(session: Session, furniture: Shop) -> None:
    found = products_named(session, "kettle, lamp, chair", most=2)
    assert found.kind is FoundKind.SEVERAL
    assert (len(found.things), found.more) == (2, 3)


@pytest.mark.parametrize(
    ("words", "unmet"),
    [
        ("the desk lamp in purple", ("purple",)),
        ("a 2 litre electric kettle", ("2l",)),
        ("the t-shirt in size 12", ("12",)),
        ("a steel tea kettle for monday", ("steel",)),
        ("the desk lamp in white with usb", ()),
        ("the nice desk lamp my sister has", ()),
        ("2 desk lamps", ()),
    ],
)
def test_what_was_asked_for_and_is_not_there_is_told(
    session: Session, furniture: Shop, words: str, unmet: tuple[str, ...]
) -> None:
    assert products_named(session, words).unmet == unmet


def test_a_very_long_message_is_read_as_far_as_people_write(session: Session, furniture: Shop) -> None:
    assert skus(products_named(session, "the floor lamp " + "please " * 5_000)) == {"FL-1"}


@pytest.fixture
def demo(database: Database) -> Database:
    import_demo(database, date(2026, 11, 20))
    return database


@pytest.mark.parametrize(
    ("words", "kind", "names"),
    [
        ("is the wren kettle in black back?", FoundKind.ONE, {"Wren Electric Kettle"}),
        ("any tents", FoundKind.VARIANTS, {"Lark Two-Person Tent", "Lark Four-Person Tent"}),
        ("a tent for 4 people", FoundKind.ONE, {"Lark Four-Person Tent"}),
        ("the 4-person tent", FoundKind.ONE, {"Lark Four-Person Tent"}),
        ("lamps", FoundKind.SEVERAL, {"Harbor Desk Lamp", "Reed Floor Lamp"}),
        ("trail shoes in size 9", FoundKind.ONE, {"Fern Trail Shoes"}),
        ("the 500 ml bottle", FoundKind.ONE, {"Brook Bottle"}),
        ("something lovely", FoundKind.NOTHING, set()),
    ],
)
def test_the_demo_shop_answers_as_it_is_talked_to(demo: Database, words: str, kind: FoundKind, names: set[str]) -> None:
    with demo.reading() as session:
        found = products_named(session, words)
    assert (found.kind, {item.name for item in found.items}) == (kind, names)


@there
def test_a_shop_of_real_size_is_searched_in_a_handful_of_statements(database: Database) -> None:
    import_folder(database, TAU_RETAIL)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with database.reading() as session:
        for words, kind, count in [
            ("do you have the black desk lamp with usb", FoundKind.VARIANTS, 2),
            ("tshirt in blue, medium", FoundKind.ONE, 1),
            ("hedphones", FoundKind.VARIANTS, 13),
            ("a camera", FoundKind.SEVERAL, 34),
            ("electric kettle", FoundKind.VARIANTS, 16),
            ("waterproof hiking boots in leather, size 10", FoundKind.ONE, 1),
            ("9612497925", FoundKind.ONE, 1),
            ("a dining table", FoundKind.NOTHING, 0),
        ]:
            statements.clear()
            found = products_named(session, words)
            assert (found.kind, len(found.items)) == (kind, count), words
            assert len([s for s in statements if s.startswith("SELECT")]) <= 4


def test_a_product_that_was_just_renamed_is_found_by_its_new_name(session: Session, shop: Shop) -> None:
    swing = shop.product("X1", name="Garden Chair")
    assert skus(products_named(session, "chair")) == {"X1"}
    swing.name = "Garden Swing"
    session.flush()
    assert skus(products_named(session, "swing")) == {"X1"}
    assert products_named(session, "chair").kind is FoundKind.NOTHING
