"""One open website socket. The database is the truth: woken, it reads what is new after the last message it sent."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from meantime.channels import frames
from meantime.channels.chat import Chat
from meantime.channels.doorkeeper import SOCKETS, TooMuch
from meantime.channels.frames import LARGEST_FRAME, BadFrame, Frame, Hello
from meantime.channels.seen import Seen
from meantime.conversations import metering
from meantime.conversations.inbox import Chose, Refused, Said, TooFast, UnknownConversation
from meantime.conversations.opening import note_address
from meantime.conversations.reading import News, news_after
from meantime.conversations.seen import is_awaited, note_seen
from meantime.conversations.storage import StorageBusy
from meantime.conversations.tables import AGENT, BOT, CUSTOMER, QUEUE, new_id
from meantime.conversations.tokens import conversation_of, hash_token
from meantime.conversations.wake import Listener

REFUSED, TOO_BIG, BROKEN, TRY_LATER = 1008, 1009, 1011, 1013
SHOWN_TYPING = (BOT, AGENT)

type Answers = tuple[str, str, int | None]
"""Who answers, the name of the person, and how many wait before this conversation."""

log = structlog.get_logger()


class Ended(Exception):
    """This socket cannot go on: the customer's side is told ``error``, if any, and it is closed."""

    def __init__(self, close: int, error: str | None = None) -> None:
        super().__init__(close)
        self.close = close
        self.error = error


class ChatSocket:
    """Reads frames in one task and shows news in another; both send."""

    def __init__(self, socket: WebSocket, chat: Chat, address_hash: str) -> None:
        self._socket = socket
        self._chat = chat
        self._id = new_id()
        self._address_hash = address_hash
        self._loop = asyncio.get_running_loop()
        self._sending = asyncio.Lock()
        self._conversation_id = ""
        self._token_hash = ""
        self._listener = Listener()
        self._sent_seq = 0
        self._answers: Answers = ("", "", None)
        self._told = 0
        """How often the customer was told anything but their own words."""
        self._owed: dict[str, list[asyncio.TimerHandle]] = defaultdict(list)
        """Client ids that wait for their `done`: one timer for each frame that said so."""
        self._asides: set[asyncio.Task[None]] = set()
        self._seen = Seen(self._note_seen, chat.pace.seen_after)

    async def serve(self) -> None:
        await self._socket.accept()
        with metering.sockets_open.track_inprogress():
            try:
                with self._let_in():
                    await self._serve()
            except WebSocketDisconnect:
                pass
            except Exception as error:
                await self._leave(error)

    @contextmanager
    def _let_in(self) -> Iterator[None]:
        doorkeeper = self._chat.doorkeeper
        try:
            doorkeeper.count(self._socket)
            with doorkeeper.socket(self._socket):
                yield
        except TooMuch:
            raise Ended(TRY_LATER, "too_many") from None

    async def _serve(self) -> None:
        hub = self._chat.hub
        await self._enter(await self._hello())
        if hub.how_many_read(self._conversation_id) >= self._chat.doorkeeper.rules.sockets_of_conversation:
            self._chat.doorkeeper.refuse(SOCKETS, 0)
            raise Ended(TRY_LATER, "too_many")
        with hub.listening(self._conversation_id, SHOWN_TYPING) as self._listener:
            await self._talk()

    async def _hello(self) -> Hello:
        try:
            async with asyncio.timeout(self._chat.pace.hello_within):
                frame = frames.parse(await self._receive())
        except (BadFrame, TimeoutError):
            raise Ended(REFUSED, "bad_frame") from None
        if not isinstance(frame, Hello):
            raise Ended(REFUSED, "bad_frame")
        self._sent_seq = frame.after
        return frame

    async def _enter(self, hello: Hello) -> None:
        storage = self._chat.storage
        found = await storage.read(partial(conversation_of, token=hello.token))
        if found is None:
            raise Ended(REFUSED, "bad_token")
        self._conversation_id, self._token_hash = found.id, hash_token(hello.token)
        if found.address_hash != self._address_hash:
            await storage.write(partial(note_address, conversation_id=found.id, address_hash=self._address_hash))

    async def _talk(self) -> None:
        if self._sent_seq:
            self._seen.read_up_to(self._sent_seq)
        await self._replay()
        both = [self._loop.create_task(work) for work in (self._take_for_ever(), self._show_for_ever())]
        try:
            ended, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()  # raises why
        finally:
            await self._seen.close()
            for timers in self._owed.values():
                _cancel(timers)
            for task in both:
                task.cancel()
            await asyncio.gather(*both, *self._asides, return_exceptions=True)

    async def _receive(self) -> str:
        event = await self._socket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1000))
        text = event.get("text")
        if len(text or event.get("bytes") or "") > LARGEST_FRAME:
            raise Ended(TOO_BIG)
        return text or ""

    # What the customer's side says

    async def _take_for_ever(self) -> None:
        while True:
            text = await self._receive()
            self._seen.alive()
            await self._take(text)

    async def _take(self, text: str) -> None:
        try:
            self._chat.rate.count_frame(self._id)
        except TooFast:
            raise Ended(TRY_LATER, "too_fast") from None
        try:
            frame = frames.parse(text)
        except BadFrame as bad:
            await self._refuse("bad_frame", bad.words_id, is_words=bad.is_words)
            return
        if isinstance(frame, Said | Chose):
            await self._take_word(frame)
        elif isinstance(frame, Hello):
            await self._refuse("bad_frame")
        elif self._answers[0] != BOT:  # nobody but a person is interested
            self._chat.hub.types(self._conversation_id, CUSTOMER)

    async def _take_word(self, word: Said | Chose) -> None:
        timer = self._loop.call_later(self._chat.pace.busy_after, self._break_silence, self._told)
        try:
            self._chat.rate.count(self._conversation_id)
            told_by = replace(word, token_hash=self._token_hash)
            is_asked = await self._chat.engine.accept(self._conversation_id, told_by)
        except (Refused, StorageBusy) as error:
            timer.cancel()
            code = error.code if isinstance(error, Refused) else "try_again"
            await self._refuse(code, word.client_id, is_words=True)
        except BaseException:
            timer.cancel()
            raise
        else:
            self._owed[word.client_id].append(timer)
            if not is_asked:
                self._listener.wake()  # it may have been dealt with before it was owed

    async def _refuse(self, code: str, words_id: str | None = None, *, is_words: bool = False) -> None:
        metering.refused.labels(code).inc()
        await self._send(frames.error(code, words_id))
        if is_words:
            await self._send(frames.done(words_id))

    def _break_silence(self, told: int) -> None:
        """Words were taken when ``told`` things had been said, and nothing since: not even a sentence could be
        stored for the customer, so this one is said unstored."""
        if self._told == told:
            aside = self._loop.create_task(self._say_aside(frames.error("busy")))
            self._asides.add(aside)
            aside.add_done_callback(self._asides.discard)

    async def _say_aside(self, frame: Frame) -> None:
        with suppress(Ended, WebSocketDisconnect, RuntimeError):  # who reads or shows ends this socket
            await self._send(frame)

    # What the customer's side is shown

    async def _replay(self) -> None:
        news = await self._read_news()
        self._sent_seq = min(self._sent_seq, news.last_seq)
        while True:
            await self._show_messages(news)
            if news.is_all:
                break
            news = await self._read_news()
        self._answers, self._listener.revision = _answers(news), news.revision
        self._listener.waits, self._listener.ahead = news.owner == QUEUE, news.ahead
        await self._send(frames.ready(self._sent_seq, *self._answers))

    async def _show_for_ever(self) -> None:
        while True:
            await self._listener.woken.wait()
            self._listener.woken.clear()
            try:
                if self._listener.is_stale:
                    self._listener.is_stale = False
                    await self._show_news()
                await self._show_typing()
                await self._show_place()
            except StorageBusy:
                self._listener.wake()

    async def _show_news(self) -> None:
        news = await self._read_news()
        while not news.is_all:
            await self._show_messages(news)
            news = await self._read_news()
        await self._show_messages(news)
        self._listener.waits, self._listener.ahead = news.owner == QUEUE, news.ahead
        await self._show_answers(_answers(news))
        for words_id in [words_id for words_id in self._owed if words_id in news.handled]:  # in the order they came
            for timer in self._owed.pop(words_id):
                timer.cancel()
                await self._send(frames.done(words_id))
        self._listener.revision = news.revision

    async def _show_messages(self, news: News) -> None:
        for shown in news.messages:
            if shown.author != CUSTOMER:
                await self._show_typing()
            await self._send(frames.message(shown), is_told=shown.author != CUSTOMER)
            self._sent_seq = shown.seq
            if shown.author == AGENT:
                self._seen.shown(shown.seq)

    async def _show_typing(self) -> None:
        """A person's typing is shown only where a person answers: elsewhere nobody has to know who looks on."""
        while self._listener.typing:
            author, name = self._listener.typing.popitem()
            if author == BOT or self._answers[0] == AGENT:
                await self._send(frames.typing(author, name), is_told=False)

    async def _show_place(self) -> None:
        """Tell a customer who waits that they have moved up."""
        if self._answers[0] == QUEUE:
            await self._show_answers((QUEUE, self._answers[1], self._listener.ahead))

    async def _show_answers(self, answers: Answers) -> None:
        if self._answers != answers:
            self._answers = answers
            await self._send(frames.owner(*answers))

    async def _note_seen(self, seq: int) -> None:
        """What was to be sent to a customer who has left need not be: they are here."""
        storage, conversation_id = self._chat.storage, self._conversation_id
        try:
            if await storage.read(partial(is_awaited, conversation_id=conversation_id, seq=seq)):
                await storage.write(partial(note_seen, conversation_id=conversation_id, seq=seq))
        except (StorageBusy, UnknownConversation):
            pass  # then they get it twice

    async def _read_news(self) -> News:
        return await self._chat.storage.read(
            partial(
                news_after,
                conversation_id=self._conversation_id,
                seq=self._sent_seq,
                waiting_for=tuple(self._owed),
                token_hash=self._token_hash,
            )
        )

    async def _send(self, frame: Frame, *, is_told: bool = True) -> None:
        try:
            async with asyncio.timeout(self._chat.pace.send_within), self._sending:
                await self._socket.send_json(frame)
        except TimeoutError:
            raise Ended(TRY_LATER) from None
        self._told += is_told

    async def _leave(self, error: Exception) -> None:
        """Close after ``error``, in words where there are some."""
        match error:
            case Ended():
                ended = error
            case UnknownConversation():
                ended = Ended(REFUSED, "bad_token")
            case StorageBusy():
                ended = Ended(TRY_LATER, "try_again")
            case _:
                log.error("socket.failed", error=type(error).__name__, conversation=self._conversation_id)
                ended = Ended(BROKEN, "try_again")
        try:
            if ended.error is not None:
                await self._send(frames.error(ended.error))
            async with asyncio.timeout(self._chat.pace.send_within):
                await self._socket.close(ended.close)
        except (Ended, TimeoutError, WebSocketDisconnect, RuntimeError):
            pass  # the other side was faster, or takes nothing any more


def _answers(news: News) -> Answers:
    return news.owner, news.agent_name, news.ahead


def _cancel(timers: list[asyncio.TimerHandle]) -> None:
    for timer in timers:
        timer.cancel()
