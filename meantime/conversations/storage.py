"""The database from async code: each transaction in a thread, tried again while the database is locked or away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import structlog
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm import Session

from meantime.conversations.pace import Pace
from meantime.db import Database

READERS = 8
WRITERS = 8

log = structlog.get_logger()


class StorageBusy(Exception):
    """The database could not be used for as long as we were willing to wait."""


class Storage:
    """Runs functions that take a Session. On SQLite one write at a time: waiting our turn in order costs less
    than having SQLite ask again and again whether the lock is free."""

    def __init__(self, database: Database, pace: Pace) -> None:
        self.database = database
        self._pace = pace
        self._readers = CapacityLimiter(READERS)
        self._writers = CapacityLimiter(1 if database.is_sqlite else WRITERS)

    async def read[Result](self, work: Callable[[Session], Result]) -> Result:
        """Run ``work`` in a reading transaction. Raises StorageBusy."""
        return await self._persist(partial(self._in_reading, work), self._readers, self._pace.store_within)

    async def write[Result](self, work: Callable[[Session], Result], *, within: float | None = None) -> Result:
        """Run ``work`` in a writing transaction, again and again for ``within`` seconds while the database does
        not let us. Raises StorageBusy."""
        seconds = self._pace.store_within if within is None else within
        return await self._persist(partial(self._in_writing, work), self._writers, seconds)

    async def sweep(self) -> None:
        """See Database.sweep."""
        await to_thread.run_sync(self.database.sweep, limiter=self._writers)

    async def ping(self) -> bool:
        """Return whether the database answers."""
        try:
            await to_thread.run_sync(self.database.ping, limiter=self._readers)
        except (DBAPIError, TimeoutError):
            return False
        return True

    async def _persist[Result](
        self, transaction: Callable[[], Result], limiter: CapacityLimiter, seconds: float
    ) -> Result:
        clock = asyncio.get_running_loop().time
        give_up_at = clock() + seconds
        while True:
            try:
                return await to_thread.run_sync(transaction, limiter=limiter)
            except (OperationalError, InterfaceError, TimeoutError) as error:
                if clock() >= give_up_at:
                    log.warning("storage.busy", error=type(error).__name__)
                    raise StorageBusy from error
            await asyncio.sleep(self._pace.retry_pause)

    def _in_reading[Result](self, work: Callable[[Session], Result]) -> Result:
        with self.database.reading() as session:
            return work(session)

    def _in_writing[Result](self, work: Callable[[Session], Result]) -> Result:
        with self.database.writing() as session:
            return work(session)
