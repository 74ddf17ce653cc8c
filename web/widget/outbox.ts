/** The customer's words on their way: kept until the server has said them back, and sent again after a cut. */

import type { ClientFrame } from "./protocol";
import type { Unsent } from "./session";

export class Outbox {
  #unsent: Unsent[];
  /** Kept from an earlier page. */
  #leftOver: Set<string>;
  /** Sent, and nobody has answered yet, oldest first. */
  #unanswered = new Set<string>();
  /** The server is done with these without having said them back yet. */
  #settled = new Set<string>();

  constructor(kept: Unsent[]) {
    this.#unsent = kept;
    this.#leftOver = new Set(kept.map(({ id }) => id));
  }

  get refused(): (Unsent & { refusedAfter: number })[] {
    return this.#unsent.filter(isRefused);
  }

  get waiting(): Unsent[] {
    return this.#unsent.filter((unsent) => !isRefused(unsent));
  }

  /** What has to outlive this page. */
  get toKeep(): Unsent[] {
    return this.#unsent.filter(({ id }) => !this.#settled.has(id));
  }

  get isAnswerDue(): boolean {
    return this.#unanswered.size > 0;
  }

  add(unsent: Unsent): void {
    this.#unsent.push(unsent);
  }

  deliver(unsent: Unsent, send: (frame: ClientFrame) => boolean): void {
    const { id, text, option } = unsent;
    if (isRefused(unsent) || this.#settled.has(id)) return;
    if (send(option ? { type: "choose", id, option } : { type: "say", id, text })) this.#unanswered.add(id);
  }

  deliverAll(send: (frame: ClientFrame) => boolean): void {
    for (const unsent of this.#unsent) this.deliver(unsent, send);
  }

  /** Words that were said back, or are taken back, are no longer on their way. */
  take(id: string): void {
    this.#unsent = this.#unsent.filter((unsent) => unsent.id !== id);
    this.#settled.delete(id);
  }

  answered(): void {
    const [oldest] = this.#unanswered;
    if (oldest) this.#unanswered.delete(oldest);
  }

  /** Nobody is going to answer at once. */
  expectNoAnswers(): void {
    this.#unanswered.clear();
  }

  /** The server is done with these words: with an error they were refused, else they are or will be said back. */
  settle(id: string, error: string | null, lastSeq: number): Unsent | undefined {
    this.#unanswered.delete(id);
    const unsent = this.#unsent.find((unsent) => unsent.id === id);
    if (!unsent) return undefined;
    if (!error) this.#settled.add(id);
    else if (unsent.option) this.take(id);
    else unsent.refusedAfter = lastSeq;
    return unsent;
  }

  /** Keep what still wants an answer in another conversation: typed words, and only one's own. */
  moveOn(isOwn: boolean): void {
    this.#unsent = this.waiting.filter(({ id, option }) => !option && (isOwn || !this.#leftOver.has(id)));
    this.#unanswered.clear();
    this.#settled.clear();
  }

  clear(): void {
    this.#unsent = [];
    this.#unanswered.clear();
    this.#settled.clear();
  }
}

function isRefused(unsent: Unsent): unsent is Unsent & { refusedAfter: number } {
  return unsent.refusedAfter !== undefined;
}
