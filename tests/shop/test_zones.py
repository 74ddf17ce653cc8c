"""How long a parcel is on the road, by where it goes and how."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from meantime.settings import ROOT
from meantime.shop.lines import views
from meantime.shop.policy import DaysRules, Policy, load_policy
from meantime.shop.postcodes import country_of
from meantime.shop.promises import Journey, promise_from_stock, transit_of
from meantime.shop.zones import Transit, Zone
from tests.shop.conftest import Shop

MONDAY = date(2026, 12, 7)
FAR = Zone(name="Alaska and Hawaii", postcodes=("995-999", "967-968"), extra=4)
NINE = Transit(shortest=9, longest=9)
NORTH = Zone(name="the north", country="CA", postcodes=("X", "Y1"), transit={"standard": NINE})
CANADA = Zone(name="Canada", country="CA", extra=2)
ISLES = Zone(name="the isles", country="GB", postcodes=("HS", "KA27-KA28", "PA20-PA49", "PA6"), extra=3)


def days_on_the_road(postcode: str, *, home: str = "US", to: str = "", method: str = "standard") -> tuple[int, int]:
    """The usual 3 to 5 days, or 1 to 2 by express, and what the zones make of them."""
    policy = Policy(days=DaysRules(zones=(FAR, NORTH, CANADA, ISLES)))
    journey = Journey(home, to or country_of(postcode, home) or home, method, postcode)
    transit = transit_of(journey, policy.days)
    return transit.shortest, transit.longest


@pytest.mark.parametrize(
    ("postcode", "days"),
    [
        ("99501", (7, 9)),
        ("99501-1234", (7, 9)),
        ("96701", (7, 9)),
        ("99999", (7, 9)),
        ("99499", (3, 5)),
        ("96950", (3, 5)),
        ("78704", (3, 5)),
        ("", (3, 5)),
        ("no postcode", (3, 5)),
        ("k1a 0b1", (5, 7)),
        ("X1A 2N5", (9, 9)),
        ("Y1A 2N5", (9, 9)),
        ("SW1A 1AA", (8, 10)),
        ("HS1 2AB", (6, 8)),
    ],
)
def test_the_first_zone_that_fits_says_how_long(postcode: str, days: tuple[int, int]) -> None:
    assert days_on_the_road(postcode) == days


@pytest.mark.parametrize(
    ("postcode", "days"),
    [
        ("KA27 8AB", (6, 8)),
        ("KA2 0AB", (3, 5)),
        ("PA2 0AB", (3, 5)),
        ("PA20 0AB", (6, 8)),
        ("PA6 1AB", (6, 8)),
        ("PA60 7AB", (3, 5)),
    ],
)
def test_a_british_district_is_not_the_beginning_of_another(postcode: str, days: tuple[int, int]) -> None:
    assert days_on_the_road(postcode, home="GB") == days


def test_a_zone_of_its_own_days_takes_an_unknown_ship_method_as_its_slowest() -> None:
    assert days_on_the_road("X1A 2N5", method="express") == (9, 9)
    assert days_on_the_road("99501", method="express") == (5, 6)


@pytest.mark.parametrize(
    ("postcode", "home", "country"),
    [
        ("97201", "US", "US"),
        ("97201", "DE", "DE"),
        ("97201", "CA", "US"),
        ("V6B 1A1", "US", "CA"),
        ("1011 AB", "US", "NL"),
        ("1011", "NO", "NO"),
        ("1011", "US", ""),
        ("", "US", ""),
        ("🚚", "US", ""),
        ("hello", "US", ""),
    ],
)
def test_a_country_is_known_by_the_form_of_its_postcodes(postcode: str, home: str, country: str) -> None:
    assert country_of(postcode, home) == country


@pytest.mark.parametrize(("country", "postcode"), [("US", "99501"), ("", "99501"), ("", "K1A 0B1"), ("CA", "")])
def test_an_order_is_promised_for_where_it_goes(shop: Shop, session: Session, country: str, postcode: str) -> None:
    policy = Policy(days=DaysRules(zones=(FAR, CANADA)))
    shop.product("lamp", on_hand=2)
    near = shop.order(("lamp", 1), ship_country="US", ship_postcode="78704")
    far = shop.order(("lamp", 1), ship_country=country, ship_postcode=postcode)
    first, later = (views(session, order, policy=policy, today=MONDAY)[0].promise for order in (near, far))
    assert first
    assert later
    assert later.latest > first.latest


def test_the_demo_shop_shows_zones() -> None:
    policy = load_policy(ROOT / "meantime" / "feeds" / "demo_shop" / "policy.yml")
    usual, far = (promise_from_stock(MONDAY, Journey("US", "US", "standard", p), policy) for p in ("78704", "99801"))
    assert far.earliest > usual.latest
