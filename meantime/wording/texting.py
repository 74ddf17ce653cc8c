"""What the gateway itself says by text message: about leaving and coming back, pictures, and words that are none."""

from __future__ import annotations

STOPPED = (
    "All right, you get no more messages from us. Your orders stay as they are. "
    "If you want our messages again, text START."
)
"""The last text a customer gets who has asked to be left in peace."""
STARTED = "You get our messages again. What can I do for you?"

PICTURE = (
    "Thank you for the picture. I cannot look at it myself, but a person in our team can. "
    "Tell me in a few words what it is about, or ask for a person."
)
PICTURE_TOO = "Thank you for the picture. I keep it for the person in our team who may look at this."
EMPTY = "Your message arrived without words. What can I do for you?"
PERSON = "Talk to a person"
ALL_READ = "That was all. What can I do for you?"
ALL_READ_AND_ASKED = "That was all. You can answer what I asked last."
SAME_AGAIN = (
    "You have sent me the same words several times, and I have answered as well as I can. Please say it in other "
    "words, or talk to a person."
)
FROM_MACHINE = "Texts from this number look like a machine's own answers. They are kept and not answered any more."
"""For staff, not for the customer."""
_SHOWN_AGAIN = "Your answer came before this text had reached you, so I ask once more.\n"
FLOODED = (
    "That was a lot of messages at once, so I have passed this on to a person in our team. They see all of it and "
    "answer here."
)

STARTED_IN_QUEUE = (
    "You get our messages again. A person in our team has your conversation and will answer here. If you would rather "
    "not wait, I can carry on instead."
)
STARTED_WITH_PERSON = "You get our messages again. A person in our team is answering you."

OPTED_OUT_BY_CANCEL = (
    "Sent the one word that stops all our texts at the network; may have meant the order. "
    "Nothing can be texted to this number until they text START: please reach them another way."
)
BACK_AFTER_CANCEL = (
    "Sent the one word that stops all our texts at the network; may have meant the order. "
    "Has texted START since, so texts reach them again."
)
STILL_WRITES = "Has opted out of our texts and writes all the same. Nothing can be texted back: use another way."
"""For the person who takes over, not for the customer."""


def shown_again(words: str) -> str:
    """Return a list that waits for a yes as it is shown to who said yes before it could be read."""
    return f"{_SHOWN_AGAIN}{words.removeprefix(_SHOWN_AGAIN)}"


def about_texts(shop_name: str, phone: str, email: str) -> str:
    """Say who writes here, how else we can be reached, and how to leave: what HELP asks for."""
    ways = " or ".join(filter(None, (phone, email)))
    reach = f" You can also reach us at {ways}." if ways else ""
    return f"This is {shop_name}. Ask about your order in your own words.{reach} Text STOP to get no more messages."
