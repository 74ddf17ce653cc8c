"""The page of changes that the shop's own system has not taken."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from meantime.desk.access import AGENTS, Who, allowed
from meantime.desk.place import desk_of
from meantime.desk.unsettled import KEPT_IN_VIEW, changes

router = APIRouter()


@router.get("/changes")
@allowed(AGENTS)
async def unsettled(request: Request, who: Who) -> Response:
    desk = desk_of(request)
    found = await desk.storage.read(changes)
    return desk.page(request, "changes.html", changes=found, days=KEPT_IN_VIEW.days)
