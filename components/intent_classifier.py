"""Tells what a message is about, and the same of each of its parts, where it may hold two wishes."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.identification import without_identification
from components.parts import parts_of
from components.weighed import WeighedComponent, tokens_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WeighedIntentClassifier(WeighedComponent, IntentClassifier):
    """Sets the intent, as Rasa's own classifiers do."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {**WeighedComponent.get_default_config(), "ranking_length": 5}

    def train(self, training_data: TrainingData) -> Resource:
        return self.learn([example for example in training_data.intent_examples if example.get(TEXT)], INTENT)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = self.ranking(without_identification(tokens_of(message)), self._config["ranking_length"])
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            for part in parts_of(message):
                [best] = self.ranking(part.tokens, 1)
                part.intent, part.confidence = best["name"], best["confidence"]
        return messages
