"""Say how a model understands messages: a JSON list of texts per line in, a JSON list of Rasa's readings per line out.

Runs in .venv-rasa: `understanding.py MODEL`.
"""

import asyncio
import json
import os
import sys

# Whatever Rasa prints must not come between the answers.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

from rasa.core.agent import load_agent  # noqa: E402


async def main(model: str) -> None:
    agent = await load_agent(model)
    for line in sys.stdin:
        readings = [await agent.parse_message(text) for text in json.loads(line)]
        ANSWERS.write(json.dumps(readings) + "\n")
        ANSWERS.flush()


asyncio.run(main(sys.argv[1]))
