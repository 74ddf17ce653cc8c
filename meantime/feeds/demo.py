"""A small shop of our own invention, so that a fresh installation has something to talk about.

Its days are relative: `today-3` in a cell is three days before the day it is brought in. Every state a line can be
in is there, and every kind of wait: with a day, with a later day than first told, with a day that has passed, and
with none.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from meantime.db import Database
from meantime.feeds.apply import ImportReport, Progress, apply, silent
from meantime.feeds.faults import Fault
from meantime.feeds.read_csv import read_folder
from meantime.feeds.rows import read_rows
from meantime.shop.tables import Product

DEMO_SHOP = Path(__file__).parent / "demo_shop"

_RELATIVE = re.compile(r"today(?P<days>[+-]\d+)?(?P<time>T.*)?")


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """An order to try the assistant with, and what proves that it is yours."""

    number: str
    email: str
    postcode: str
    about: str


def demo_orders() -> list[DemoOrder]:
    """Return a few orders of the demo shop, each worth another conversation."""
    return [
        DemoOrder("M104171", "theo.vance@example.com", "98103", "a grill that is late, with a kettle that is ready"),
        DemoOrder("M104204", "priya.raman@example.com", "78704", "two brass desk lamps that are due on a known day"),
        DemoOrder("M104190", "jonas.weller@example.com", "60614", "a black kettle, and nobody knows when it comes"),
        DemoOrder("M104217", "nadia.haddad@example.com", "48207", "one part on its way, one part still waiting"),
        DemoOrder("M104285", "mara.ellison@example.com", "97214", "desk lamps and a bottle, all in stock"),
        DemoOrder("M104251", "greta.lindqvist@example.com", "55407", "a tent that is on its way"),
    ]


def import_demo(database: Database, today: date, progress: Progress = silent) -> ImportReport | None:
    """Bring in the demo shop as of ``today``. Does nothing and returns None where there are products already."""
    faults: list[Fault] = []
    sheets = read_folder(DEMO_SHOP, faults)
    for sheet in sheets:
        sheet.cells = [(row, {name: _dated(text, today) for name, text in cells.items()}) for row, cells in sheet.cells]
    feed = read_rows(sheets, faults)
    with database.writing() as session:
        if session.scalar(select(Product.sku).limit(1)) is not None:
            return None
        return apply(session, feed, faults, progress)


def write_demo(folder: Path, today: date) -> None:
    """Write the demo shop as of ``today`` as CSV files into ``folder``: what an import folder looks like.
    Raises FileExistsError when the folder holds something already."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    for file in sorted(DEMO_SHOP.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as source, (folder / file.name).open("w", newline="") as copy:
            rows = ([_dated(cell, today) for cell in row] for row in csv.reader(source))
            csv.writer(copy, lineterminator="\n").writerows(rows)


def _dated(text: str, today: date) -> str:
    relative = _RELATIVE.fullmatch(text)
    if relative is None:
        return text
    day = today + timedelta(days=int(relative["days"] or 0))
    return day.isoformat() + (relative["time"] or "")
