"""A source of CSV files small enough to be understood in a test, and the shop it is imported into."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meantime.db import Database
from meantime.feeds.apply import ImportReport
from meantime.feeds.commands import import_folder
from meantime.feeds.faults import ImportFaults

ROWS: dict[str, list[dict[str, str]]] = {
    "products": [
        {
            "sku": sku,
            "name": name,
            "category": "Lighting",
            "family": "lamps",
            "price": price,
            "currency": "USD",
            "attributes": '{"color": "black"}',
            "status": "active",
            "backorderable": "true",
        }
        for sku, name, price in (("LAMP", "Desk Lamp", "64.00"), ("SHADE", "Lamp Shade", "18.50"))
    ],
    "stock": [{"sku": "LAMP", "warehouse": "EAST", "on_hand": "5"}],
    "inbound": [
        {
            "reference": "PO-1",
            "sku": "SHADE",
            "warehouse": "EAST",
            "quantity": "10",
            "due_on": "2026-12-01",
            "received_on": "",
            "supplier": "Acme",
            "status": "scheduled",
        }
    ],
    "customers": [
        {
            "customer_id": "C1",
            "name": "Mara Ellison",
            "email": "Mara.Ellison@example.com",
            "phone": "(503) 555-0101",
            "street": "1 Main St",
            "city": "Portland",
            "region": "OR",
            "postcode": "97214",
            "country": "US",
            "loyalty_tier": "gold",
            "sms_opt_in": "true",
        }
    ],
    "orders": [
        {
            "number": "W1001",
            "customer_id": "C1",
            "placed_at": "2026-11-02T10:00:00Z",
            "status": "open",
            "ship_method": "standard",
            "payment_status": "authorised",
            "ship_postcode": "97214",
            "ship_country": "US",
        }
    ],
    "order_lines": [
        {"order_number": "W1001", "line": "1", "sku": "LAMP", "quantity": "2", "unit_price": "64.00"},
        {"order_number": "W1001", "line": "2", "sku": "SHADE", "quantity": "3", "unit_price": "18.50"},
    ],
    "shipments": [
        {
            "reference": "S-1",
            "order_number": "W1001",
            "carrier": "UPS",
            "tracking_number": "1Z999",
            "shipped_at": "2026-11-04T09:00:00Z",
            "expected_on": "2026-11-08",
            "delivered_at": "",
            "lines": "1:1",
        }
    ],
}


class Source:
    """The shop's own system: what it holds is written out and imported as a whole."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        self.rows = {kind: [dict(row) for row in rows] for kind, rows in ROWS.items()}

    def set(self, kind: str, row: int = 0, /, **values: str) -> Source:
        self.rows[kind][row].update(values)
        return self

    def add(self, kind: str, /, **values: str) -> Source:
        """Add a row like the first one of its kind, apart from ``values``."""
        self.rows[kind].append(ROWS[kind][0] | values)
        return self

    def drop_column(self, kind: str, column: str) -> Source:
        for row in self.rows[kind]:
            del row[column]
        return self

    def only(self, *kinds: str) -> Source:
        self.rows = {kind: self.rows[kind] for kind in kinds}
        return self

    def without(self, *kinds: str) -> Source:
        return self.only(*(kind for kind in self.rows if kind not in kinds))

    def file(self, name: str, content: str | bytes) -> None:
        """Write a file by hand, beside (or over) the others."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def write(self) -> None:
        self.folder.mkdir(exist_ok=True)
        for old in self.folder.glob("*.csv"):
            old.unlink()
        for kind, rows in self.rows.items():
            with (self.folder / f"{kind}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)

    def bring_in(self) -> ImportReport:
        self.write()
        return import_folder(self.database, self.folder)

    def faults(self) -> list[str]:
        """Bring it in and return what is said to be wrong with it."""
        self.write()
        return self.faults_of_folder()

    def faults_of_folder(self) -> list[str]:
        """Import the folder as it stands and return what is said to be wrong with it."""
        with pytest.raises(ImportFaults) as raised:
            import_folder(self.database, self.folder)
        return [str(fault) for fault in raised.value.faults]


@pytest.fixture
def source(tmp_path: Path, database: Database) -> Source:
    return Source(tmp_path / "source", database)


@pytest.fixture
def look(database: Database) -> Callable[..., Any]:
    """Return one record as it is stored: ``look(Order, "W1001").status``."""

    def stored(table: type[Any], key: Any) -> Any:
        with database.reading() as session:
            return session.get_one(table, key)

    return stored
