"""What can be sent instead of an order line: products of the same kind with free units on hand, the likest first.

Unless the customer says what it may cost, an offer stays near the price of the line (policy ``substitutes:``). A wish
for what the item should be like goes before the price.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.calendar import today as shop_today
from meantime.shop.lines import LineState, LineView, journey_of, views, whole_order
from meantime.shop.policy import Policy
from meantime.shop.product_traits import NAME, measure, same_value, value_of
from meantime.shop.product_wishes import PRICE, PriceKind, ProductWish, wish_in
from meantime.shop.promises import Promise, promise_from_stock
from meantime.shop.refunds import discount_minor, is_taxed, price_paid_minor
from meantime.shop.reservations import free_units
from meantime.shop.spelling import words_of
from meantime.shop.tables import Order, OrderLine, Product


class NotSwappable(Exception):
    """The line can no longer be swapped; ``state`` says why, None when the order has no such line."""

    def __init__(self, state: LineState | None) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True, slots=True)
class Substitute:
    """A product that can be sent instead. ``difference_minor`` is what all units of it cost more than the customer
    pays for those of the line now, tax left aside. ``differs`` holds (attribute, mine, its); "" where one has none."""

    sku: str
    name: str
    attributes: dict[str, object]
    image_url: str
    unit_price_minor: int
    currency: str
    difference_minor: int
    differs: tuple[tuple[str, str, str], ...]
    free_units: int
    promise: Promise


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be sent instead of ``units`` units of ``line``; no choices: nothing.

    Not ``meets_wish``: nothing is quite as wished, these come nearest. ``outside_band``: it is as wished, or nearest to
    it, but costs quite another price. ``the_one``: one product was singled out, and this is it. ``discount_minor`` is
    what the line's own discount takes off these units, and another item would not have.
    """

    order_number: str
    line: LineView
    units: int
    wish: ProductWish
    choices: tuple[Substitute, ...] = ()
    meets_wish: bool = False
    outside_band: bool = False
    the_one: bool = False
    discount_minor: int = 0
    is_taxed: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A product that could be sent, against the wish and the customer's own."""

    product: Product
    free: int
    difference_minor: int
    missed: int
    """Wished attributes that are otherwise."""
    missed_by: float
    """How far off they are in all, where that can be measured."""
    unlike: int
    """Further attributes that are otherwise than the own item's."""
    over_price: int
    """How far the price is from what is wished, or allowed: 0 where it suits."""


def substitutes_for(
    session: Session,
    number: str,
    line: int,
    words: str,
    policy: Policy,
    *,
    units: int | None = None,
    exclude: Collection[str] = (),
) -> Offer:
    """Return what can be sent instead of ``units`` (None: all that are open) of a line, as ``words`` wish it.

    ``exclude`` are SKUs not to be offered. The caller has checked that the order may be shown. Raises NotSwappable.
    """
    order = whole_order(session, number)
    view = swappable(views(session, order, policy=policy), line)
    own = next(x for x in order.lines if x.line == line)
    quantity = min(units or view.open_quantity, view.open_quantity)
    products, like = products_like(session, own.sku)
    wish = wish_in(words, products, like)
    replacing = [p for p in products if p.sku not in exclude and can_replace(p, like, order)]
    free = free_units(session, [p.sku for p in replacing], but_for_line=own.id)
    candidates = [
        _weigh(p, like, own, free[p.sku], quantity, wish, policy) for p in replacing if free[p.sku] >= quantity
    ]
    chosen, meets_wish, outside_band = _choose(candidates, wish)
    chosen.sort(key=lambda c: _rank(c, wish, own.unit_price_minor))
    singled_out = wish.price is not None and wish.price.kind in (PriceKind.CHEAPEST, PriceKind.DEAREST)
    the_one = bool(chosen) and (singled_out or (len(chosen) == 1 and meets_wish and _describes(wish)))
    promise = promise_from_stock(shop_today(), journey_of(order), policy)
    return Offer(
        order_number=number,
        line=view,
        units=quantity,
        wish=wish,
        choices=tuple(_substitute(c, like, promise) for c in chosen[: 1 if the_one else policy.substitutes.most]),
        meets_wish=meets_wish,
        outside_band=outside_band,
        the_one=the_one,
        discount_minor=discount_minor(own, quantity),
        is_taxed=is_taxed(order),
    )


def products_like(session: Session, sku: str) -> tuple[Sequence[Product], Product]:
    """Return the products of the same kind as ``sku``, whatever their state and itself among them, and that product.

    A kind is a family, or the category where the product has no family.
    """
    like = session.get_one(Product, sku)
    kind = (Product.family == like.family) if like.family else (Product.category == like.category)
    if not like.family and not like.category:
        return [like], like
    return session.scalars(select(Product).where(kind).order_by(Product.sku)).all(), like


def can_replace(product: Product, like: Product, order: Order) -> bool:
    """Return whether ``product`` may be sent instead of ``like`` at all: of its kind, sold, in the order's currency."""
    is_kin = product.family == like.family if like.family else bool(like.category) and product.category == like.category
    return is_kin and product.sku != like.sku and product.status == "active" and product.currency == order.currency


def swappable(lines: Sequence[LineView], line: int) -> LineView:
    """Return line number ``line`` when units of it can still be swapped. Raises NotSwappable."""
    view = next((v for v in lines if v.line == line), None)
    if view is None or not view.is_cancellable:
        raise NotSwappable(view.state if view else None)
    return view


def difference_minor(product: Product, own: OrderLine, quantity: int) -> int:
    """Return what ``quantity`` units of ``product`` cost more than the customer pays for as many of the line."""
    return product.price_minor * quantity - price_paid_minor(own, quantity)


def _weigh(
    product: Product, like: Product, own: OrderLine, free: int, quantity: int, wish: ProductWish, policy: Policy
) -> _Candidate:
    difference = difference_minor(product, own, quantity)
    wished = [name for name in wish.attributes if not wish.accepts(name, value_of(product, name))]
    others = [
        name
        for name, mine in like.attributes.items()
        if not any(_same_name(name, other) for other in (*wish.attributes, *wish.unimportant))
        and not same_value(str(mine), value_of(product, name))
    ]
    strictly = others if wish.same_otherwise else []
    return _Candidate(
        product=product,
        free=free,
        difference_minor=difference,
        missed=len(wished) + len(strictly),
        missed_by=sum(_distance(name, product, wish) for name in wished) + len(strictly),
        unlike=len(others),
        over_price=_over_price(product, difference, own.unit_price_minor, wish, policy),
    )


def _over_price(product: Product, difference: int, unit_price: int, wish: ProductWish, policy: Policy) -> int:
    if wish.price is None:
        band = unit_price * policy.substitutes.price_band_percent // 100
        return 0 if PRICE in wish.unimportant else max(0, abs(product.price_minor - unit_price) - band)
    beyond = {
        PriceKind.CHEAPER: difference + 1,
        PriceKind.NO_DEARER: difference,
        PriceKind.SAME: abs(difference),
    }.get(wish.price.kind, 0)
    limit = product.price_minor if wish.price.minor is None else wish.price.minor
    return max(0, beyond, product.price_minor - limit)


def _choose(candidates: Sequence[_Candidate], wish: ProductWish) -> tuple[list[_Candidate], bool, bool]:
    """Return whom to offer, whether they meet the wish, and whether they cost quite another price: as wished at a
    price that suits, else as wished, else what comes near at a price that suits, else what comes near."""
    as_wished = [c for c in candidates if not c.missed]
    if suiting := [c for c in as_wished if not c.over_price]:
        return suiting, True, False
    if as_wished and (wish.price or _describes(wish)):
        return as_wished, wish.price is None, wish.price is None
    if not _describes(wish):
        return [], False, False
    if suiting := [c for c in candidates if not c.over_price]:
        return suiting, False, False
    return list(candidates), False, wish.price is None and bool(candidates)


def _describes(wish: ProductWish) -> bool:
    return bool(wish.attributes) or wish.same_otherwise


def _rank(candidate: _Candidate, wish: ProductWish, unit_price: int) -> tuple[float | str, ...]:
    price = candidate.product.price_minor
    by_price = {PriceKind.CHEAPEST: price, PriceKind.DEAREST: -price}.get(wish.price.kind) if wish.price else None
    last = (candidate.product.name, candidate.product.sku)
    nearness = (candidate.missed, candidate.missed_by, candidate.over_price)
    if by_price is not None:
        return (*nearness, by_price, candidate.unlike, *last)
    return (*nearness, candidate.unlike, abs(price - unit_price), *last)


def _distance(name: str, product: Product, wish: ProductWish) -> float:
    """Return how far the product's value is from the nearest one wished: of sizes the part that is missing or too
    much, else 1."""
    value = value_of(product, name)
    its = measure(value) if value is not None and name != NAME else None
    wanted = [measure(w) for w in wish.any_of.get(name, (wish.attributes[name],))]
    if its is None:
        return 1
    apart = [abs(its[0] - w[0]) / (max(abs(its[0]), abs(w[0])) or 1) for w in wanted if w and w[1] == its[1]]
    return min(apart, default=1)


def _substitute(candidate: _Candidate, like: Product, promise: Promise) -> Substitute:
    product = candidate.product
    return Substitute(
        sku=product.sku,
        name=product.name,
        attributes=product.attributes,
        image_url=product.image_url,
        unit_price_minor=product.price_minor,
        currency=product.currency,
        difference_minor=candidate.difference_minor,
        differs=_differences(product, like),
        free_units=candidate.free,
        promise=promise,
    )


def _differences(product: Product, like: Product) -> tuple[tuple[str, str, str], ...]:
    names = [*like.attributes, *(n for n in product.attributes if value_of(like, n) is None)]
    pairs = [(name, value_of(like, name), value_of(product, name)) for name in names]
    return tuple((name, mine or "", its or "") for name, mine, its in pairs if not same_value(mine, its))


def _same_name(one: str, other: str) -> bool:
    return one == other or words_of(one) == words_of(other)
