"""The gateway: puts the rooms together into one FastAPI application, and serves it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meantime import observe, shop_pages
from meantime.channels import website
from meantime.channels.address import Addresses
from meantime.channels.chat import Chat
from meantime.channels.frames import LARGEST_FRAME
from meantime.channels.origins import Origins
from meantime.conversations.engine import Engine
from meantime.conversations.pace import Pace
from meantime.conversations.rasa import Rasa
from meantime.conversations.rate import Rate
from meantime.conversations.storage import Storage
from meantime.conversations.wake import Hub
from meantime.db import Database
from meantime.feeds import api as feeds
from meantime.feeds.problems import install_problems
from meantime.settings import Settings
from meantime.shop.tables import Customer
from meantime.shop_pages import STATIC, WIDGET
from meantime.worker import Worker

log = structlog.get_logger()
pages = APIRouter(include_in_schema=False)


def create_app(settings: Settings, database: Database | None = None, pace: Pace | None = None) -> FastAPI:
    """Return the gateway over a migrated database. Its worker runs as long as the application does."""
    pace = pace or Pace()
    database = database or Database(settings.database_url)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        storage, hub = Storage(database, pace), Hub(database)
        rasa = Rasa(settings.rasa, settings.actions, settings.rasa_shared_secret.get_secret_value(), pace)
        engine = Engine(storage, rasa, hub, settings.secret_key.get_secret_value(), pace)
        identity = settings.identity_jwt_secret
        app.state.rasa = rasa
        app.state.chat = Chat(
            storage=storage,
            engine=engine,
            hub=hub,
            rate=Rate(pace),
            pace=pace,
            addresses=Addresses(settings.trusted_proxies, settings.secret_key.get_secret_value()),
            identity_secret=identity.get_secret_value() if identity else None,
            known_customer=is_customer,
        )
        worker = asyncio.create_task(Worker(storage, engine, hub, pace).run())
        try:
            yield
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
            await engine.stop()
            await rasa.close()
            database.dispose()

    app = FastAPI(title=settings.shop_name, lifespan=life, docs_url=None, redoc_url=None)
    app.state.database, app.state.settings = database, settings
    app.add_middleware(Origins, allowed=settings.origins, prefix="/chat/")
    app.add_middleware(NoTraces)
    app.include_router(website.router, include_in_schema=False)
    app.include_router(feeds.router)
    install_problems(app)
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
        proxy_headers=False,  # TRUSTED_PROXIES decides, not uvicorn's own list
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
    )


def is_customer(session: Session, customer_id: str) -> bool:
    return session.get(Customer, customer_id) is not None


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
                problem = {"type": "about:blank", "title": "Something went wrong here.", "status": 500}
                await JSONResponse(problem, 500, media_type="application/problem+json")(scope, receive, send)
