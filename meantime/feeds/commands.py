"""What the `meantime` command calls to fill a shop."""

from __future__ import annotations

from pathlib import Path

from meantime.db import Database
from meantime.feeds.apply import ImportReport, Progress, apply, silent
from meantime.feeds.demo import demo_orders, import_demo
from meantime.feeds.faults import Fault, ImportFaults
from meantime.feeds.read_csv import read_folder
from meantime.feeds.rows import read_rows

__all__ = ["ImportFaults", "ImportReport", "Progress", "demo_orders", "import_demo", "import_folder"]


def import_folder(database: Database, folder: Path, progress: Progress = silent) -> ImportReport:
    """Import the CSV files of ``folder``, all of it or nothing. Raises ImportFaults with every fault in it."""
    faults: list[Fault] = []
    feed = read_rows(read_folder(folder, faults), faults)
    with database.writing() as session:
        return apply(session, feed, faults, progress)
