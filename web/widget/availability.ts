/** <meantime-availability sku postcode>: when an item can be had, said on the product's page before it is ordered.
 *
 * What stands inside the element is shown until the answer is there, and stays where none comes.
 */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { daysBetween } from "./days";
import type { Availability } from "./protocol";
import { gateway, texts } from "./tag";

const ANSWERED_WITHIN_MS = 8_000;

interface Told {
  state: Availability["state"] | "failed";
  headline: string;
  detail: string;
}

export class MeantimeAvailability extends LitElement {
  static override properties = { sku: {}, postcode: {}, told: { state: true }, isNear: { state: true } };
  declare sku: string | null;
  declare postcode: string | null;
  declare told: Told | null;
  declare isNear: boolean;

  #asked = 0;
  #watcher: IntersectionObserver | null = null;

  static override styles = css`
    :host {
      display: block;
      --mark: var(--meantime-unknown, #6b7780);
      --small: 0.9375;
      font: inherit;
    }
    :host([hidden]) {
      display: none;
    }
    p {
      margin: 0;
    }
    .headline {
      display: flex;
      align-items: baseline;
      gap: 0.5em;
      font-weight: 600;
    }
    .headline::before {
      content: "";
      flex: none;
      box-sizing: border-box; /* a border is rounded to whole pixels, and the text beside it is not to move */
      width: 0.9em;
      height: 0.9em;
      border: 0.15em solid var(--mark);
      border-radius: 50%;
      forced-color-adjust: none;
    }
    .available {
      --mark: var(--meantime-available, #1d8a4e);
    }
    .expected {
      --mark: var(--meantime-expected, #b5690a);
    }
    .available .headline::before {
      background: var(--mark);
    }
    .expected .headline::before {
      background: linear-gradient(90deg, var(--mark) 50%, transparent 50%);
    }
    .detail {
      /* the mark and the gap beside it, in the smaller type of this line */
      padding-inline-start: calc(1.4em / var(--small));
      font-size: calc(1em * var(--small));
    }
    button {
      padding: 0;
      border: 0;
      background: none;
      font: inherit;
      color: inherit;
      text-decoration: underline;
      cursor: pointer;
      text-align: start;
    }
    button:focus-visible {
      outline: 2px solid;
      outline-offset: 2px;
    }
  `;

  constructor() {
    super();
    this.sku = this.postcode = this.told = null;
    this.isNear = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // A list of products asks only for what is nearly in sight.
    this.#watcher = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) this.isNear = true;
      },
      { rootMargin: "300px" },
    );
    this.#watcher.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watcher?.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.isNear && (changed.has("sku") || changed.has("postcode") || changed.has("isNear"))) void this.#ask();
  }

  async #ask(): Promise<void> {
    const asked = ++this.#asked;
    if (!this.sku) {
      this.told = null;
      return;
    }
    const url = new URL(`availability/${encodeURIComponent(this.sku)}`, gateway);
    if (this.postcode) url.searchParams.set("postcode", this.postcode);
    let told: Told | null;
    try {
      const answer = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
      told = answer.ok ? tellingOf((await answer.json()) as Availability) : answer.status === 404 ? null : failed();
    } catch {
      told = failed();
    }
    if (asked !== this.#asked) return; // a later question has been asked since
    this.told = told;
    if (told) this.setAttribute("state", told.state);
    else this.removeAttribute("state");
  }

  override render() {
    const { told } = this;
    if (!told) return html`<slot></slot>`;
    if (told.state === "failed") {
      return html`<slot><button part="ask" type="button" @click=${askInChat}>${told.headline}</button></slot>`;
    }
    // What changes because the customer gave another postcode is announced; a page full of answers is not.
    return html`<div class=${told.state} aria-live=${this.#asked > 1 ? "polite" : "off"}>
      <p class="headline" part="headline"><span>${told.headline}</span></p>
      ${told.detail ? html`<p class="detail" part="detail">${told.detail}</p>` : nothing}
    </div>`;
  }
}

function tellingOf({ state, earliest, latest, text }: Availability): Told {
  const days = daysBetween(earliest, latest, texts);
  switch (state) {
    case "available":
      return { state, headline: texts.availableNow, detail: days ? texts.arrives(days) : "" };
    case "expected":
      if (days) return { state, headline: texts.expected(days), detail: texts.ifItSlips };
      return { state: "unknown", headline: texts.noDate, detail: texts.noDateMeaning };
    case "unknown":
      return { state, headline: texts.noDate, detail: texts.noDateMeaning };
    case "not_sold":
      return { state, headline: texts.notSold, detail: "" };
    default:
      return text ? { state: "unknown", headline: text, detail: "" } : failed();
  }
}

function failed(): Told {
  return { state: "failed", headline: texts.askUs, detail: "" };
}

function askInChat(): void {
  document.querySelector("meantime-chat")?.show();
}
