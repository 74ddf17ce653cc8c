"""The leads' page of customers' ratings: words first, one small table beside them."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from meantime.desk.access import LEADS, Who, allowed
from meantime.desk.faults import Number
from meantime.desk.place import desk_of
from meantime.desk.rating_board import LATELY, ratings

router = APIRouter()


@router.get("/ratings")
@allowed(LEADS)
async def every_rating(request: Request, who: Who, before: Number | None = None) -> Response:
    desk = desk_of(request)
    found = await desk.storage.write(partial(ratings, viewer=who.as_author, before_id=before))
    return desk.page(request, "ratings.html", ratings=found, days=LATELY.days)
