/** The conversation as the customer sees it: what was said, what waits to be sent, who answers. Knows no DOM. */

import type { Asks, Message, Owner, ServerFrame } from "./protocol";
import type { Session, Unsent } from "./session";
import { Line, type LineState, type Listener } from "./socket";
import type { Texts } from "./texts";

/** A line that the widget itself adds to the log, after the message with this seq. */
export interface Note {
  key: string;
  after: number;
  text: string;
  isError: boolean;
}

export type Entry = { message: Message } | { note: Note } | { unsent: Unsent };

const TYPING_SHOWN_MS = 6_000;
const TYPING_SENT_EVERY_MS = 4_000;

export class Conversation extends EventTarget implements Listener {
  owner: Owner = "bot";
  ownerName = "";
  unread = 0;
  isWatched = false;
  #texts: Texts;
  #session: Session;
  #line: Line;
  #id: string | null;
  #messages: Message[] = [];
  #notes: Note[] = [];
  #unsent: Unsent[];
  #chosen: Record<number, string>;
  /** Own words kept from an earlier page. */
  #leftOver: Set<string>;
  /** Own words that nobody has answered yet, oldest first. */
  #unanswered = new Set<string>();
  /** Own words that the server is done with without having said them back yet. */
  #settled = new Set<string>();
  #wasReady = false;
  #lastError: string | null = null;
  #typing: number | undefined;
  #typingSent = 0;

  constructor(base: URL, session: Session, texts: Texts, identity: string | undefined) {
    super();
    this.#texts = texts;
    this.#session = session;
    this.#id = session.ticketFor(identity)?.conversation ?? null;
    ({ unsent: this.#unsent, chosen: this.#chosen } = session.draft(this.#id));
    this.#leftOver = new Set(this.#unsent.map(({ id }) => id));
    this.#line = new Line(base, session, identity, this);
  }

  // What the view shows

  get line(): LineState {
    return this.#line.state;
  }

  /** Messages by seq, notes and refused words where they happened, and last what is still on its way. */
  get entries(): Entry[] {
    const refused = this.#unsent.filter(isRefused);
    const asides = [
      ...refused.map((unsent) => ({ after: unsent.refusedAfter, entry: { unsent } })),
      ...this.#notes.map((note) => ({ after: note.after, entry: { note } })),
    ].sort((a, b) => a.after - b.after);
    const entries: Entry[] = [];
    for (const message of this.#messages) {
      while (asides[0] && asides[0].after < message.seq) entries.push(asides.shift()!.entry);
      entries.push({ message });
    }
    return [
      ...entries,
      ...asides.map(({ entry }) => entry),
      ...this.#unsent.filter((unsent) => !isRefused(unsent)).map((unsent) => ({ unsent })),
    ];
  }

  /** The one message whose options may still be chosen. */
  get offering(): Message | undefined {
    return this.#messages.findLast((message) => message.options?.length || message.cards?.some((card) => card.option));
  }

  chosenOf(message: Message): string | undefined {
    return this.#chosen[message.seq];
  }

  /** What the last message asks for; plain text once it was answered. */
  get asks(): Asks {
    const last = this.#messages.at(-1);
    return (this.#unsent.every(isRefused) && last?.author !== "customer" && last?.asks) || "text";
  }

  get isSomeoneTyping(): boolean {
    if (this.line !== "ready") return false;
    return this.#typing !== undefined || (this.owner === "bot" && this.#unanswered.size > 0);
  }

  // What the customer does

  open(): void {
    this.#line.open();
  }

  watch(watched: boolean): void {
    this.isWatched = watched;
    if (watched) this.unread = 0;
    this.#changed();
  }

  say(text: string): void {
    this.#post({ id: newId(), text });
  }

  choose(message: Message, option: string, title: string): void {
    if (this.chosenOf(message)) return;
    this.#chosen[message.seq] = option;
    this.#post({ id: newId(), text: title, option, of: message.seq });
  }

  sayAgain(unsent: Unsent): void {
    this.#take(unsent.id);
    this.say(unsent.text);
  }

  typed(): void {
    const now = Date.now();
    if (now - this.#typingSent < TYPING_SENT_EVERY_MS) return;
    if (this.#line.send({ type: "typing" })) this.#typingSent = now;
  }

  // What the line tells

  after(): number {
    let seq = 0;
    for (const message of this.#messages) if (message.seq === seq + 1) seq++;
    return seq;
  }

  entered(conversation: string, replaces: boolean): void {
    if (conversation !== this.#id) {
      // Words typed into a refused conversation still want an answer; those kept from someone else's do not.
      const isOwn = replaces || this.#id === null;
      this.#unsent = this.#unsent.filter(
        (unsent) => !unsent.option && !isRefused(unsent) && (isOwn || !this.#leftOver.has(unsent.id)),
      );
      this.#notes = replaces && this.#messages.length ? [this.#note(this.#texts.startedAnew, 0)] : [];
      this.#messages = [];
      this.#chosen = {};
      this.#unanswered.clear();
      this.#settled.clear();
      this.owner = "bot";
      this.ownerName = "";
      this.#id = conversation;
    }
    this.#changed();
  }

  lineChanged(): void {
    this.#stopTyping();
    this.#changed();
  }

  received(frame: ServerFrame): void {
    switch (frame.type) {
      case "message":
        this.#add(frame);
        break;
      case "ready":
        this.#wasReady = true;
        this.owner = frame.owner;
        if (frame.owner !== "bot") this.#unanswered.clear();
        for (const unsent of this.#unsent) this.#deliver(unsent);
        break;
      case "owner":
        this.#handOver(frame.owner, frame.name ?? "");
        break;
      case "typing":
        if (frame.author !== "customer") this.#showTyping();
        break;
      case "error":
        this.#notes.push(this.#note(frame.text || this.#texts.trouble, this.#lastSeq, true));
        if (frame.in_reply_to) this.#settle(frame.in_reply_to, frame.code);
        else this.#lastError = frame.code;
        break;
      case "done":
        this.#settle(frame.in_reply_to, this.#lastError);
        this.#lastError = null;
        break;
    }
    this.#changed();
  }

  #post(unsent: Unsent): void {
    this.#unsent.push(unsent);
    this.#deliver(unsent);
    this.#line.wake();
    this.#changed();
  }

  #deliver(unsent: Unsent): void {
    const { id, text, option } = unsent;
    if (isRefused(unsent) || this.#settled.has(id)) return;
    const sent = this.#line.send(option ? { type: "choose", id, option } : { type: "say", id, text });
    if (sent) this.#unanswered.add(id);
  }

  #add(message: Message): void {
    if (this.#messages.some(({ seq }) => seq === message.seq)) return;
    const at = this.#messages.findLastIndex(({ seq }) => seq < message.seq);
    this.#messages.splice(at + 1, 0, message);
    if (message.author === "customer") {
      this.#take(message.id);
      return;
    }
    this.#stopTyping();
    const [oldest] = this.#unanswered;
    if (oldest) this.#unanswered.delete(oldest);
    if (this.#wasReady && !this.isWatched) this.unread++;
  }

  /** The server is done with these words: with `error` they were refused, else they are or will be said back. */
  #settle(id: string, error: string | null): void {
    this.#unanswered.delete(id);
    const unsent = this.#unsent.find((unsent) => unsent.id === id);
    if (!unsent) return;
    if (!error) {
      this.#settled.add(id);
    } else if (unsent.option) {
      this.#take(id);
      if (error === "too_fast" && unsent.of !== undefined) delete this.#chosen[unsent.of];
    } else {
      unsent.refusedAfter = this.#lastSeq;
    }
  }

  #take(id: string): void {
    this.#unsent = this.#unsent.filter((unsent) => unsent.id !== id);
    this.#settled.delete(id);
  }

  #handOver(owner: Owner, name: string): void {
    if (owner === this.owner && name === this.ownerName) return;
    const wasBot = this.owner === "bot";
    this.owner = owner;
    this.ownerName = name;
    if (owner !== "bot") this.#unanswered.clear();
    else if (wasBot) return;
    this.#notes.push(this.#note(owner === "bot" ? this.#texts.backToAssistant : this.whoAnswers, this.#lastSeq));
  }

  get whoAnswers(): string {
    if (this.owner === "queue") return this.#texts.withQueue;
    if (this.owner === "agent") return this.#texts.withAgent(this.ownerName || this.#texts.colleague);
    return this.#texts.withAssistant;
  }

  get #lastSeq(): number {
    return this.#messages.at(-1)?.seq ?? 0;
  }

  #note(text: string, after: number, isError = false): Note {
    return { key: newId(), after, text, isError };
  }

  #showTyping(): void {
    this.#stopTyping();
    this.#typing = setTimeout(() => {
      this.#stopTyping();
      this.#changed();
    }, TYPING_SHOWN_MS);
  }

  #stopTyping(): void {
    clearTimeout(this.#typing);
    this.#typing = undefined;
  }

  #changed(): void {
    this.#session.keepDraft(this.#id, {
      unsent: this.#unsent.filter(({ id }) => !this.#settled.has(id)),
      chosen: this.#chosen,
    });
    this.dispatchEvent(new Event("change"));
  }
}

function isRefused(unsent: Unsent): unsent is Unsent & { refusedAfter: number } {
  return unsent.refusedAfter !== undefined;
}

/** A random UUID; `crypto.randomUUID` is missing on pages served over plain http. */
function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
