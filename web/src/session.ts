/** What the browser remembers: which conversation this is (all tabs), and the words not yet delivered (this tab). */

export interface Ticket {
  conversation: string;
  token: string;
  signedIn: boolean;
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
  /** Option ids already chosen, by the seq of their message. */
  chosen: Record<number, string>;
}

const TICKET = "meantime.conversation";
const DRAFT = "meantime.draft";
const OPEN = "meantime.open";

export class Session {
  #shared = new Shelf("localStorage");
  #tab = new Shelf("sessionStorage");

  /** The remembered conversation, unless it is a signed-in customer's and nobody is signed in any more. */
  ticketFor(identity: string | undefined): Ticket | null {
    const ticket = this.#shared.get<Ticket>(TICKET);
    return ticket?.token && (identity || !ticket.signedIn) ? ticket : null;
  }

  keep(ticket: Ticket): void {
    this.#shared.set(TICKET, ticket);
  }

  /** Forget `token`, unless another tab has already put a newer one in its place. */
  forget(token: string): void {
    if (this.#shared.get<Ticket>(TICKET)?.token === token) this.#shared.set(TICKET, null);
  }

  /** What was left undelivered in `conversation`, or before there was one. */
  draft(conversation: string | null): Draft {
    const kept = this.#tab.get<Draft & { conversation: string | null }>(DRAFT);
    return kept && kept.conversation === conversation ? kept : { unsent: [], chosen: {} };
  }

  keepDraft(conversation: string | null, draft: Draft): void {
    this.#tab.set(DRAFT, { ...draft, conversation });
  }

  get isOpen(): boolean {
    return this.#tab.get<boolean>(OPEN) ?? false;
  }

  set isOpen(open: boolean) {
    this.#tab.set(OPEN, open);
  }
}

/** Web storage that falls back to memory where the browser blocks it. */
class Shelf {
  #memory = new Map<string, string>();
  #storage: Storage | null = null;

  constructor(kind: "localStorage" | "sessionStorage") {
    try {
      this.#storage = window[kind];
    } catch {
      // Blocked by the browser's privacy settings: the conversation then lasts as long as the page.
    }
  }

  get<T>(key: string): T | null {
    try {
      return JSON.parse(this.#memory.get(key) ?? this.#storage?.getItem(key) ?? "null") as T | null;
    } catch {
      return null;
    }
  }

  set(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    try {
      if (!this.#storage) throw new Error("no storage");
      this.#storage.setItem(key, text);
    } catch {
      this.#memory.set(key, text);
    }
  }
}
