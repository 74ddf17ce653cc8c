/** The line to the gateway: opens or resumes the conversation, says hello, and comes back by itself when it drops. */

import type { ClientFrame, ServerFrame } from "./protocol";
import type { Session, Ticket } from "./session";

export type LineState = "idle" | "connecting" | "ready" | "lost";

export interface Listener {
  /** The last message seen, so that the server replays only what came after it. */
  after(): number;
  /** The line is about to speak for `conversation`; `replaces` tells that the earlier one was refused. */
  entered(conversation: string, replaces: boolean): void;
  received(frame: ServerFrame): void;
  lineChanged(): void;
}

const SILENCE_MS = 10_000;
const STABLE_MS = 5_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export class Line {
  state: LineState = "idle";
  #base: URL;
  #session: Session;
  #identity: string | undefined;
  #listener: Listener;
  #socket: WebSocket | null = null;
  #ticket: Ticket | null = null;
  #refused = false;
  #tries = 0;
  #retry: number | undefined;
  #watchdog: number | undefined;
  #stable: number | undefined;

  constructor(base: URL, session: Session, identity: string | undefined, listener: Listener) {
    this.#base = base;
    this.#session = session;
    this.#identity = identity;
    this.#listener = listener;
  }

  open(): void {
    if (this.state !== "idle") return;
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    this.#become("connecting");
    void this.#connect();
  }

  /** Do not wait out the pause before the next attempt. */
  wake(): void {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    void this.#connect();
  }

  /** Send now; false when the line is down (the caller keeps the frame until the line is ready again). */
  send(frame: ClientFrame): boolean {
    if (this.state !== "ready" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    if (frame.type !== "typing" && this.#watchdog === undefined) this.#expectAnswer();
    return true;
  }

  async #connect(): Promise<void> {
    let ticket: Ticket;
    try {
      ticket = await this.#enter();
    } catch {
      return this.#lose();
    }
    const url = new URL("chat/socket", this.#base);
    url.protocol = url.protocol.replace("http", "ws");
    let socket: WebSocket;
    try {
      socket = new WebSocket(url);
    } catch {
      return this.#lose(); // a policy of the page forbids it
    }
    this.#socket = socket;
    this.#expectAnswer();
    socket.onopen = () =>
      socket.send(
        JSON.stringify({ type: "hello", token: ticket.token, after: this.#listener.after() } satisfies ClientFrame),
      );
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => this.#lose();
  }

  /** The conversation to speak in: this page's own until it is refused, the one remembered, or a new one. */
  async #enter(): Promise<Ticket> {
    if (this.#ticket) return this.#ticket;
    const ticket = await this.#obtain();
    this.#session.keep(ticket);
    this.#ticket = ticket;
    this.#listener.entered(ticket.conversation, this.#refused);
    this.#refused = false;
    return ticket;
  }

  async #obtain(): Promise<Ticket> {
    const identity = this.#identity;
    const remembered = this.#session.ticketFor(identity);
    if (remembered && !identity) return remembered;
    const answer = await fetch(new URL("chat/conversations", this.#base), {
      method: "POST",
      headers: { "content-type": "application/json" },
      credentials: "omit",
      body: JSON.stringify({
        ...(identity && { identity }),
        ...(remembered && { conversation_token: remembered.token }),
      }),
      signal: AbortSignal.timeout(SILENCE_MS),
    });
    if (answer.status === 401 && identity) {
      console.warn("Meantime: the identity token was refused; going on as not signed in.");
      this.#identity = undefined;
      return this.#obtain();
    }
    if (remembered && [400, 403, 404, 410, 422].includes(answer.status)) this.#session.forget(remembered.token);
    if (!answer.ok) throw new Error(`conversation refused: ${answer.status}`);
    const { conversation_id, token } = (await answer.json()) as { conversation_id: string; token: string };
    return { conversation: conversation_id, token, signedIn: Boolean(identity) };
  }

  #receive(data: unknown): void {
    this.#heard();
    let frame: ServerFrame;
    try {
      frame = JSON.parse(String(data)) as ServerFrame;
    } catch {
      return console.warn("Meantime: a frame that is not JSON was ignored.");
    }
    if (frame.type === "error" && frame.code === "bad_token") {
      if (this.#ticket) this.#session.forget(this.#ticket.token);
      this.#ticket = null;
      this.#refused = true;
      return this.#lose();
    }
    if (frame.type === "ready") {
      this.#stable = setTimeout(() => (this.#tries = 0), STABLE_MS);
      this.#become("ready");
    } else if (this.state !== "ready") {
      this.#expectAnswer(); // still replaying: "ready" has to follow
    }
    this.#listener.received(frame);
  }

  /** A connection may be dead without the browser noticing: silence after a question ends it. */
  #expectAnswer(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#lose(), SILENCE_MS);
  }

  #heard(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }

  #lose(): void {
    this.#heard();
    clearTimeout(this.#stable);
    if (this.#socket) {
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close();
      this.#socket = null;
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.wake(), wait * (0.5 + Math.random() / 2));
    this.#become("lost");
  }

  #become(state: LineState): void {
    if (state === this.state) return;
    this.state = state;
    this.#listener.lineChanged();
  }
}
