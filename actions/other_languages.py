"""Whether somebody writes in another language. We read English only, and say so instead of guessing."""

from __future__ import annotations

import re

from actions.intents import COMPLAINT, KEEP_WAITING, STOP

MAY_BE = frozenset(
    {
        *("affirm", "deny", "inform", "greet", "goodbye", "repeat", "bot_challenge", "correct_details", "ask_policy"),
        *("nlu_fallback", "out_of_scope", COMPLAINT, KEEP_WAITING, STOP),
    }
)
"""Intents that foreign words are taken for. A wish that was understood all the same is answered."""
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# Words that English does not have. Spanish, French, German, Italian, Portuguese, in this order.
FOREIGN = frozenset(
    """entiendo comprendo hablo hablas habla español espanol inglés ingles dónde donde está mi pedido quiero cancelar
    gracias hola qué cuándo cuando ayuda necesito puedo sí por dinero llega todavía tienda usted
    je ne comprends parle parlez français francais anglais où commande bonjour merci veux voudrais annuler plaît
    quand livraison colis oui
    ich verstehe nicht wo ist meine mein bestellung bitte danke hallo stornieren möchte kommt wann kein keine
    englisch deutsch sprechen paket nein
    dov'è capisco parlo italiano inglese ordine grazie ciao vorrei annullare mio quando soldi
    onde meu minha não nao entendo obrigado obrigada quero português portugues olá encomenda
    """.split()  # noqa: SIM905
)
ENGLISH = frozenset(
    """the is my your where i you it to and of please what when can want do in order for cancel not this that have
    with was are me but how why will would""".split()  # noqa: SIM905
)


def is_not_english(intent: str, text: str) -> bool:
    """Return whether ``text`` is in another language, as far as its commonest words or its letters tell."""
    if intent not in MAY_BE:
        return False
    words = [word.casefold() for word in WORD.findall(text.replace("’", "'"))]
    if not words or not ENGLISH.isdisjoint(words):
        return False
    foreign = sum(word in FOREIGN or not _is_latin(word) for word in words)
    return 3 * foreign >= len(words)


def _is_latin(word: str) -> bool:
    return ord(word[0]) < 0x250
