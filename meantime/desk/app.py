"""Puts the desk together: its routes, each behind the guard, and what a browser hears when it is not let in."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from meantime.conversations.storage import StorageBusy
from meantime.desk import (
    access,
    audit_pages,
    busy,
    change_pages,
    changing_pages,
    composer_pages,
    conversation_actions,
    conversation_pages,
    doors,
    faults,
    lookup_pages,
    panel_pages,
    privacy_pages,
    promise_pages,
    queue_pages,
    rating_pages,
    reply_pages,
    staff_pages,
)
from meantime.desk.place import Desk

ASSETS = ("desk.js", "desk.css")
PAGES = (
    doors.router,
    queue_pages.router,
    conversation_pages.router,
    conversation_actions.router,
    composer_pages.router,
    panel_pages.router,
    changing_pages.router,
    lookup_pages.router,
    promise_pages.router,
    change_pages.router,
    reply_pages.router,
    staff_pages.router,
    privacy_pages.router,
    rating_pages.router,
    audit_pages.router,
)

__all__ = ["ASSETS", "Desk", "install"]


def install(app: FastAPI) -> None:
    """Serve the desk under /desk. ``app.state.desk`` is set when the application starts."""
    for pages in PAGES:
        app.include_router(pages, prefix="/desk", dependencies=[Depends(access.guard)], include_in_schema=False)
    faults.install(app)
    app.add_exception_handler(StorageBusy, busy.come_back)
    app.add_exception_handler(access.NotSignedIn, access.to_sign_in)
    app.add_exception_handler(access.HasToChangePassword, access.to_password)
    app.add_exception_handler(access.NotAllowed, access.refused)
    app.add_exception_handler(access.ForeignForm, access.foreign_form)
