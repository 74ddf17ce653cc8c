"""The intents that wishes carry, and what an answer may have been about."""

from __future__ import annotations

STATUS = "order_status"
CANCEL = "cancel_order"
SUBSTITUTE = "request_substitute"
SPLIT = "split_shipment"
PAYMENT = "payment_question"
GOODWILL = "ask_goodwill"
KEEP_WAITING = "keep_waiting"
NOTIFY = "notify_me"
STOP = "stop_updates"
AVAILABILITY = "check_availability"
CHANGE = "change_order"
RETURN = "return_or_damage"
COMPLAINT = "complaint"
COLLECTED = (CHANGE, RETURN, COMPLAINT)
"""What a person sees to, with what was collected for them."""
ASK_POLICY = "ask_policy"

CHANGES = frozenset({CANCEL, SUBSTITUTE, SPLIT, GOODWILL})
"""What changes an order, or ends in a list to agree to."""

CHOOSING = "choosing"
"""Options stood in the last answer, and typed words may pick one."""
OFFERED_PERSON = "offered a person"
MISUNDERSTOOD = "misunderstood"
"""The last message was not understood, and it was said so."""
ASKED_GOODWILL = "asked for something off"
"""It was told what the shop's rule gives for a trouble."""
DONE = "done"
"""A change was carried out just now: "no" and "undo that" come too late."""
TOLD_ITEM = "told an item"
"""It was told whether an item can be had, and what it costs."""
STOPPING = "stopping"
"""It was asked whether all messages are to stop, or those about one order."""
COLLECTING = "collecting"
"""A question was asked whose answer goes to a person, whatever it says."""
