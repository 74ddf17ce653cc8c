"""Sending text messages through Twilio's own client, in threads.

Twilio knows no key that makes a request happen once. So each way of failing says whether the message may have been
taken, and one that may have been is looked for among the messages to that number before it is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from anyio import CapacityLimiter, to_thread
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException, SSLError
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from meantime.channels.sender import MaybeAccepted, NeverAccepted, TryLater
from meantime.conversations.sending import Outgoing

LOOKED_AT = 100
"""Messages to the number, newest first."""
CLOCK_DRIFT = timedelta(minutes=5)
NOT_NOW = frozenset({14107, 20429, 21611})
"""Errors that pass: too many requests, too many messages queued."""
OUR_FAULT = frozenset({401, 403, 404})
"""The account is not what TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN say. Worth waiting until somebody mends it."""
UNTIL_MENDED = 60.0
UNTIL_LISTED = 5.0
"""A message that was just taken may not be listed at once."""


class TwilioSender:
    """One account. ``status_url`` is where Twilio reports to, or "" where it cannot reach us."""

    def __init__(
        self, account_sid: str, auth_token: str, *, api_url: str, status_url: str, seconds: float, at_once: int
    ) -> None:
        self._client = Client(account_sid, auth_token, http_client=_Wire(seconds))
        if api_url:
            self._client.api.base_url = api_url.rstrip("/")
        self._status_url = status_url
        self._threads = CapacityLimiter(at_once)

    async def send(self, out: Outgoing) -> str:
        """Hand the page to Twilio. Raises SendingFailed."""
        callback = {"status_callback": f"{self._status_url}{out.id}"} if self._status_url else {}
        message = await self._asked(
            lambda: self._client.messages.create(to=out.theirs, from_=out.ours, body=out.text, **callback)
        )
        return str(message.sid)

    async def find(self, out: Outgoing) -> str | None:
        """Return the page's sid where Twilio has it. Raises SendingFailed.

        Messages are compared by text and age; those that we know to be others are left out. Twilio could filter by
        the day a message was sent, but one that is still queued has none.
        """
        try:
            listed = await self._asked(
                lambda: self._client.messages.list(to=out.theirs, from_=out.ours, limit=LOOKED_AT)
            )
        except MaybeAccepted as failed:  # nothing is sent by looking
            raise TryLater(failed.code, failed.after) from failed
        except NeverAccepted as failed:
            raise TryLater(failed.code, UNTIL_MENDED) from failed
        since = out.first_tried_at - CLOCK_DRIFT
        found = [m for m in listed if m.sid not in out.known and _is_same(m.body, out.text) and _made_at(m) >= since]
        return str(min(found, key=_made_at).sid) if found else None

    async def _asked[Result](self, ask: Callable[[], Result]) -> Result:
        try:
            return await to_thread.run_sync(ask, limiter=self._threads, abandon_on_cancel=True)
        except TwilioRestException as error:
            code = str(error.code or error.status)
            if error.status in OUR_FAULT:
                raise TryLater(code, UNTIL_MENDED) from error
            if error.code in NOT_NOW:
                raise TryLater(code) from error
            raise NeverAccepted(code) from error
        except TwilioException as error:
            raise MaybeAccepted(type(error).__name__[:20], UNTIL_LISTED) from error


class _Wire(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's HTTP client, that tells what failed. It logs nothing: a request names numbers and words."""

    def __init__(self, seconds: float) -> None:
        super().__init__(timeout=seconds, logger=logging.Logger("silent", logging.CRITICAL))

    def request(self, *args: Any, **kwargs: Any) -> Response:
        try:
            response = super().request(*args, **kwargs)
        except (ConnectTimeout, SSLError) as error:
            raise TryLater("no connection") from error
        except NoConnection as error:
            if _was_never_made(error):
                raise TryLater("no connection") from error
            raise MaybeAccepted("connection lost", UNTIL_LISTED) from error
        except RequestException as error:
            raise MaybeAccepted("timeout", UNTIL_LISTED) from error
        if response.status_code == 429:
            raise TryLater("429", _seconds((response.headers or {}).get("Retry-After")))
        if response.status_code >= 500:
            raise MaybeAccepted(str(response.status_code), UNTIL_LISTED)
        return response


def _was_never_made(error: NoConnection) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _seconds(header: str | None) -> float | None:
    return min(float(header), 3600.0) if header and header.isdecimal() else None


def _is_same(body: str | None, text: str) -> bool:
    # A trial account's messages begin with a sentence of Twilio's own.
    return bool(body) and (body or "").strip().endswith(text.strip())


def _made_at(message: Any) -> datetime:
    made: datetime | None = message.date_created
    return made if made is not None else datetime.max.replace(tzinfo=UTC)
