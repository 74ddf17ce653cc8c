"""A folder of CSV files (RFC 4180, UTF-8) as sheets of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from meantime.feeds.columns import KINDS, Kind
from meantime.feeds.faults import Fault, quoted
from meantime.feeds.rows import Sheet


class _NotCsv(Exception):
    """A record that breaks the format, with the line it begins in."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(why)
        self.row = row


def read_folder(folder: Path, faults: list[Fault]) -> list[Sheet]:
    """Return a sheet for each file of ``folder``; what is wrong with the files is added to ``faults``."""
    if not folder.is_dir():
        faults.append(Fault(str(folder), "is not a folder"))
        return []
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    expected = [kind.file for kind in KINDS.values()]
    if not found:
        faults.append(Fault(str(folder), f"holds none of the files {', '.join(expected)}"))
    for path in found:
        if path.name not in expected:
            faults.append(Fault(path.name, f"is not a file of ours; known are {', '.join(expected)}"))
    return [_sheet(kind, folder / kind.file, faults) for kind in KINDS.values() if folder / kind.file in found]


def _sheet(kind: Kind, path: Path, faults: list[Fault]) -> Sheet:
    sheet = Sheet(kind)
    text = _text(kind, path, faults)
    if text is None:
        sheet.is_whole = False
        return sheet
    header: list[str] | None = None
    try:
        for number, values in _records(text):
            if header is None:
                header = values
                if wrong := _header_faults(kind, header):
                    faults.extend(wrong)
                    sheet.is_whole = False
                    break
                continue
            cells = dict(zip(header, values, strict=False))
            if len(values) == len(header):
                sheet.cells.append((number, cells))
                continue
            sheet.broken.append(cells)
            what = f"holds {len(values)} values, where the header names {len(header)} columns"
            faults.append(Fault(kind.file, what, number))
    except _NotCsv as error:
        sheet.is_whole = False
        faults.append(Fault(kind.file, f"is not CSV as of RFC 4180: {error}", error.row))
    else:
        if header is None:
            sheet.is_whole = False
            faults.append(Fault(kind.file, "is empty; its first row must name the columns"))
    return sheet


def _text(kind: Kind, path: Path, faults: list[Fault]) -> str | None:
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        faults.append(Fault(kind.file, f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        faults.append(Fault(kind.file, f"is not UTF-8: byte {content[error.start]:#04x}", row))
    return None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins in; a quoted value may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for values in reader:
            if values:
                yield begins, [value.strip() for value in values]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _NotCsv(begins, str(error)) from error


def _header_faults(kind: Kind, header: list[str]) -> list[Fault]:
    faults = [
        Fault(kind.file, "this column must be there", 1, column) for column in kind.required if column not in header
    ]
    for column in dict.fromkeys(header):
        if column not in kind.columns:
            what = f"a column {quoted(column)} is not known; known are {', '.join(kind.columns)}"
            faults.append(Fault(kind.file, what, 1))
        elif header.count(column) > 1:
            faults.append(Fault(kind.file, "this column is there twice", 1, column))
    return faults
