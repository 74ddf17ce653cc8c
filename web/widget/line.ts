/** The line to the gateway: enters the conversation, says hello, and comes back by itself when it drops. */

import { BadIdentity, BadOrigin, enter, TooMany } from "./opening";
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
  /** The gateway's words when it will not have another conversation just now. */
  refusal = "";
  #base: URL;
  #session: Session;
  #identity: string | undefined;
  #listener: Listener;
  #socket: WebSocket | null = null;
  #ticket: Ticket | null = null;
  #refused = false;
  #hasWarned = false;
  #tries = 0;
  #attempt = 0;
  #retry: number | undefined;
  #watchdog: number | undefined;
  #stable: number | undefined;

  constructor(base: URL, session: Session, identity: string | undefined, listener: Listener) {
    this.#base = base;
    this.#session = session;
    this.#identity = identity;
    this.#listener = listener;
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => {
      if (this.state === "ready") this.#lose();
      else this.#listener.lineChanged(); // why it is down has changed
    });
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  get token(): string | undefined {
    return this.#ticket?.token;
  }

  open(): void {
    if (this.state === "idle") this.#begin();
  }

  /** Do not wait out the pause before the next attempt, unless the gateway asked for it. */
  wake(): void {
    if (this.#retry !== undefined && !this.refusal) void this.#connect();
  }

  /** Send now; false when the line is down (the caller keeps the frame until the line is ready again). */
  send(frame: ClientFrame): boolean {
    if (this.state !== "ready" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    if (frame.type !== "typing" && this.#watchdog === undefined) this.#expectAnswer();
    return true;
  }

  /** From now on speak for whom `identity` names, in the conversation that is then right. */
  identify(identity: string | undefined): void {
    this.#identity = identity;
    this.reenter();
  }

  /** Ask anew which conversation this is: another tab has entered one, or somebody has signed in. */
  reenter(): void {
    this.#ticket = null;
    if (this.state === "idle") return;
    this.#hangUp();
    this.#begin();
  }

  /** Be as before the first word: nothing is connected, and no conversation is known. */
  leave(): void {
    this.#ticket = null;
    this.#hangUp();
    this.#become("idle");
  }

  #begin(): void {
    this.#tries = 0;
    this.#become("connecting");
    void this.#connect();
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const attempt = ++this.#attempt;
    const identity = this.#identity;
    let ticket = this.#ticket;
    try {
      ticket ??= await enter(this.#base, this.#session, identity);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      if (error instanceof BadIdentity) {
        const why = error.message && ` (${error.message})`;
        console.warn(`Meantime: the identity token was refused${why}; going on as not signed in.`);
        this.#identity = undefined;
        return void this.#connect();
      }
      if (error instanceof BadOrigin) this.#warnOfOrigin();
      return error instanceof TooMany ? this.#lose(error.waitMs, error.message) : this.#lose();
    }
    if (attempt !== this.#attempt) return; // somebody else is signed in by now
    if (ticket !== this.#ticket) {
      this.#ticket = ticket;
      this.#listener.entered(ticket.conversation, this.#refused);
      this.#refused = false;
    }
    this.#speak(ticket);
  }

  #warnOfOrigin(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    console.warn(
      `Meantime: the gateway at ${this.#base.origin} refuses pages of ${location.origin}; name it in ALLOWED_ORIGINS.`,
    );
  }

  #speak(ticket: Ticket): void {
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

  #receive(data: unknown): void {
    this.#heard();
    let frame: ServerFrame;
    try {
      frame = JSON.parse(String(data)) as ServerFrame;
    } catch {
      return console.warn("Meantime: a frame that is not JSON was ignored.");
    }
    if (frame.type === "error" && frame.code === "bad_token") {
      if (this.#ticket) this.#session.drop(this.#ticket.token);
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

  #lose(waitMs?: number, refusal = ""): void {
    this.#hangUp();
    this.refusal = refusal;
    const backOff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++) * (0.5 + Math.random() / 2);
    this.#retry = setTimeout(() => void this.#connect(), waitMs ?? backOff);
    this.#become("lost");
  }

  /** Close the socket, and let nothing that is still under way come through. */
  #hangUp(): void {
    this.#attempt++;
    this.#heard();
    clearTimeout(this.#stable);
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.refusal = "";
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #become(state: LineState): void {
    if (state === this.state && !this.refusal) return;
    this.state = state;
    this.#listener.lineChanged();
  }
}
