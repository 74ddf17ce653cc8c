"""Forms that Twilio has signed. What is not signed with our account's token is nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from twilio.request_validator import RequestValidator

from meantime.channels.address import Addresses
from meantime.channels.public_url import exact_url

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 200

type Form = ImmutableMultiDict[str, str]


class NotSigned(Exception):
    """Forged, or there is nothing to check it with."""


@dataclass(frozen=True, slots=True)
class SignedForms:
    """Reads what Twilio posts. Without ``auth_token`` nothing is believed."""

    auth_token: str
    public_url: str
    addresses: Addresses

    async def read(self, request: Request) -> Form:
        """Return the form of ``request``. Raises NotSigned."""
        signature = request.headers.get("x-twilio-signature", "")
        if not self.auth_token or not signature:
            raise NotSigned
        form = await _form(request)
        url = exact_url(request, self.public_url, self.addresses)
        if not RequestValidator(self.auth_token).validate(url, form, signature):
            raise NotSigned
        return form


async def _form(request: Request) -> Form:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise NotSigned
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise NotSigned from error
    return ImmutableMultiDict(fields)
