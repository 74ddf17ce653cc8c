/** The conversation as the customer sees it: what was said, what waits to be sent, who answers. Knows no DOM. */

import { customerOf } from "./identity";
import { Line, type LineState, type Listener } from "./line";
import { forget } from "./opening";
import { Outbox } from "./outbox";
import type { Asks, Message, ServerFrame, Standing } from "./protocol";
import type { Session, Unsent } from "./session";
import type { Texts } from "./texts";
import { type Entry, Transcript } from "./transcript";

const TYPING_SHOWN_MS = 6_000;
const TYPING_SENT_EVERY_MS = 4_000;
const WITH_BOT: Standing = { owner: "bot" };

/** What a page may be told of. */
export interface Happenings {
  message: { author: Message["author"]; name: string; text: string; at: string };
  unread: number;
  owner: { owner: Standing["owner"]; name: string };
}

export class Conversation extends EventTarget implements Listener {
  standing: Standing = WITH_BOT;
  unread = 0;
  /** What stands in the box. */
  words = "";
  #texts: Texts;
  #base: URL;
  #session: Session;
  #line: Line;
  #customer: string | null;
  #identity: string | undefined;
  #id: string | null = null;
  #transcript = new Transcript();
  #outbox!: Outbox;
  #isShown = false;
  #isWatched = false;
  #isForgotten = false;
  #wasReady = false;
  #hasComeBack = false;
  #lastError: string | null = null;
  #typing: { timer: number; name: string } | null = null;
  #typingSent = 0;

  constructor(base: URL, session: Session, texts: Texts, identity: string | undefined) {
    super();
    this.#base = base;
    this.#texts = texts;
    this.#session = session;
    this.#identity = identity;
    this.#customer = customerOf(identity);
    const other = session.remembered;
    if (this.#customer && other?.customer && other.customer !== this.#customer) session.wipe(other.token);
    this.#recall();
    this.#line = new Line(base, session, identity, this);
    session.watch(
      () => this.#otherTabEntered(),
      () => this.#count(),
    );
  }

  // What the view shows

  get line(): LineState {
    return this.#line.state;
  }

  get refusal(): string {
    return this.#line.refusal;
  }

  /** The line is up again after it was lost. */
  get isBack(): boolean {
    return this.#hasComeBack && this.line === "ready";
  }

  get entries(): Entry[] {
    return this.#transcript.entries(this.#outbox.refused, this.#outbox.waiting);
  }

  /** There is something to forget. */
  get hasBegun(): boolean {
    return !this.#transcript.isEmpty || this.#outbox.toKeep.length > 0;
  }

  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  isLive(message: Message): boolean {
    return this.#transcript.isLive(message);
  }

  isGone(message: Message): boolean {
    return this.#transcript.isGone(message);
  }

  chosenOf(message: Message): string | undefined {
    return this.#transcript.chosenOf(message);
  }

  /** What the last message asks for; plain text once it was answered. */
  get asks(): Asks {
    return this.#outbox.waiting.length ? "text" : this.#transcript.asks;
  }

  /** Who is writing: a name, "" for the assistant, null for nobody. */
  get writer(): string | null {
    if (this.line !== "ready") return null;
    if (this.#typing) return this.#typing.name;
    return this.standing.owner === "bot" && this.#outbox.isAnswerDue ? "" : null;
  }

  get whoAnswers(): string {
    const { owner, name } = this.standing;
    if (owner === "queue") return this.#texts.withQueue;
    if (owner === "agent") return this.#texts.withAgent(name || this.#texts.colleague);
    return this.#texts.withAssistant;
  }

  /** Where the customer stands while waiting for a person. */
  get place(): string {
    const { owner, ahead } = this.standing;
    return owner === "queue" && typeof ahead === "number" ? this.#texts.ahead(ahead) : "";
  }

  // What the customer does

  open(): void {
    if (!this.#isForgotten) this.#line.open();
  }

  /** Come back to a conversation that there is already, so that what is new in it can be counted. */
  resume(): void {
    if (this.#id !== null) this.#line.open();
  }

  /** The customer has the conversation open; `isVisible` tells whether the page is in sight. */
  show(isShown: boolean, isVisible: boolean): void {
    this.#isShown = isShown;
    this.#isWatched = isShown && isVisible;
    this.#count();
  }

  say(text: string): void {
    this.#post({ id: newId(), text });
  }

  choose(message: Message, option: string, title: string): void {
    if (!this.isLive(message)) return;
    this.#transcript.choose(message.seq, option);
    this.#post({ id: newId(), text: title, option, of: message.seq });
  }

  sayAgain(unsent: Unsent): void {
    this.#outbox.take(unsent.id);
    this.say(unsent.text);
  }

  typed(words: string): void {
    this.words = words;
    this.#keepDraft();
    const now = Date.now();
    if (!words || now - this.#typingSent < TYPING_SENT_EVERY_MS) return;
    if (this.#line.send({ type: "typing" })) this.#typingSent = now;
  }

  /** Another customer is signed in, or none: what belongs to the one before is gone at once, from everywhere. */
  identify(identity: string | undefined): void {
    if (identity === this.#identity) return;
    const customer = customerOf(identity);
    if (this.#customer !== null && customer !== this.#customer) {
      this.#session.wipe(this.#token);
      this.#line.leave();
      this.#clear();
    }
    this.#identity = identity;
    this.#customer = customer;
    this.#line.identify(identity);
    if (this.#id === null) this.#recall();
    if (this.#isShown) this.open();
    else this.resume();
    this.#changed();
  }

  /** Leave nothing of the conversation in this browser, in any tab. */
  forget(): void {
    const token = this.#token;
    this.#session.wipe(token);
    if (token) forget(this.#base, token);
    this.#bury();
  }

  // What the line tells

  after(): number {
    return this.#transcript.completeTo;
  }

  entered(conversation: string, replaces: boolean): void {
    if (conversation !== this.#id) {
      // Words typed into a refused conversation still want an answer; those kept from someone else's do not.
      this.#outbox.moveOn(replaces || this.#id === null);
      const hadWords = !this.#transcript.isEmpty;
      this.#transcript.clear();
      if (replaces && hadWords) this.#transcript.note(newId(), this.#texts.startedAnew);
      this.standing = WITH_BOT;
      this.#id = conversation;
    }
    this.#changed();
  }

  lineChanged(): void {
    this.#stopTyping();
    if (this.line === "lost") this.#hasComeBack = true;
    this.#changed();
  }

  received(frame: ServerFrame): void {
    switch (frame.type) {
      case "message":
        this.#add(frame);
        break;
      case "ready":
        this.#wasReady = true;
        this.#stand(frame);
        this.#outbox.deliverAll((each) => this.#line.send(each));
        this.#count();
        break;
      case "owner":
        this.#stand(frame);
        break;
      case "typing":
        if (frame.author !== "customer") this.#showTyping(frame.author === "agent" ? this.#nameOf(frame.name) : "");
        break;
      case "error":
        this.#transcript.note(newId(), frame.text || this.#texts.trouble, true);
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

  /** Take up what this browser kept of the conversation that is now right. */
  #recall(): void {
    this.#id = this.#session.ticketFor(this.#customer)?.conversation ?? null;
    const { unsent, words } = this.#session.draftOf(this.#id);
    this.#outbox = new Outbox(unsent);
    this.words = words;
    for (const { of, option } of unsent) if (of !== undefined && option) this.#transcript.choose(of, option);
  }

  get #token(): string | undefined {
    return this.#line.token ?? this.#session.ticketFor(this.#customer)?.token;
  }

  #otherTabEntered(): void {
    const ticket = this.#session.remembered;
    if (ticket?.conversation === this.#id) return;
    if (this.#session.ticketFor(this.#customer)) {
      this.#isForgotten = false;
      this.#line.reenter();
      this.#line.open();
    } else if (!ticket && this.#id !== null) {
      this.#bury();
    }
  }

  #bury(): void {
    this.#line.leave();
    this.#clear();
    this.#isForgotten = true;
    this.#changed();
  }

  #clear(): void {
    this.#transcript.clear();
    this.#outbox.clear();
    this.#stopTyping();
    this.standing = WITH_BOT;
    this.words = "";
    this.#id = null;
    this.#wasReady = this.#hasComeBack = this.#isForgotten = false;
    this.#count();
  }

  #post(unsent: Unsent): void {
    this.#isForgotten = false;
    this.words = "";
    this.#outbox.add(unsent);
    this.#outbox.deliver(unsent, (frame) => this.#line.send(frame));
    this.#line.open();
    this.#line.wake();
    this.#changed();
  }

  #add(message: Message): void {
    if (!this.#transcript.add(message)) return;
    if (message.author === "customer") {
      this.#outbox.take(message.id);
    } else {
      this.#stopTyping();
      this.#outbox.answered();
    }
    if (!this.#wasReady) return;
    this.#tell("message", { author: message.author, name: message.name ?? "", text: message.text, at: message.at });
    this.#count();
  }

  #settle(id: string, error: string | null): void {
    const unsent = this.#outbox.settle(id, error, this.#transcript.lastSeq);
    if (error && unsent?.of !== undefined && (error === "too_fast" || error === "try_again" || error === "option_gone"))
      this.#transcript.unchoose(unsent.of, error === "option_gone");
  }

  #stand({ owner, name, ahead }: Standing): void {
    const before = this.standing;
    this.standing = { owner, name: name ?? "", ahead: ahead ?? null };
    if (owner !== "bot") this.#outbox.expectNoAnswers();
    if (owner === "agent" && before.owner !== owner) this.#transcript.end();
    if (owner !== before.owner || (name ?? "") !== (before.name ?? "")) this.#tell("owner", { owner, name: name ?? "" });
  }

  /** What was seen here was seen in every tab. */
  #count(): void {
    if (this.#isWatched && this.#id) this.#session.keepSeen(this.#id, this.#transcript.lastSeq);
    const unread = this.#isWatched ? 0 : this.#transcript.newerThan(this.#session.seenOf(this.#id));
    if (unread !== this.unread) {
      this.unread = unread;
      this.#tell("unread", unread);
    }
    this.dispatchEvent(new Event("change"));
  }

  #nameOf(name: string | null | undefined): string {
    return name || this.standing.name || this.#texts.colleague;
  }

  #showTyping(name: string): void {
    this.#stopTyping();
    const timer = setTimeout(() => {
      this.#stopTyping();
      this.#changed();
    }, TYPING_SHOWN_MS);
    this.#typing = { timer, name };
  }

  #stopTyping(): void {
    if (this.#typing) clearTimeout(this.#typing.timer);
    this.#typing = null;
  }

  #tell<Name extends keyof Happenings>(name: Name, detail: Happenings[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #keepDraft(): void {
    this.#session.keepDraft(this.#id, { unsent: this.#outbox.toKeep, words: this.words });
  }

  #changed(): void {
    this.#keepDraft();
    this.dispatchEvent(new Event("change"));
  }
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
