"""A stand-in for Twilio: a real HTTP server that keeps what it was given and does as a test tells it."""

from tests.twilio_stand_in.phone import Phone
from tests.twilio_stand_in.server import TwilioStandIn

__all__ = ["Phone", "TwilioStandIn"]
