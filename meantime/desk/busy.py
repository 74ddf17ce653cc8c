"""What a page of the desk says while the database cannot be used: calm words, and nothing is lost by trying again."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from meantime.desk.place import desk_of


async def come_back(request: Request, error: Exception) -> Response:
    """Answer for the desk; whoever else has not said what happens then is told what any error is told."""
    if not request.url.path.startswith("/desk"):
        raise error
    return desk_of(request).page(
        request,
        "refused.html",
        status=503,
        title="The desk is very busy",
        words="Nothing was changed. Please try again in a moment.",
    )
