"""Orders, stock, promises, cancellations, identity: the rules of the shop. No web, no Rasa, no wording."""
