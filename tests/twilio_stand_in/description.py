"""Holds every request against Twilio's own description of its API, and our answers too. Where the description is
not here the rest of the stand-in runs all the same, and says so."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.contrib.starlette import StarletteOpenAPIRequest, StarletteOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from starlette.requests import Request
from starlette.responses import Response

from meantime.settings import ROOT

FILE = Path(os.environ.get("TWILIO_DESCRIPTION") or ROOT.parent / "shared" / "specs" / "twilio_messages.json")


class Description:
    """The description, as served at ``url``."""

    def __init__(self, url: str) -> None:
        self.openapi: OpenAPI | None = None
        self._fields: dict[str, frozenset[str]] = {}
        if not FILE.is_file():
            warnings.warn(f"{FILE} is not here: what was sent was not held against it", stacklevel=2)
            return
        raw: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
        for path in (raw, *raw["paths"].values()):
            path["servers"] = [{"url": url}]
        create = raw["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
        body = create["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        self._fields = {
            "POST": frozenset(body["properties"]),
            "GET": frozenset(parameter["name"] for parameter in create["get"]["parameters"]),
        }
        self.openapi = OpenAPI.from_dict(raw)

    def fault_of(self, request: Request, body: bytes, fields: frozenset[str]) -> str | None:
        """Return what Twilio would refuse in ``request``."""
        if self.openapi is None:
            return None
        if unknown := fields - self._fields[request.method]:
            return f"there is no {sorted(unknown)}"
        try:
            self.openapi.validate_request(StarletteOpenAPIRequest(request, body))
        except OpenAPIError as error:
            return f"{error!r} {error.__cause__!r}"
        return None

    def require_true(self, request: Request, body: bytes, response: Response) -> None:
        """Raise where ``response`` is not what Twilio would answer."""
        if self.openapi is not None:
            self.openapi.validate_response(StarletteOpenAPIRequest(request, body), StarletteOpenAPIResponse(response))
