"""The gateway: puts the rooms together into one FastAPI application, and serves it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meantime import observe, shop_pages
from meantime.channels import sms, transcript, website
from meantime.channels.address import Addresses
from meantime.channels.chat import Chat
from meantime.channels.courier import Courier
from meantime.channels.doorkeeper import AVAILABILITY, Doorkeeper, Rules
from meantime.channels.email import Post
from meantime.channels.frames import LARGEST_FRAME
from meantime.channels.mail_sender import MailSender
from meantime.channels.origins import Origins
from meantime.channels.sender import Sender
from meantime.channels.signed_forms import SignedForms
from meantime.channels.smtp import MailServer
from meantime.channels.twilio_sender import TwilioSender
from meantime.conversations.engine import Engine
from meantime.conversations.given import mail_address
from meantime.conversations.links import Links
from meantime.conversations.pace import Pace
from meantime.conversations.rasa import Rasa
from meantime.conversations.rate import Rate
from meantime.conversations.storage import Storage
from meantime.conversations.tables import SMS
from meantime.conversations.texting import Texting
from meantime.conversations.wake import Hub
from meantime.db import Database
from meantime.desk import app as desk
from meantime.desk import faults as desk_faults
from meantime.feeds import api as feeds
from meantime.feeds import availability
from meantime.feeds.problems import install_problems
from meantime.feeds.shelf import Shelf
from meantime.settings import Settings
from meantime.shop.identity import customers_proven_in
from meantime.shop.policy import Policy, load_policy
from meantime.shop.tables import Customer
from meantime.shop_pages import STATIC, WIDGET, version_of
from meantime.wording.texting import about_texts
from meantime.wording.transcript import how_to_answer, how_to_reach_us
from meantime.worker import Worker

STYLE = STATIC / "transcript.css"
log = structlog.get_logger()
pages = APIRouter(include_in_schema=False)


def create_app(settings: Settings, database: Database | None = None, pace: Pace | None = None) -> FastAPI:
    """Return the gateway over a migrated database. Its worker runs as long as the application does."""
    pace = pace or Pace()
    database = database or Database(settings.database_url)
    addresses = Addresses(settings.trusted_proxies, settings.secret_key.get_secret_value())
    policy = load_policy(settings.policy_file)
    doorkeeper = Doorkeeper(addresses, rules_of(policy))

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        storage, hub = Storage(database, pace), Hub(database, pace)
        rasa = Rasa(settings.rasa, settings.actions, settings.rasa_shared_secret.get_secret_value(), pace)
        secret = settings.secret_key.get_secret_value()
        engine = Engine(storage, rasa, hub, secret, pace, settings.twilio_from)
        identity = settings.identity_jwt_secret
        app.state.rasa = rasa
        app.state.sms = texting(settings, addresses)
        app.state.chat = Chat(
            storage=storage,
            engine=engine,
            hub=hub,
            rate=Rate(pace),
            pace=pace,
            addresses=addresses,
            doorkeeper=doorkeeper,
            identity_secret=identity.get_secret_value() if identity else None,
            known_customer=is_customer,
            proven_customers=customers_proven_in,
        )
        app.state.desk = desk.Desk(
            storage=storage,
            hub=hub,
            addresses=addresses,
            settings=settings,
            policy=policy,
            secret=secret,
            version=version_of(*(STATIC / name for name in desk.ASSETS)),
        )
        courier = Courier(storage, senders(settings, storage, pace), pace)
        worker = asyncio.create_task(Worker(storage, engine, hub, courier, pace).run())
        try:
            yield
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
            await engine.stop()
            await courier.stop()
            await rasa.close()
            database.dispose()

    app = FastAPI(title=settings.shop_name, lifespan=life, docs_url=None, redoc_url=None)
    app.state.database, app.state.settings = database, settings
    app.state.reading_page = transcript.ReadingPage(
        Links.of(settings),
        settings.shop_name,
        settings.shop_url,
        version_of(STYLE),
        how_to_answer(policy.contact),
        how_to_reach_us(policy.contact),
    )
    app.state.shelf = Shelf(database, policy)
    app.state.availability_seconds_to_wait = partial(doorkeeper.seconds_to_wait, of=AVAILABILITY)
    app.add_middleware(availability.OpenToAll)
    app.add_middleware(Origins, allowed=settings.origins, prefix="/chat/")
    app.add_middleware(NoTraces)
    app.include_router(website.router, include_in_schema=False)
    app.include_router(transcript.router, include_in_schema=False)
    app.include_router(sms.router, include_in_schema=False)
    app.include_router(feeds.router)
    app.include_router(availability.router)
    install_problems(app)
    desk.install(app)
    app.include_router(pages)
    app.include_router(shop_pages.router)
    app.add_api_route("/metrics", observe.metrics, include_in_schema=False, response_model=None)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False))
    return app


def run(settings: Settings, host: str = "127.0.0.1") -> None:
    """Run the gateway until a signal ends it."""
    observe.configure_logging()
    uvicorn.run(
        create_app(settings),
        host=host,
        port=settings.port,
        ws_max_size=LARGEST_FRAME,
        ws_ping_interval=20,  # a customer's side that is gone without a word is noticed within 40 seconds
        ws_ping_timeout=20,
        proxy_headers=False,  # TRUSTED_PROXIES decides, not uvicorn's own list
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
    )


def senders(settings: Settings, storage: Storage, pace: Pace) -> dict[str, Sender]:
    """Return what can send here, by channel; a channel that is not set up has none, and its outbox waits."""
    found: dict[str, Sender] = {}
    if settings.sends_texts and settings.twilio_auth_token:
        reports = f"{settings.gateway_url}{sms.STATUS_PATH}?{sms.DELIVERY}=" if settings.public_url else ""
        found[SMS] = TwilioSender(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            api_url=settings.twilio_api_url,
            status_url=reports,
            seconds=pace.send_seconds,
            at_once=pace.sends_at_once,
        )
    if settings.smtp_url is not None and settings.sends_mail:
        server = MailServer.of(settings.smtp_url.get_secret_value())
        post = Post(
            settings.mail_from, settings.shop_name, mail_address(load_policy(settings.policy_file).contact.email) or ""
        )
        found[MailSender.channel] = MailSender(storage, server, post, Links.of(settings), pace)
    return found


def texting(settings: Settings, addresses: Addresses) -> sms.Sms:
    """Return what text messages are taken with."""
    policy = load_policy(settings.policy_file)
    token = settings.twilio_auth_token
    return sms.Sms(
        forms=SignedForms(token.get_secret_value() if token else "", settings.public_url, addresses),
        rules=Texting(
            answers_keywords=policy.sms.keywords == "own",
            help=about_texts(settings.shop_name, policy.contact.phone, policy.contact.email),
        ),
    )


def rules_of(policy: Policy) -> Rules:
    """Return what the shop's policy lets in from one address."""
    limits = policy.limits
    return Rules(
        openings_an_hour=limits.conversations_per_address_hour,
        requests_a_minute=limits.requests_per_address_minute,
        availability_a_minute=limits.availability_per_address_minute,
        sockets=limits.sockets_per_address,
        sockets_of_conversation=limits.sockets_per_conversation,
    )


def is_customer(session: Session, customer_id: str) -> bool:
    customer = session.get(Customer, customer_id)
    return customer is not None and customer.erased_at is None


@pages.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "alive"}


@pages.get("/readyz")
async def readyz(request: Request) -> Response:
    """Say whether a customer would get an answer now, and what is missing if not."""
    rasa: Rasa = request.app.state.rasa
    chat: Chat = request.app.state.chat
    up = dict(
        zip(
            ("database", "rasa", "actions"),
            await asyncio.gather(chat.storage.ping(), rasa.is_up(), rasa.actions_are_up()),
            strict=True,
        )
    )
    body = {"ready": all(up.values()), **{name: "ok" if is_up else "not answering" for name, is_up in up.items()}}
    return JSONResponse(body, 200 if body["ready"] else 503)


@pages.get("/widget.js")
async def widget() -> Response:
    """The one script a shop puts on its pages, wherever they are."""
    if not WIDGET.is_file():
        return JSONResponse({"title": "The widget has not been built.", "status": 404}, 404)
    return FileResponse(WIDGET, headers={"access-control-allow-origin": "*", "cache-control": "no-cache"})


def _route(scope: Scope) -> str:
    """The pattern, not the path: a path may name a customer."""
    return str(getattr(scope.get("route"), "path", "unknown"))


def _sorry(scope: Scope) -> Response:
    if desk_faults.is_ours(scope["path"]):
        return desk_faults.failed(scope)
    problem = {"type": "about:blank", "title": "Something went wrong here.", "status": 500}
    return JSONResponse(problem, 500, media_type="application/problem+json")


class NoTraces:
    """Outermost: an error nobody foresaw is logged without its text and answered without its trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            log.exception("request.failed", error=type(error).__name__, route=_route(scope))
            if scope["type"] == "http" and not has_begun:
                await _sorry(scope)(scope, receive, send)
