"""What the desk's pages stand on: the database, who tells that something is new, and the templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from fastapi import Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from meantime.channels.address import Addresses
from meantime.conversations.storage import Storage
from meantime.conversations.wake import Hub
from meantime.desk import showing
from meantime.desk.sessions import SignedIn, form_token
from meantime.settings import Settings
from meantime.shop.policy import Policy

TEMPLATES = Path(__file__).parent.parent / "templates" / "desk"

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
"""Nothing from elsewhere runs here, nobody frames it, and no browser keeps a customer's words."""


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(showing.FILTERS)
    return environment


templates = Jinja2Templates(env=_environment())


@dataclass(frozen=True, slots=True)
class Desk:
    """One per process."""

    storage: Storage
    hub: Hub
    addresses: Addresses
    settings: Settings
    policy: Policy
    secret: str
    version: str
    """Of the style and the script, so that no browser shows old ones."""

    @property
    def cookie(self) -> str:
        """The session's cookie. A browser does not tell ports apart, so two copies on one machine need two names."""
        return f"meantime_desk_{self.settings.port}"

    @property
    def is_behind_tls(self) -> bool:
        return self.settings.gateway_url.startswith("https:")

    def page(self, request: Request, template: str, *, status: int = 200, **shown: Any) -> Response:
        """Return a page, or a part of one, for whoever is signed in (``who``)."""
        who: SignedIn | None = getattr(request.state, "who", None)
        context = {**self.around(who), "path": request.url.path, **shown}
        return templates.TemplateResponse(request, template, context, status, headers=dict(HEADERS))

    def part(self, template: str, who: SignedIn | None, **shown: Any) -> str:
        """Return a part of a page as text, to be sent over a live connection."""
        return templates.get_template(template).render({**self.around(who), **shown})

    def around(self, who: SignedIn | None) -> dict[str, Any]:
        """Return what every template may use."""
        return {
            "who": who,
            "form_token": form_token(self.secret, who.session) if who else "",
            "shop_name": self.settings.shop_name,
            "version": self.version,
        }


def desk_of(request: Request) -> Desk:
    return cast(Desk, request.app.state.desk)
