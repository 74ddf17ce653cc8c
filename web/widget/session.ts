/** What the browser remembers: which conversation this is and what was read of it (all tabs), and the words not yet
 * delivered (this tab). Never what was said: that comes from the gateway, to whoever holds the conversation's token. */

import { Shelf } from "./shelf";

export interface Ticket {
  conversation: string;
  token: string;
  /** Whose it is at the shop; null while nobody is signed in. */
  customer: string | null;
}

/** Something the customer said or chose that the server has not yet said back. */
export interface Unsent {
  id: string;
  text: string;
  option?: string;
  /** The message whose option was chosen. */
  of?: number;
  /** Refused by the server, when this was the last message. */
  refusedAfter?: number;
}

export interface Draft {
  unsent: Unsent[];
  /** What stands in the box. */
  words: string;
}

const TICKET = "meantime.conversation";
const SEEN = "meantime.seen";
const DRAFT = "meantime.draft";
const OPEN = "meantime.open";

interface OfConversation {
  conversation: string | null;
}

export class Session {
  #shared = new Shelf("localStorage");
  #tab = new Shelf("sessionStorage");

  /** The remembered conversation, whosever it is. */
  get remembered(): Ticket | null {
    return this.#shared.get<Ticket>(TICKET);
  }

  /** The remembered conversation, unless it is somebody else's. */
  ticketFor(customer: string | null): Ticket | null {
    const ticket = this.remembered;
    return ticket?.token && (!ticket.customer || ticket.customer === customer) ? ticket : null;
  }

  /** Resolves once the conversation that another tab has just kept is known here: a browser may take its time to tell
   * one tab what another has stored. After `ms` there is none. */
  async heardOfAnother(ms: number): Promise<void> {
    if (this.remembered) return;
    await new Promise<void>((resolve) => {
      const heard = new AbortController();
      const done = (): void => (heard.abort(), resolve());
      addEventListener("storage", ({ key }) => key === TICKET && done(), { signal: heard.signal });
      setTimeout(done, ms);
    });
  }

  keep(ticket: Ticket): void {
    this.#shared.set(TICKET, ticket);
  }

  /** Forget `token`, unless another tab has already put a newer one in its place. */
  drop(token: string): void {
    if (this.remembered?.token === token) this.#shared.remove(TICKET);
  }

  /** Leave nothing of `token`'s conversation in this browser. */
  wipe(token: string | undefined): void {
    if (token) this.drop(token);
    this.#shared.remove(SEEN);
    this.#tab.remove(DRAFT);
  }

  /** The last message of `conversation` that was read, in any tab. */
  seenOf(conversation: string | null): number {
    const seen = this.#shared.get<{ seq: number } & OfConversation>(SEEN);
    return seen && seen.conversation === conversation ? seen.seq : 0;
  }

  keepSeen(conversation: string | null, seq: number): void {
    if (seq > this.seenOf(conversation)) this.#shared.set(SEEN, { conversation, seq });
  }

  /** What was left undelivered in `conversation`, or before there was one. */
  draftOf(conversation: string | null): Draft {
    const kept = this.#tab.get<Draft & OfConversation>(DRAFT);
    return kept && kept.conversation === conversation ? kept : { unsent: [], words: "" };
  }

  keepDraft(conversation: string | null, draft: Draft): void {
    if (draft.unsent.length || draft.words) this.#tab.set(DRAFT, { ...draft, conversation });
    else this.#tab.remove(DRAFT);
  }

  get isOpen(): boolean {
    return this.#tab.get<boolean>(OPEN) ?? false;
  }

  set isOpen(open: boolean) {
    this.#tab.set(OPEN, open);
  }

  /** Call `entered` when another tab has another conversation or none any more, `read` when it has read on. */
  watch(entered: () => void, read: () => void): void {
    addEventListener("storage", ({ key }) => {
      if (key === TICKET || key === null) entered();
      if (key === SEEN || key === null) read();
    });
  }
}
