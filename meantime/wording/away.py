"""An answer to who has left, as a text message; and what staff read about answers that go astray."""

from __future__ import annotations

from meantime.wording.gsm import in_gsm, segments
from meantime.wording.numbered import MOST_SEGMENTS

CUT = " ..."
HOW = "To answer, open the chat on our website."


def text_message(name: str, shop: str, words: str, url: str) -> str:
    """Return an agent's answer as one text message of at most two segments; what does not fit is behind the link."""
    head, words = in_gsm(f"{name} from {shop}: "), in_gsm(words)
    whole = f"{head}{words}\n{HOW}"
    if segments(whole) <= MOST_SEGMENTS:
        return whole
    tail = f"{CUT}\nAll of it: {url}"
    kept = words
    while kept and segments(f"{head}{kept.rstrip()}{tail}") > MOST_SEGMENTS:
        kept = kept.rpartition(" ")[0] if " " in kept else kept[:-1]
    return f"{head}{kept.rstrip()}{tail}"


def by_hand(channel: str) -> str:
    """Tell staff that an answer has to be sent by themselves, should the customer not read it on the page."""
    where, what = ("an e-mail address", "e-mail") if channel == "email" else ("a phone number", "text messages")
    return (
        f"The customer left {where} for when they have gone. Sending {what} is not set up here: "
        "if they have left, please write or call yourself."
    )


def followed_by_mail(code: str | None) -> str:
    """Tell staff that a text message was lost and what was done."""
    return f"A text message did not reach the customer{_code(code)}. The same words have gone out by e-mail."


def lost(channel: str, code: str | None) -> str:
    """Tell staff that words of ours were lost, and that there is no other way known to send them."""
    what = "An e-mail" if channel == "email" else "A text message"
    return f"{what} did not reach the customer{_code(code)}, and we know of no other way to send it."


def opted_out() -> str:
    """Tell staff that nothing more may be sent where the answer was to go."""
    return "The customer has opted out of our messages here, so an answer was not sent, and we know of no other way."


def _code(code: str | None) -> str:
    return f" (error {code})" if code else ""
