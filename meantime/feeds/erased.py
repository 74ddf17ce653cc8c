"""Who has been erased is not brought back: their row is left out, and of their orders what leads to their door."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.feeds.records import Told
from meantime.feeds.references import fetch
from meantime.shop.tables import Customer, Order

PERSONAL = {"orders": ("ship_postcode",), "shipments": ("tracking_number",)}
"""Columns that lead to a person, of records that stay."""


def leave_out_erased(session: Session, records: dict[str, list[Told]]) -> int:
    """Take erased customers out of ``records``, and out of their orders and shipments. Return how many customers were
    left out."""
    kept = len(records["customers"])
    erased = _erased(session, records)
    records["customers"] = [told for told in records["customers"] if told.key[0] not in erased]
    in_feed = {told.key[0]: told.values["customer_id"] in erased for told in records["orders"]}
    records["orders"] = [without(told, "orders") if in_feed[told.key[0]] else told for told in records["orders"]]
    theirs = {number for number, is_theirs in in_feed.items() if is_theirs}
    theirs |= _orders_of_erased(
        session, {told.values["order_number"] for told in records["shipments"]} - in_feed.keys()
    )
    records["shipments"] = [
        without(told, "shipments") if told.values["order_number"] in theirs else told for told in records["shipments"]
    ]
    return kept - len(records["customers"])


def without(told: Told, kind: str) -> Told:
    return replace(told, values=without_person(kind, told.values))


def without_person(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an order or a shipment without what leads to a person."""
    return {**values, **{name: "" for name in PERSONAL[kind] if name in values}}


def _erased(session: Session, records: dict[str, list[Told]]) -> set[str]:
    named = {told.key[0] for told in records["customers"]} | {told.values["customer_id"] for told in records["orders"]}
    query = select(Customer.id).where(Customer.erased_at.is_not(None))
    return {id_ for (id_,) in fetch(session, query, Customer.id, named)}


def _orders_of_erased(session: Session, numbers: set[str]) -> set[str]:
    query = select(Order.number).join(Customer).where(Customer.erased_at.is_not(None))
    return {number for (number,) in fetch(session, query, Order.number, numbers)}
