"""What a page of the desk says while the database cannot be used: calm words, and nothing is lost by trying again."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from meantime.desk.faults import told


async def come_back(request: Request, error: Exception) -> Response:
    """Answer for the desk; whoever else has not said what happens then is told what any error is told."""
    if not request.url.path.startswith("/desk"):
        raise error
    return told(request, 503, "The desk is very busy", "Nothing was changed. Please try again in a moment.")
