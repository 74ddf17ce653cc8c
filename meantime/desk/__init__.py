"""The staff's web app: sign-in, the queue, conversations, and what leads look after."""
