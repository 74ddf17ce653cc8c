"""Tells which of the shop's rules a question is about: what `ask_policy/returns` is to `ask_policy`.

Rasa's own ResponseSelector does this with DIET, for seconds of training and milliseconds of every message.
"""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, RESPONSE_IDENTIFIER_DELIMITER, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.parts import parts_of
from components.weighed import WeighedComponent, tokens_of

POLICY = "ask_policy"
POLICY_TOPIC = "policy_topic"
# The training data keep it so that a rule we know nothing of is not taken for one that we do.
OTHER = "other"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PolicyTopicClassifier(WeighedComponent, IntentClassifier):
    """Adds `policy_topic` {name, confidence} to a question about the shop's rules; name None: none that we know."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {**WeighedComponent.get_default_config(), "threshold": 0.6}

    def train(self, training_data: TrainingData) -> Resource:
        questions = [
            example for example in training_data.intent_examples if example.get(TEXT) and example.get(INTENT) == POLICY
        ]
        return self.learn(questions, INTENT_RESPONSE_KEY)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(INTENT)["name"] == POLICY:
                message.set(POLICY_TOPIC, self._topic(tokens_of(message)), add_to_output=True)
            for part in parts_of(message):
                if part.intent == POLICY:
                    part.policy_topic = self._topic(part.tokens)
        return messages

    def _topic(self, tokens: List[Token]) -> Dict[str, Any]:
        [best] = self.ranking(tokens, 1)
        topic = best["name"].split(RESPONSE_IDENTIFIER_DELIMITER)[-1]
        is_known = topic != OTHER and best["confidence"] >= self._config["threshold"]
        return {"name": topic if is_known else None, "confidence": best["confidence"]}
