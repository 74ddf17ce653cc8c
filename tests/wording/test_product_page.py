"""The sentence on a product page: days where there are some, no promise where there are none, and a way out."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from meantime.shop.availability import Availability, AvailabilityKind
from meantime.shop.promises import Promise
from meantime.wording.product_page import before_ordering
from meantime.wording.tone import lint

DAYS = Promise(date(2026, 12, 4), date(2026, 12, 8), 0.9)
NO_DATE = "Sold out for now, and there is no date for more yet."


@pytest.mark.parametrize(
    ("kind", "promise", "may_be_ordered", "sentence"),
    [
        (AvailabilityKind.NOW, DAYS, True, "Available now, expected between December 4 and December 8."),
        (
            AvailabilityKind.EXPECTED,
            DAYS,
            True,
            "Expected between December 4 and December 8. If that slips we write at once, and you can cancel any time "
            "until it is packed.",
        ),
        (
            AvailabilityKind.EXPECTED,
            DAYS,
            False,
            "Sold out for now. More is on its way, and you can order it once it is here.",
        ),
        (
            AvailabilityKind.UNKNOWN,
            None,
            True,
            f"{NO_DATE} You can order it all the same: we write as soon as we know the day, and you can cancel any "
            "time until it is packed.",
        ),
        (AvailabilityKind.UNKNOWN, None, False, f"{NO_DATE} You can ask us for something similar."),
        (AvailabilityKind.ENDED, None, False, "Sold out, and no more is expected."),
    ],
)
@time_machine.travel("2026-11-26T12:00:00Z")
def test_a_product_page_says(
    kind: AvailabilityKind, promise: Promise | None, may_be_ordered: bool, sentence: str
) -> None:
    said = before_ordering(Availability("LAMP", kind, 0, promise, may_be_ordered))
    assert said == sentence
    assert lint(said) == []
