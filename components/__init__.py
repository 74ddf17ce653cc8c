"""What runs inside Rasa's own process (.venv-rasa, Python 3.10). Imports nothing of `meantime`: they talk HTTP."""
