"""What is misconfigured or does not answer, in words that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from meantime.channels.sms import in_e164
from meantime.db import Database
from meantime.mail_check import mail_troubles
from meantime.number_check import number_troubles
from meantime.settings import ROOT, Settings
from meantime.shop.policy import Contact, load_policy
from meantime.training import model_file

ANSWERS_WITHIN_SECONDS = 3
ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")


def examine(settings: Settings) -> list[str]:
    """Return one sentence for each trouble; nothing when all is well."""
    policy = load_policy(settings.policy_file)
    return [
        *_database(settings),
        *_files(),
        *number_troubles(settings, policy),
        *_customers(settings, policy.contact),
        *_texts(settings),
        *mail_troubles(settings, policy.contact),
        *_processes(settings),
    ]


def _database(settings: Settings) -> Iterator[str]:
    database = Database(settings.database_url)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    try:
        with database.engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        where = database.url.render_as_string(hide_password=True)
        yield f"The database at {where} does not answer ({type(error).__name__}). Check DATABASE_URL and that it runs."
        return
    finally:
        database.dispose()
    if present is None:
        yield "The database is new and empty. Run: .venv/bin/meantime import FOLDER, or .venv/bin/meantime demo"
    elif present != newest:
        yield "The database has an older schema. Run: .venv/bin/meantime serve (it is brought up to date then)."


def _files() -> Iterator[str]:
    if not model_file().exists():
        yield "There is no model for the present training data. Run: .venv/bin/meantime train"
    if not (ROOT / "meantime" / "static" / "widget.js").exists():
        yield "The chat widget is not built. Run: make setup"


def _customers(settings: Settings, contact: Contact) -> Iterator[str]:
    if settings.identity_jwt_secret is None:
        yield "IDENTITY_JWT_SECRET is not set, so signed-in customers are asked who they are. Share it with your shop."
    if not (contact.phone or contact.email):
        yield "The policy names no phone or e-mail (contact:), so customers who want a person are told of neither."
    if settings.public_url and not settings.public_url.startswith("https://"):
        yield "PUBLIC_URL does not start with https://, so conversations would cross the network unencrypted."
    if settings.public_url and not settings.allowed_origins:
        yield (
            "PUBLIC_URL is set and ALLOWED_ORIGINS is not, so the chat opens on our own pages only. Name your shop's, "
            "like ALLOWED_ORIGINS=https://shop.example.com"
        )
    if settings.public_url and not settings.trusted_proxies:
        yield (
            "PUBLIC_URL is set and TRUSTED_PROXIES is not, so all customers seem to come from your web server, and no "
            "limit by address holds. Name it, like TRUSTED_PROXIES=127.0.0.1"
        )


def _texts(settings: Settings) -> Iterator[str]:
    sid, token, number = settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_from
    if not (sid or token or number):
        return
    if sid and token is None:
        yield "TWILIO_ACCOUNT_SID is set without TWILIO_AUTH_TOKEN, so no text message is believed, and none is sent."
    if token and not sid:
        yield "TWILIO_AUTH_TOKEN is set without TWILIO_ACCOUNT_SID, so text messages come in and are never answered."
    if sid and not ACCOUNT_SID.fullmatch(sid):
        yield "TWILIO_ACCOUNT_SID is no account's id: it starts with AC, and 32 letters a-f and digits follow."
    if number and in_e164(number) != number:
        yield "TWILIO_FROM is not a number in E.164: write it with its country and no spaces, like +15035550100."
    if not number:
        yield "TWILIO_FROM is not set, so text messages are answered, but none is begun. Name your Twilio number."
    if not settings.public_url:
        yield (
            "PUBLIC_URL is not set: Twilio signs the address it calls, and reports there whether texts arrived. "
            "Set it to how Twilio reaches you, like https://chat.example.com"
        )


def _processes(settings: Settings) -> Iterator[str]:
    gateway = f"http://127.0.0.1:{settings.port}/healthz"
    for name, url in (
        ("The gateway", gateway),
        ("Rasa", f"{settings.rasa}/webhooks/gateway/health"),
        ("The action server", f"{settings.actions}/health"),
    ):
        try:
            answers = httpx.get(url, timeout=ANSWERS_WITHIN_SECONDS).is_success
        except httpx.HTTPError:
            answers = False
        if not answers:
            yield (
                f"{name} does not answer at {url}. Start everything with: make run. "
                "If it runs on other ports, give this command the same PORT, RASA_PORT and ACTIONS_PORT."
            )
