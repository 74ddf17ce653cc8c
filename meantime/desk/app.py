"""Puts the desk together: its routes, each behind the guard, and what a browser hears when it is not let in."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from meantime.desk import access, doors
from meantime.desk.place import Desk

ASSETS = ("desk.js", "desk.css")
PAGES = (doors.router,)

__all__ = ["ASSETS", "Desk", "install"]


def install(app: FastAPI) -> None:
    """Serve the desk under /desk. ``app.state.desk`` is set when the application starts."""
    for pages in PAGES:
        app.include_router(pages, prefix="/desk", dependencies=[Depends(access.guard)], include_in_schema=False)
    app.add_exception_handler(access.NotSignedIn, access.to_sign_in)
    app.add_exception_handler(access.HasToChangePassword, access.to_password)
    app.add_exception_handler(access.NotAllowed, access.refused)
    app.add_exception_handler(access.ForeignForm, access.foreign_form)
