"""The small words that show where a clause begins and what it does: as the tokenizer writes them, in lower case."""

ENDS = {".", "!", "?", ";", "…", "..", "..."}
PAUSES = {",", "-", "–", "—", ":"}
CONNECTORS = {"and", "but", "also", "plus", "n", "&", "then", "so", "oh", "btw", "additionally", "anyway", "besides"}
FILLERS = {
    "ok", "okay", "hi", "hello", "hey", "yes", "yeah", "no", "well", "actually", "just", "sorry", "now", "maybe",
    "oops", "alright", "fine", "thanks", "again", "ugh", "dear", "instead",
}  # fmt: skip

QUESTIONS = {"when", "where", "how", "what", "why", "who", "which", "wheres", "whens", "whats", "hows", "whys"}
AUXILIARIES = {
    "can", "could", "would", "will", "is", "are", "was", "were", "do", "does", "did", "has", "have", "should", "may",
    "any",
}  # fmt: skip
PLEAS = {"please", "pls", "plz", "kindly"}
ORDERS = {
    "add", "call", "cancel", "change", "charge", "check", "connect", "deliver", "email", "exchange", "explain", "find",
    "get", "give", "help", "hold", "keep", "know", "leave", "let", "look", "mail", "make", "message", "notify", "put",
    "refund", "reimburse", "remind", "remove", "replace", "return", "send", "ship", "show", "split", "start", "stop",
    "swap", "switch", "take", "tell", "text", "track", "transfer", "unsubscribe", "update",
}  # fmt: skip
SWAPS = {"swap", "exchange", "replace", "switch", "trade", "substitute"}
TELLINGS = {"tell", "show", "explain", "say"}
DESIRES = {"want", "need", "like", "love", "wanna", "prefer", "wish", "hope", "wait", "take", "keep", "rather"}

SPEAKERS = {"i", "we", "id", "ill", "im"}
SUBJECTS = SPEAKERS | {"my", "you", "u", "it", "he", "she", "they", "this", "that", "there"}
REFERENCES = {"it", "its", "that", "this", "them", "they"}
# What comes before a thing that is named.
DETERMINERS = {"a", "an", "the", "my", "our", "your", "another", "any", "some", "one", "other"}

NEGATIONS = {"not", "never", "no", "without", "nor"}
CONDITIONS = {"if", "unless", "whether", "otherwise", "case", "without"}
TIMES = {"when", "once", "whenever", "as"}
REASONS = {"because", "since", "cuz", "coz", "cause", "bc", "as", "until", "till", "before", "after", "once", "while"}
