"""A customer with a telephone: sends texts through the stand-in to our webhook, and reads what comes back."""

from __future__ import annotations

import itertools
import uuid

import httpx

from tests.twilio_stand_in.server import ACCOUNT, OUR_NUMBER, Message, TwilioStandIn

_numbers = itertools.count(200)


class Phone:
    """``number`` is nobody's in any shop, unless a test says otherwise."""

    def __init__(self, twilio: TwilioStandIn, number: str = "", ours: str = OUR_NUMBER) -> None:
        self.twilio = twilio
        self.number = number or f"+1505555{next(_numbers):04}"
        self.ours = ours
        self._read = 0

    def form(self, words: str, sid: str = "", **more: str) -> dict[str, str]:
        """Return what Twilio posts for a text."""
        return {
            "ToCountry": "US",
            "SmsStatus": "received",
            "AccountSid": ACCOUNT,
            "MessageSid": sid or f"SM{uuid.uuid4().hex}",
            "From": self.number,
            "To": self.ours,
            "Body": words,
            "NumMedia": "0",
            "NumSegments": "1",
            "ApiVersion": "2010-04-01",
            **more,
        }

    def texts(self, words: str, sid: str = "", *, gateway: str = "", **more: str) -> httpx.Response:
        """Send a text; return what the webhook answered."""
        answer = self.twilio.post("/sms/twilio", self.form(words, sid, **more), gateway=gateway)
        assert answer.status_code == 200, answer.text
        assert (answer.headers["content-type"], answer.text.count("<Response/>")) == ("text/xml; charset=utf-8", 1)
        return answer

    def sends_picture(self, words: str = "", url: str = "https://api.twilio.com/media/ME1") -> None:
        self.texts(words, NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg")

    @property
    def inbox(self) -> list[Message]:
        return self.twilio.to(self.number)

    def hears(self) -> str:
        """Return the next text that comes."""
        self._read += 1
        text = str(self.twilio.wait_for(self._read, self.number)[self._read - 1]["body"])
        self.twilio.until_kept()
        return text

    def asks(self, words: str) -> str:
        """Send a text and return the next one that comes."""
        self.texts(words)
        return self.hears()
