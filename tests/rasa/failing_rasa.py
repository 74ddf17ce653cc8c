"""Our channel in a web server like Rasa's, before an agent that fails in the way that the message names.

Runs in .venv-rasa. A real Rasa hides most of these failures well, and that is why the channel must not.
"""

import sys
from types import SimpleNamespace

from rasa.core.channels.channel import UserMessage, register
from rasa.shared.core.domain import Domain
from sanic import Sanic

from components.gateway_channel import GatewayChannel
from components.turn import State, current_turn
from components.turn_store import TurnStore


class FailingAgent:
    domain = SimpleNamespace(intents=["inform"])
    model_name = "none"
    ready = True

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        store = TurnStore(Domain.empty())
        if message.text == "raise":
            raise RuntimeError("a detail of the inside")
        if message.text == "lose the model":
            self.ready = False
        if message.text == "state cannot be read":
            current_turn().before = None
            tracker = await store.retrieve(message.sender_id)
            if not tracker.is_paused():
                # An action could run on a conversation that was not read: let the test see a turn.
                current_turn().error, current_turn().after = None, State()
            await store.save(tracker)
        if message.text == "state cannot be written":
            tracker = await store.retrieve(message.sender_id)
            tracker.slots = None
            await store.save(tracker)


app = Sanic("failing_rasa", configure_logging=False)
app.ctx.agent = FailingAgent()
register([GatewayChannel.from_credentials({"secret": sys.argv[2]})], app, route="/webhooks/")
app.run(host="127.0.0.1", port=int(sys.argv[1]))
