/** <meantime-chat>: the chat in the corner of a shop's page, put there by one script tag. */

import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type Asks, type Card, LONGEST_TEXT, type Message, type Option } from "./protocol";
import { Session, type Unsent } from "./session";
import { Conversation, type Entry } from "./store";
import { styles } from "./styles";
import { textsFor } from "./texts";

const script = document.currentScript as HTMLScriptElement | null;
/** The gateway is where this script came from: …/static/widget.js */
const gateway = new URL("../", script?.src || new URL("/static/widget.js", location.href));

const keyboards: Partial<Record<Asks, { inputmode?: string; autocomplete?: string; autocapitalize?: string }>> = {
  order_number: { autocapitalize: "characters" },
  email: { inputmode: "email", autocomplete: "email", autocapitalize: "off" },
  postcode: { autocomplete: "postal-code", autocapitalize: "characters" },
  phone: { inputmode: "tel", autocomplete: "tel" },
  contact: { autocomplete: "on", autocapitalize: "off" },
};

const icons = {
  chat: svg`<path d="M4 5h16v11H9l-5 4z" />`,
  close: svg`<path d="M6 6l12 12M18 6L6 18" />`,
  send: svg`<path d="M12 20V4M5 11l7-7 7 7" />`,
};

const icon = (shape: TemplateResult<2>) => html`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

export class MeantimeChat extends LitElement {
  static override styles = styles;
  static override properties = { open: { type: Boolean, reflect: true } };
  declare open: boolean;

  #texts = textsFor(script?.dataset.lang ?? document.documentElement.lang);
  #session = new Session();
  #conversation = new Conversation(gateway, this.#session, this.#texts, script?.dataset.identity || undefined);
  #length = 0;
  #followsLog = true;

  constructor() {
    super();
    this.open = false;
    this.#conversation.addEventListener("change", () => this.requestUpdate());
    if (this.#session.isOpen) this.#show();
  }

  get #input(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  protected override updated(): void {
    const log = this.renderRoot.querySelector(".log");
    if (log && this.#followsLog) log.scrollTop = log.scrollHeight;
  }

  /** New messages scroll into view, unless the customer has scrolled back to read. */
  #scrolled(event: Event): void {
    const log = event.currentTarget as HTMLElement;
    this.#followsLog = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  }

  #show(): void {
    this.open = this.#session.isOpen = this.#followsLog = true;
    this.#conversation.open();
    this.#conversation.watch(true);
  }

  async #opened(): Promise<void> {
    this.#show();
    await this.updateComplete;
    this.#input?.focus();
  }

  async #close(): Promise<void> {
    this.open = this.#session.isOpen = false;
    this.#conversation.watch(false);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".launcher")?.focus();
  }

  #send(event: Event): void {
    event.preventDefault();
    const input = this.#input!;
    const text = input.value.trim();
    if (text) {
      this.#followsLog = true;
      this.#conversation.say(text);
      input.value = "";
      this.#length = 0;
    }
    input.focus();
  }

  #typed(): void {
    this.#length = this.#input!.value.length;
    this.#conversation.typed();
    this.requestUpdate();
  }

  #pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      void this.#close();
    } else if (event.key === "Enter" && !event.shiftKey && event.target === this.#input) {
      this.#send(event);
    }
  }

  #choose(message: Message, option: string, title: string): void {
    this.#followsLog = true;
    this.#conversation.choose(message, option, title);
    // The pressed button goes dead and would drop the focus; a phone's keyboard should not jump up for it.
    if (matchMedia("(pointer: fine)").matches) this.#input?.focus();
  }

  override render() {
    return this.open ? this.#panel() : this.#launcher();
  }

  #launcher() {
    const { unread } = this.#conversation;
    return html`<button
      class="launcher"
      type="button"
      aria-label=${unread ? this.#texts.launcherUnread(unread) : this.#texts.launcher}
      aria-haspopup="dialog"
      @click=${this.#opened}
    >
      ${icon(icons.chat)}<span>${this.#texts.launcher}</span>
      ${unread ? html`<span class="unread">${unread}</span>` : nothing}
    </button>`;
  }

  #panel() {
    const texts = this.#texts;
    const conversation = this.#conversation;
    return html`<section class="panel" role="dialog" aria-labelledby="title" @keydown=${this.#pressed}>
      <div class="head">
        <div>
          <h2 id="title">${texts.title}</h2>
          <p class="who" data-owner=${conversation.owner}>${conversation.whoAnswers}</p>
        </div>
        <button class="close" type="button" aria-label=${texts.close} @click=${this.#close}>${icon(icons.close)}</button>
      </div>
      <div
        class="log"
        role="log"
        aria-live="polite"
        aria-label=${texts.log}
        aria-busy=${conversation.line === "connecting"}
        tabindex="0"
        @scroll=${this.#scrolled}
      >
        <p class="intro">${texts.intro}</p>
        ${repeat(conversation.entries, keyOf, (entry) => this.#entry(entry))}
        ${conversation.isSomeoneTyping
          ? html`<div class="bubble dots" data-typing aria-hidden="true"><i></i><i></i><i></i></div>`
          : nothing}
      </div>
      <p class="status" role="status">${this.#status}</p>
      ${this.#form()}
    </section>`;
  }

  get #status(): string {
    const { line } = this.#conversation;
    return line === "connecting" ? this.#texts.connecting : line === "lost" ? this.#texts.reconnecting : "";
  }

  #form() {
    const keyboard = keyboards[this.#conversation.asks] ?? {};
    const left = LONGEST_TEXT - this.#length;
    return html`<form @submit=${this.#send}>
        <textarea
          rows="1"
          maxlength=${LONGEST_TEXT}
          aria-label=${this.#texts.input}
          placeholder=${this.#texts.input}
          enterkeyhint="send"
          inputmode=${keyboard.inputmode ?? "text"}
          autocomplete=${keyboard.autocomplete ?? "off"}
          autocapitalize=${keyboard.autocapitalize ?? "sentences"}
          @input=${this.#typed}
        ></textarea>
        <button class="send" type="submit" aria-label=${this.#texts.send}>${icon(icons.send)}</button>
      </form>
      ${left <= 200 ? html`<p class="left">${this.#texts.charactersLeft(left)}</p>` : nothing}`;
  }

  /** One shape for a message and its unsent forerunner, so that the echo replaces the bubble in place. */
  #entry(entry: Entry) {
    if ("note" in entry) {
      const { text, isError } = entry.note;
      return html`<p class="note ${isError ? "error" : ""}" data-note=${isError ? "error" : "owner"}>${text}</p>`;
    }
    const message = "message" in entry ? entry.message : null;
    const unsent = "unsent" in entry ? entry.unsent : null;
    const author = message?.author ?? "customer";
    const text = message ? besideCards(message) : unsent?.text;
    if (author === "system") {
      return html`<p class="note" data-author="system" data-seq=${message!.seq}>${text}</p>
        ${this.#offers(message!)}`;
    }
    return html`<div
      class="message ${author} ${unsent?.refusedAfter === undefined ? "" : "refused"}"
      ?data-unsent=${unsent !== null}
      data-author=${author}
      data-seq=${message?.seq ?? nothing}
      data-id=${message?.id ?? unsent?.id ?? nothing}
    >
      ${author === "agent"
        ? html`<span class="by">${message?.name || this.#texts.colleague}</span>`
        : html`<span class="for-readers">${author === "customer" ? this.#texts.you : this.#texts.assistant}:</span>`}
      ${text ? html`<div class="bubble" dir="auto">${text}</div>` : nothing}
      ${message ? this.#offers(message) : nothing} ${unsent ? this.#fate(unsent) : nothing}
    </div>`;
  }

  #fate(unsent: Unsent) {
    if (unsent.refusedAfter !== undefined) {
      return html`<div class="fate">
        ${this.#texts.notSent}.
        <button type="button" @click=${() => this.#conversation.sayAgain(unsent)}>${this.#texts.tryAgain}</button>
      </div>`;
    }
    return this.#conversation.line === "lost" ? html`<div class="fate">${this.#texts.waiting}</div>` : nothing;
  }

  /** Cards stay readable for good; buttons are shown only under the last message that offers any. */
  #offers(message: Message) {
    const cards = message.cards ?? [];
    const options = message.options ?? [];
    const isLive = message === this.#conversation.offering;
    const onCards = new Set(cards.map((card) => card.option));
    const rest = isLive ? options.filter((option) => !onCards.has(option.id)) : [];
    return html`${cards.length
      ? html`<div class="cards">${cards.map((card) => this.#card(message, card, isLive, options))}</div>`
      : nothing}
    ${rest.length
      ? html`<div class="options" role="group">${rest.map((option) => this.#option(message, option))}</div>`
      : nothing}`;
  }

  #card(message: Message, card: Card, isLive: boolean, options: Option[]) {
    const option = options.find(({ id }) => id === card.option);
    const picture = pictureUrl(card.image_url);
    return html`<div class="card">
      ${picture ? html`<img src=${picture} alt="" loading="lazy" />` : nothing}
      <div class="card-title">${card.title}</div>
      ${card.subtitle ? html`<div class="card-subtitle">${card.subtitle}</div>` : nothing}
      ${isLive && card.option
        ? this.#option(message, option ?? { id: card.option, title: this.#texts.choose }, card.title)
        : nothing}
    </div>`;
  }

  #option(message: Message, option: Option, about?: string) {
    const chosen = this.#conversation.chosenOf(message);
    return html`<button
      class="option"
      type="button"
      data-option=${option.id}
      data-role=${option.role ?? "choice"}
      ?data-chosen=${chosen === option.id}
      ?disabled=${chosen !== undefined}
      aria-label=${about && !option.title.includes(about) ? `${option.title}: ${about}` : nothing}
      @click=${() => this.#choose(message, option.id, option.title)}
    >
      ${option.title}
    </button>`;
  }
}

function keyOf(entry: Entry): string {
  if ("note" in entry) return entry.note.key;
  return "unsent" in entry ? entry.unsent.id : entry.message.id;
}

/** The words of a message without the list that its cards show. */
function besideCards(message: Message): string {
  const onCards = (message.cards ?? []).map((card) => `- ${card.title}:`);
  const lines = message.text.split("\n").filter((line) => !onCards.some((start) => line.startsWith(start)));
  return lines.join("\n").replace(/\n{3,}/g, "\n\n");
}

function pictureUrl(url: string | null | undefined): string | null {
  if (!url) return null;
  const { protocol, href } = URL.canParse(url, gateway.href) ? new URL(url, gateway) : { protocol: "", href: "" };
  return protocol === "https:" || protocol === "http:" ? href : null;
}

function mount(): void {
  if (!document.querySelector("meantime-chat")) document.body.append(document.createElement("meantime-chat"));
}

if (!customElements.get("meantime-chat")) {
  customElements.define("meantime-chat", MeantimeChat);
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
}
