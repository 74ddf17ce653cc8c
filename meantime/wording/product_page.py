"""What a product page says before the order: when an item would arrive, and that nobody is held to a wait."""

from __future__ import annotations

from meantime.shop.availability import Availability, AvailabilityKind
from meantime.wording.speech import days

FREE_TO_GO = "you can cancel any time until it is packed."


def before_ordering(availability: Availability) -> str:
    """Return the sentence for a product page."""
    promise = availability.promise
    match availability.kind:
        case AvailabilityKind.NOW:
            arrives = f", expected {days(promise.earliest, promise.latest)}" if promise else ""
            return f"Available now{arrives}."
        case AvailabilityKind.EXPECTED if promise and availability.may_be_ordered:
            when = days(promise.earliest, promise.latest)
            return f"Expected {when}. If that slips we write at once, and {FREE_TO_GO}"
        case AvailabilityKind.EXPECTED:
            return "Sold out for now. More is on its way, and you can order it once it is here."
        case AvailabilityKind.ENDED:
            return "Sold out, and no more is expected."
    if availability.may_be_ordered:
        return (
            "Sold out for now, and there is no date for more yet. You can order it all the same: we write as soon as "
            f"we know the day, and {FREE_TO_GO}"
        )
    return "Sold out for now, and there is no date for more yet. You can ask us for something similar."
