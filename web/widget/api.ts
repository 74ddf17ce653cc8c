/** `window.Meantime`: what a shop's own script may do with the chat.
 *
 * The script tag is async, so a page may be quicker: `(window.Meantime ||= []).push((chat) => chat.open())` runs as soon
 * as there is a chat, and at once when there is one already.
 */

import type { MeantimeChat } from "./chat";
import type { Happenings } from "./conversation";

interface Events extends Happenings {
  open: undefined;
  close: undefined;
}

const EVENTS: Record<keyof Events, true> = { message: true, unread: true, owner: true, open: true, close: true };

type Wish = (api: Api) => void;

export class Api {
  #chat: MeantimeChat;

  constructor(chat: MeantimeChat) {
    this.#chat = chat;
  }

  /** Open the chat; `words` are put into its box, not sent. */
  open(words?: string): void {
    void this.#chat.show(words);
  }

  close(): void {
    void this.#chat.hide();
  }

  /** Say who is signed in (a JWT of the shop); null when nobody is any more. */
  identify(identity: string | null): void {
    this.#chat.conversation.identify(identity || undefined);
  }

  /** Call `told` whenever it happens; call what is returned to end that. */
  on<Name extends keyof Events>(event: Name, told: (what: Events[Name]) => void): () => void {
    if (!Object.hasOwn(EVENTS, event)) {
      console.warn(`Meantime: there is no event "${event}"; there are ${Object.keys(EVENTS).join(", ")}.`);
    }
    const source: EventTarget = event === "open" || event === "close" ? this.#chat : this.#chat.conversation;
    const listener = (happened: Event) => told((happened as CustomEvent<Events[Name]>).detail);
    source.addEventListener(event, listener);
    return () => source.removeEventListener(event, listener);
  }

  push(...wishes: Wish[]): void {
    for (const wish of wishes) wish(this);
  }
}

/** Put the API in the place of the wishes that came before it. */
export function install(chat: MeantimeChat): void {
  const page = window as { Meantime?: unknown };
  const wishes = Array.isArray(page.Meantime) ? (page.Meantime as Wish[]) : [];
  const api = new Api(chat);
  page.Meantime = api;
  for (const wish of wishes) {
    try {
      wish(api);
    } catch (error) {
      reportError(error); // the page's own fault; the chat goes on
    }
  }
}
