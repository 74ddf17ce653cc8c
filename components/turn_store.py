"""A tracker store that keeps nothing: it reads and writes the state of the request being served.

The gateway owns conversations, so any Rasa can serve any of them and none holds personal
data at rest. Rasa wraps every store so that one which raises is silently replaced by memory. Hence this
one never raises: it notes the error on the turn and pauses the conversation, and the channel answers 500.
"""

import logging
from typing import Any, Iterable, List, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    DEFAULT_ACTION_NAMES,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from components.turn import MESSAGES_KEPT, TEXT_KEPT, Said, State, Turn, current_turn

logger = logging.getLogger(__name__)

RAN = "ran"
_NEVER_KEPT = {RAN, SESSION_START_METADATA_SLOT}


class TurnStore(TrackerStore):
    """Rebuilds the tracker from the turn's state, and leaves the new state on the turn."""

    def __init__(
        self, domain: Optional[Domain] = None, event_broker: Optional[EventBroker] = None, **kwargs: Any
    ) -> None:
        # Rasa hands over the keys of endpoints.yml too; this store has no setting.
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        tracker = self.init_tracker(sender_id)
        turn = current_turn()
        state = turn.before if turn else State()
        try:
            for event in _events_of(state, tracker, self.domain):
                tracker.update(event, self.domain)
        except Exception as error:  # see the module: raising here would make Rasa fall back to memory
            _note(turn, error)
            tracker = self.init_tracker(sender_id)
            # Paused: no policy is asked and no action runs on a conversation we could not read.
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self.domain)
            tracker.update(ConversationPaused(), self.domain)
        if turn:
            turn.events_before = len(tracker.events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        turn = current_turn()
        if turn is None or turn.error is not None:
            return
        try:
            new_events = list(tracker.events)[turn.events_before :]
            turn.after = _state_of(tracker)
            turn.intent = _intent_of(tracker)
            turn.last_action = _last_action(new_events)
            turn.failed_action = _failed_action(new_events)
        except Exception as error:
            turn.after = None
            _note(turn, error)

    async def retrieve_full_tracker(self, conversation_id: str) -> Optional[DialogueStateTracker]:
        return await self.retrieve(conversation_id)

    async def exists(self, conversation_id: str) -> bool:
        return current_turn() is not None

    async def keys(self) -> Iterable[str]:
        return []


def _note(turn: Optional[Turn], error: Exception) -> None:
    if turn:
        turn.error = error  # the channel logs and answers it
    else:
        logger.error("A tracker could not be rebuilt.", exc_info=error)


def _events_of(state: State, tracker: DialogueStateTracker, domain: Domain) -> List[Event]:
    # As if a session had just started, so that Rasa never runs action_session_start itself.
    events: List[Event] = [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]
    for said in state.messages:
        events.append(UserUttered(said.text, {"name": said.intent, "confidence": said.confidence}))
        events.append(ActionExecuted(ACTION_LISTEN_NAME))
    # What a newer domain no longer knows is forgotten.
    if state.active_loop in domain.form_names:
        events.append(ActiveLoop(state.active_loop))
    events += [
        SlotSet(name, value) for name, value in state.slots.items() if name in tracker.slots and name not in _NEVER_KEPT
    ]
    return events


def _state_of(tracker: DialogueStateTracker) -> State:
    slots = {
        slot.name: slot.value
        for slot in tracker.slots.values()
        if slot.name not in _NEVER_KEPT and slot.value != slot.initial_value
    }
    messages = [event for event in tracker.events if isinstance(event, UserUttered)]
    return State(slots, tracker.active_loop_name, [_said(event) for event in messages[-MESSAGES_KEPT:]])


def _said(event: UserUttered) -> Said:
    text = event.text[:TEXT_KEPT] if event.text else event.text
    return Said(text, event.intent_name, round(float(event.intent.get("confidence") or 0.0), 4))


def _intent_of(tracker: DialogueStateTracker) -> dict:
    message = tracker.latest_message
    intent = message.intent if message else {}
    return {"name": intent.get("name"), "confidence": round(float(intent.get("confidence") or 0.0), 4)}


def _is_ours(action: Optional[str]) -> bool:
    return bool(action) and action.startswith("action_") and action not in DEFAULT_ACTION_NAMES


def _last_action(events: List[Event]) -> Optional[str]:
    names = [event.action_name for event in events if isinstance(event, ActionExecuted)]
    return next((name for name in reversed(names) if name and name != ACTION_LISTEN_NAME), None)


def _failed_action(events: List[Event]) -> Optional[str]:
    """Return the first action that did not say it ran to its end, or None.

    Rasa swallows an action's exception and an unreachable action server and carries on as if the action
    had done nothing. All of ours end with SlotSet("ran", <own name>), so its absence is the trace.
    """
    waiting_for: Optional[str] = None
    for event in events:
        if isinstance(event, ActionExecutionRejected):
            return event.action_name
        if isinstance(event, ActionExecuted):
            if waiting_for:
                return waiting_for
            waiting_for = event.action_name if _is_ours(event.action_name) else None
        elif isinstance(event, SlotSet) and event.key == RAN and event.value == waiting_for:
            waiting_for = None
    if waiting_for:
        return waiting_for
    # Rasa stops after ten actions in a row: the last one then led nowhere.
    listening = [event for event in events if isinstance(event, ActionExecuted)][-1:]
    if listening and listening[0].action_name != ACTION_LISTEN_NAME:
        return listening[0].action_name
    return None
