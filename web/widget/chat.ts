/** <meantime-chat>: the chat in the corner of a shop's page, put there by one script tag. */

import { html, LitElement, nothing } from "lit";
import { paint } from "./colour";
import { Conversation } from "./conversation";
import { entries } from "./entries";
import * as icons from "./icons";
import { look } from "./look";
import { type Asks, LONGEST_TEXT, type Message, type Option } from "./protocol";
import { Screen, trapFocus } from "./screen";
import { Session } from "./session";
import { gateway, tag, texts } from "./tag";
import { countInTitle } from "./title";

const keyboards: Partial<Record<Asks, { inputmode?: string; autocomplete?: string; autocapitalize?: string }>> = {
  order_number: { autocapitalize: "characters" },
  email: { inputmode: "email", autocomplete: "email", autocapitalize: "off" },
  postcode: { autocomplete: "postal-code", autocapitalize: "characters" },
  phone: { inputmode: "tel", autocomplete: "tel" },
  contact: { autocomplete: "on", autocapitalize: "off" },
};
/** Closer to its end than this, the log follows what is new. */
const NEAR_PX = 80;

export class MeantimeChat extends LitElement {
  static override styles = look;
  static override properties = {
    open: { type: Boolean, reflect: true },
    full: { type: Boolean, reflect: true },
    isAsking: { state: true },
  };
  declare open: boolean;
  /** The chat takes the whole screen. */
  declare full: boolean;
  /** Whether to forget the conversation is being asked. */
  declare isAsking: boolean;

  readonly conversation: Conversation;
  #session = new Session();
  #screen = new Screen(this, () => this.#fit());
  #followsLog = true;
  #followedTo = 0;
  #openedFrom: HTMLElement | null = null;
  #wasOnOption = false;

  constructor() {
    super();
    this.open = this.isAsking = false;
    this.full = this.#screen.isSmall;
    this.conversation = new Conversation(gateway, this.#session, texts, tag.identity);
    this.conversation.addEventListener("change", () => this.requestUpdate());
    document.addEventListener("visibilitychange", () => this.conversation.show(this.open, !document.hidden));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) return; // the page has only moved it
    paint(this, tag.colour);
    this.toggleAttribute("left", tag.isLeft);
    if (this.#session.isOpen) this.#turn(true);
    else this.conversation.resume();
  }

  get #input(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  get #focused(): Element | null {
    return this.shadowRoot?.activeElement ?? null;
  }

  /** Open the chat, with `words` ready to be sent where nothing is written yet. */
  async show(words?: string): Promise<void> {
    if (!this.open) {
      const { activeElement } = document;
      this.#openedFrom = activeElement instanceof HTMLElement && activeElement !== this ? activeElement : null;
      this.#turn(true);
    }
    if (words && !this.conversation.words) this.conversation.typed(words);
    await this.updateComplete;
    this.#input?.focus();
  }

  /** Close the chat, and go back to where it was opened from. */
  async hide(): Promise<void> {
    if (!this.open) return;
    this.#turn(false);
    await this.updateComplete;
    const back = this.#openedFrom;
    if (back?.isConnected && back !== document.body) back.focus();
    else this.renderRoot.querySelector<HTMLElement>(".launcher")?.focus();
  }

  protected override willUpdate(): void {
    this.#wasOnOption = this.#focused?.matches(".option[data-option]") ?? false;
  }

  protected override updated(): void {
    this.#follow();
    // What was offered may go while somebody stands on it: their place is then the log it stood in.
    if (this.#wasOnOption && !this.#focused) this.renderRoot.querySelector<HTMLElement>(".log")?.focus();
    countInTitle(this.conversation.unread);
    const input = this.#input;
    if (input && !CSS.supports("field-sizing", "content")) {
      input.style.height = "auto";
      input.style.height = `${input.scrollHeight + 2}px`;
    }
  }

  #turn(open: boolean): void {
    this.open = this.#session.isOpen = open;
    this.isAsking = false;
    this.#followsLog = true;
    if (open) this.conversation.open();
    this.conversation.show(open, !document.hidden);
    this.#fit();
    this.dispatchEvent(new CustomEvent(open ? "open" : "close"));
  }

  #fit(): void {
    this.full = this.#screen.isSmall;
    this.#screen.cover(this.open && this.full);
  }

  /** New messages scroll into view, a tall one from its first line on. */
  #follow(): void {
    const log = this.renderRoot.querySelector<HTMLElement>(".log");
    if (!log || !this.#followsLog) return;
    const last = Array.from(log.querySelectorAll<HTMLElement>("[data-author]")).at(-1);
    const start = last ? last.offsetTop - log.offsetTop - 12 : Infinity;
    log.scrollTop = Math.min(start, log.scrollHeight - log.clientHeight);
    this.#followedTo = log.scrollTop;
  }

  /** ... unless the customer has scrolled back to read. */
  #scrolled(event: Event): void {
    const log = event.currentTarget as HTMLElement;
    if (Math.abs(log.scrollTop - this.#followedTo) < 2) return;
    this.#followsLog = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  }

  #send(event: Event): void {
    event.preventDefault();
    const text = this.conversation.words.trim();
    if (text) this.#say(text);
    this.#input?.focus();
  }

  #say(text: string): void {
    this.#followsLog = true;
    this.conversation.say(text);
  }

  #typed(): void {
    this.conversation.typed(this.#input!.value);
    this.requestUpdate();
  }

  #pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.isAsking) this.#ask(false);
      else void this.hide();
    } else if (event.key === "Enter" && !event.shiftKey && event.target === this.#input) {
      this.#send(event);
    } else if (this.full || this.isAsking) {
      trapFocus(event, event.currentTarget as HTMLElement);
    }
  }

  #choose = (message: Message, option: Option): void => {
    this.#followsLog = true;
    this.conversation.choose(message, option.id, option.title);
    // The pressed button goes dead and would drop the focus; a phone's keyboard should not jump up for it.
    if (matchMedia("(pointer: fine)").matches) this.#input?.focus();
    else this.renderRoot.querySelector<HTMLElement>(".log")?.focus();
  };

  async #ask(asking: boolean): Promise<void> {
    this.isAsking = asking;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(asking ? ".keep" : ".forget")?.focus();
  }

  async #forget(): Promise<void> {
    this.isAsking = false;
    this.conversation.forget();
    await this.updateComplete;
    this.#input?.focus();
  }

  override render() {
    const { unread } = this.conversation;
    return html`${this.open ? this.#panel() : this.#launcher()}
      <p class="for-readers" role="status">${unread && !this.open ? texts.newMessages(unread) : nothing}</p>`;
  }

  #launcher() {
    const { unread } = this.conversation;
    return html`<button
      class="launcher"
      part="launcher"
      type="button"
      aria-label=${unread ? texts.launcherUnread(unread) : texts.launcher}
      aria-haspopup="dialog"
      @click=${() => this.show()}
    >
      ${icons.chat}<span>${texts.launcher}</span>
      ${unread ? html`<span class="unread">${unread > 99 ? "99+" : unread}</span>` : nothing}
    </button>`;
  }

  #panel() {
    const { conversation } = this;
    const { writer, place } = conversation;
    return html`<section
      class="panel"
      part="panel"
      role="dialog"
      aria-labelledby="title"
      aria-modal=${this.full ? "true" : nothing}
      @keydown=${this.#pressed}
    >
      <div class="head" ?inert=${this.isAsking}>
        <div>
          <h2 id="title">${tag.name}</h2>
          <p class="who" data-owner=${conversation.standing.owner}>${conversation.whoAnswers}</p>
        </div>
        ${conversation.hasBegun
          ? html`<button class="forget" type="button" aria-label=${texts.forget} title=${texts.forget} @click=${() => this.#ask(true)}>
              ${icons.forget}
            </button>`
          : nothing}
        <button class="close" type="button" aria-label=${texts.close} title=${texts.close} @click=${() => this.hide()}>
          ${icons.close}
        </button>
      </div>
      <div
        class="log"
        role="log"
        aria-live="polite"
        aria-label=${texts.log}
        aria-busy=${conversation.line === "connecting"}
        tabindex="0"
        ?inert=${this.isAsking}
        @scroll=${this.#scrolled}
      >
        <p class="intro">${conversation.isForgotten ? texts.forgotten : tag.greeting}</p>
        ${conversation.hasBegun || conversation.isForgotten ? nothing : this.#starters()}
        ${entries(conversation, this.#choose)}
        ${writer === null
          ? nothing
          : html`<div class="typing" data-typing aria-hidden="true">
              ${writer ? html`<span class="by">${texts.typing(writer)}</span>` : nothing}
              <div class="bubble dots"><i></i><i></i><i></i></div>
            </div>`}
      </div>
      <p class="place" role="status">${place}</p>
      <p class="status ${conversation.isBack ? "for-readers" : ""}" role="status">${this.#status}</p>
      ${this.#form()} ${this.isAsking ? this.#question() : nothing}
    </section>`;
  }

  #starters() {
    return html`<div class="options" role="group" aria-label=${texts.startersLabel}>
      ${texts.starters.map(
        (words) =>
          html`<button class="option" type="button" data-starter @click=${() => this.#say(words)}>${words}</button>`,
      )}
    </div>`;
  }

  get #status(): string {
    const { line, refusal, isBack } = this.conversation;
    if (line === "lost") return refusal || (navigator.onLine ? texts.reconnecting : texts.offline);
    return line === "connecting" ? texts.connecting : isBack ? texts.connectedAgain : "";
  }

  #form() {
    const { words, asks } = this.conversation;
    const keyboard = keyboards[asks] ?? {};
    const left = LONGEST_TEXT - words.length;
    return html`<form ?inert=${this.isAsking} @submit=${this.#send}>
      <textarea
        rows="1"
        maxlength=${LONGEST_TEXT}
        aria-label=${texts.input}
        placeholder=${texts.input}
        enterkeyhint="send"
        inputmode=${keyboard.inputmode ?? "text"}
        autocomplete=${keyboard.autocomplete ?? "off"}
        autocapitalize=${keyboard.autocapitalize ?? "sentences"}
        .value=${words}
        @input=${this.#typed}
      ></textarea>
      <button class="send" type="submit" aria-label=${texts.send} title=${texts.send}>${icons.send}</button>
      ${left <= 200 ? html`<p class="left" role="status">${texts.charactersLeft(left)}</p>` : nothing}
    </form>`;
  }

  #question() {
    return html`<div class="veil">
      <div class="question" role="alertdialog" aria-modal="true" aria-labelledby="question" aria-describedby="meaning">
        <h2 id="question">${texts.forgetQuestion}</h2>
        <p id="meaning">${texts.forgetMeaning}</p>
        <button class="option keep" type="button" @click=${() => this.#ask(false)}>${texts.forgetNo}</button>
        <button class="option alarm" type="button" @click=${this.#forget}>${texts.forgetYes}</button>
      </div>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "meantime-chat": MeantimeChat;
  }
}
