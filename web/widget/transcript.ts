/** What was said, by number, with what may still be chosen; and the widget's own notes in between. */

import type { Asks, Message, Option } from "./protocol";
import type { Unsent } from "./session";

/** A line that the widget itself adds to the log, after the message with this seq. */
export interface Note {
  key: string;
  after: number;
  text: string;
  isError: boolean;
}

export type Entry = { message: Message } | { note: Note } | { unsent: Unsent };

export class Transcript {
  #messages: Message[] = [];
  #notes: Note[] = [];
  /** Options chosen here and not yet said back, by the seq of their message. */
  #chosen = new Map<number, string>();
  /** Messages whose options have ended at the server: it said so, or a person has taken over. */
  #gone = new Set<number>();

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  get last(): Message | undefined {
    return this.#messages.at(-1);
  }

  get lastSeq(): number {
    return this.last?.seq ?? 0;
  }

  /** The number up to which nothing is missing. */
  get completeTo(): number {
    let seq = 0;
    for (const message of this.#messages) if (message.seq === seq + 1) seq++;
    return seq;
  }

  get asks(): Asks {
    return (this.last?.author !== "customer" && this.last?.asks) || "text";
  }

  /** Put a message in its place; false when it is there already. */
  add(message: Message): boolean {
    if (this.#messages.some(({ seq }) => seq === message.seq)) return false;
    const at = this.#messages.findLastIndex(({ seq }) => seq < message.seq);
    this.#messages.splice(at + 1, 0, message);
    return true;
  }

  note(key: string, text: string, isError = false): void {
    this.#notes.push({ key, after: this.lastSeq, text, isError });
  }

  newerThan(seq: number): number {
    return this.#messages.filter((message) => message.seq > seq && message.author !== "customer").length;
  }

  /** Messages by seq, notes and refused words where they happened, and last what is still on its way. */
  entries(refused: (Unsent & { refusedAfter: number })[], waiting: Unsent[]): Entry[] {
    const asides = [
      ...refused.map((unsent) => ({ after: unsent.refusedAfter, entry: { unsent } })),
      ...this.#notes.map((note) => ({ after: note.after, entry: { note } })),
    ].sort((a, b) => a.after - b.after);
    const entries: Entry[] = [];
    for (const message of this.#messages) {
      while (asides[0] && asides[0].after < message.seq) entries.push(asides.shift()!.entry);
      entries.push({ message });
    }
    return [...entries, ...asides.map(({ entry }) => entry), ...waiting.map((unsent) => ({ unsent }))];
  }

  /** Whether the options of `message` may still be chosen: the newest ones may, and a notice's until they are offered
   * again or called gone. */
  isLive(message: Message): boolean {
    if (this.chosenOf(message) !== undefined || this.isGone(message)) return false;
    const later = this.#messages.filter((other) => other.seq > message.seq && offersOf(other).length);
    if (message.author !== "system") return later.length === 0;
    const titles = offersOf(message).map(({ title }) => title);
    return !later.some((other) => offersOf(other).some(({ title }) => titles.includes(title)));
  }

  /** Whether what `message` offered is there no more, and nothing of it was chosen: it is not even to be read. */
  isGone(message: Message): boolean {
    return this.chosenOf(message) === undefined && (this.#gone.has(message.seq) || this.#endedBeforePerson(message));
  }

  /** A person has taken over: what was offered last has ended. */
  end(): void {
    const last = this.#messages.findLast((message) => offersOf(message).length);
    if (last) this.#gone.add(last.seq);
  }

  /** Somebody of the team has answered after `message`, before anything else was offered. */
  #endedBeforePerson({ seq }: Message): boolean {
    const next = this.#messages.find((other) => other.seq > seq && (other.author === "agent" || offersOf(other).length));
    return next?.author === "agent";
  }

  /** The option chosen under `message`: here just now, or, as the customer's next words tell, before or elsewhere. */
  chosenOf(message: Message): string | undefined {
    const here = this.#chosen.get(message.seq);
    if (here) return here;
    const nextOffer = this.#messages.find((other) => other.seq > message.seq && offersOf(other).length);
    const said = this.#messages
      .filter(({ seq, author }) => author === "customer" && seq > message.seq && seq < (nextOffer?.seq ?? Infinity))
      .map(({ text }) => text);
    return offersOf(message).find(({ title }) => said.includes(title))?.id;
  }

  choose(seq: number, option: string): void {
    this.#chosen.set(seq, option);
  }

  /** A choice was not taken: it may be made again, unless what it chose is gone. */
  unchoose(seq: number, isGone: boolean): void {
    this.#chosen.delete(seq);
    if (isGone) this.#gone.add(seq);
  }

  clear(): void {
    this.#messages = [];
    this.#notes = [];
    this.#chosen.clear();
    this.#gone.clear();
  }
}

/** All that may be chosen under a message, on its cards too. */
function offersOf(message: Message): Option[] {
  const options = message.options ?? [];
  const ids = new Set(options.map(({ id }) => id));
  const onCards = (message.cards ?? []).flatMap(({ title, option }) =>
    option && !ids.has(option) ? [{ id: option, title }] : [],
  );
  return [...onCards, ...options];
}
