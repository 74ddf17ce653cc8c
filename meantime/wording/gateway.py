"""What the gateway itself says: while a customer waits, and around a person taking over."""

from __future__ import annotations

from meantime.wording.reasons import Reason

ASSISTANT = "Assistant"

CARRY_ON = "Carry on with the assistant"
STOP_WAITING = "Stop waiting"

WAIT = (
    "I have your message. Answering takes longer than usual at the moment. You need not wait or send it again: the "
    "answer comes here."
)
GIVEN_UP = (
    "I am sorry, I could not answer this. I have passed it on to a person in our team, who sees this whole "
    "conversation and will answer right here. You need not repeat anything."
)
HANDED_OFF = "I am passing you on to a person in our team. They see this whole conversation and will answer right here."
UNREADABLE = {
    "email": (
        "I have added this for our team. The e-mail address in it does not look whole to me. Could you type it once "
        "more? It looks like name@example.com."
    ),
    "phone": (
        "I have added this for our team. I could not read the phone number in it. Could you type it once more, with "
        "its area code?"
    ),
}
"""To an address or number that cannot be one."""
IN_QUEUE = (
    "I have added this for the person who will answer you here. If you would rather not wait, I can carry on "
    "instead, or you can stop waiting."
)
PRESSED = {
    Reason.LEGAL: (
        "Thank you for saying that openly. A person has to look at this, and it is the first thing they read when they "
        "answer you here."
    ),
    Reason.UPSET: (
        "I can see that this has gone on for too long. What you wrote is the first thing that the person who answers "
        "you here will read."
    ),
}
"""To who waits already, and now threatens or is angry for the second time."""
CARRYING_ON = (
    "All right, you are with the assistant again. You are no longer in line, and if you wanted something from a "
    'person, it has not been done. Write "a person" to get back in line. What can I do for you?'
)
STOPPED_WAITING = (
    "All right, you are no longer waiting for a person. Nobody will answer what you wrote for them, and nothing about "
    'your orders has changed. Write "a person" to get back in line, or anything else at any time.'
)


def contact_kept(channel: str) -> str:
    what = "address" if channel == "email" else "number"
    return f"Thank you. If you have left when we answer, the answer goes to the {what} you gave."


def taken_over(name: str) -> str:
    return f"{name} from our team has joined and will answer you from here on."


def handed_back(name: str, *, has_note: bool = False) -> str:
    who = name or "Our team"
    left = " and left a note on where you stand" if has_note else ""
    return (
        f"{who} has left the conversation{left}. You are with the assistant again, and you can ask for a person "
        "any time."
    )


def transferred(name: str, to: str) -> str:
    return f"{to} from our team takes over from {name} and will answer you from here on. You need not repeat anything."


def put_back(name: str) -> str:
    return (
        f"{name} has passed you on within our team. The next of us who is free answers right here, and sees this "
        "whole conversation."
    )


TOO_MANY = "Many conversations were opened from your connection just now. Please try again in an hour."

ERRORS = {
    "bad_frame": "This could not be read. Please try again.",
    "bad_token": "This conversation could not be found. Please open a new one.",
    "option_gone": "This option is no longer available. Please choose one of the newest options, or write to us.",
    "too_long": "This message is too long. Please keep it under 4,000 characters, or send it in parts.",
    "too_fast": "That was a lot at once. Please wait a few seconds, then send it again.",
    "too_many": "This chat is open in many places at once. Please close some of them, or try again in a minute.",
    "id_reused": "This was sent under the name of another message. Please send it again.",
    "try_again": "Your message could not be stored just now. Please send it again.",
    "busy": "This takes longer than usual. Please stay with us, you need not send anything again.",
}
