"""Text messages through Twilio: `POST /sms/twilio` takes one, `POST /sms/twilio/status` what became of ours.

Both are answered as soon as what they tell is stored. Replies go out through the outbox.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

import phonenumbers
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from meantime.channels.chat import Chat
from meantime.channels.signed_forms import Form, NotSigned, SignedForms
from meantime.conversations import metering
from meantime.conversations.delivery_reports import take_report
from meantime.conversations.outbox import DELIVERED, FAILED, SENT, UNDELIVERED
from meantime.conversations.storage import StorageBusy
from meantime.conversations.texting import Text, Texting, take_text

STATUS_PATH = "/sms/twilio/status"
DELIVERY = "delivery"
"""Names our own id in the address that Twilio reports to, so that a report is never too early to be placed."""
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
MOST_PICTURES = 10
STATES = {
    "sent": SENT,
    "delivered": DELIVERED,
    "read": DELIVERED,
    "undelivered": UNDELIVERED,
    "failed": FAILED,
    "canceled": FAILED,
}
"""Every other status of Twilio's says that it has the message and is at it."""
_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_NUMBER = re.compile(r"\d{1,9}")
_CODE = re.compile(r"\d{1,10}")

log = structlog.get_logger()
router = APIRouter(prefix="/sms/twilio")


@dataclass(frozen=True, slots=True)
class Sms:
    """What the channel stands on, besides ``Chat``."""

    forms: SignedForms
    rules: Texting


@router.post("")
async def incoming(request: Request) -> Response:
    """Take a customer's text message."""
    chat: Chat = request.app.state.chat
    sms: Sms = request.app.state.sms
    try:
        form = await sms.forms.read(request)
    except NotSigned:
        return _forged()
    text = _text(form, chat)
    if text is None:
        # A machine without a number of its own: nobody could be answered.
        metering.texts.labels("unanswerable").inc()
        return _twiml()
    try:
        await chat.engine.receive(partial(take_text, text=text, rules=sms.rules))
    except StorageBusy:
        metering.texts.labels("busy").inc()
        return Response(status_code=503, headers={"retry-after": "2"})
    metering.texts.labels("taken").inc()
    return _twiml()


@router.post("/status")
async def status(request: Request) -> Response:
    """Take a report on a message of ours."""
    chat: Chat = request.app.state.chat
    sms: Sms = request.app.state.sms
    try:
        form = await sms.forms.read(request)
    except NotSigned:
        return _forged()
    provider_id, code = form.get("MessageSid", ""), form.get("ErrorCode", "")
    delivery_id = request.query_params.get(DELIVERY, "")
    if _ID.fullmatch(provider_id):
        report = partial(
            take_report,
            state=STATES.get(form.get("MessageStatus", "")),
            provider_id=provider_id,
            delivery_id=int(delivery_id) if _NUMBER.fullmatch(delivery_id) else None,
            code=code if _CODE.fullmatch(code) else "",
        )
        try:
            await chat.storage.write(report)
        except StorageBusy:
            return Response(status_code=503, headers={"retry-after": "2"})
    return Response(status_code=204)


def in_e164(number: str) -> str | None:
    """Return a phone number in the form numbers are kept in, or None where it is none that could be answered."""
    if not number.startswith("+"):
        return None  # a short code, a sender's name, or a number of another channel ("whatsapp:+1...")
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _text(form: Form, chat: Chat) -> Text | None:
    theirs, ours, message_id = in_e164(form.get("From", "")), form.get("To", ""), form.get("MessageSid", "")
    if theirs is None or not ours or not _ID.fullmatch(message_id):
        return None
    return Text(
        id=message_id,
        ours=in_e164(ours) or ours,  # a short code stays as it is
        theirs=theirs,
        address_hash=chat.addresses.hash_of_number(theirs),
        words=form.get("Body", ""),
        media=_pictures(form),
        opt_out_type=form.get("OptOutType", "").upper(),
    )


def _pictures(form: Form) -> tuple[dict[str, str], ...]:
    """Return the links to what was sent along. They are never followed here: that is for staff to decide."""
    count = form.get("NumMedia", "0")
    places = range(min(int(count), MOST_PICTURES) if count.isdecimal() else 0)
    links = ((form.get(f"MediaUrl{i}", ""), form.get(f"MediaContentType{i}", "")) for i in places)
    return tuple({"url": url, "type": kind} for url, kind in links if url.startswith(("https://", "http://")))


def _twiml() -> Response:
    return Response(EMPTY_TWIML, media_type="text/xml")


def _forged() -> Response:
    metering.texts.labels("not_signed").inc()
    log.warning("sms.not_signed")
    return Response("This was not signed by our Twilio account.", 403, media_type="text/plain")
