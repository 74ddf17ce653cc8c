/** What may be chosen under a message: quick replies, and cards with a picture, a price, what differs and when it comes. */

import { html, nothing } from "lit";
import type { Conversation } from "./conversation";
import { tick } from "./icons";
import type { Card, Message, Option } from "./protocol";
import { gateway, texts } from "./tag";

export type Choose = (message: Message, option: Option) => void;

const RATES = /^([1-9]) (.+)$/;

/** Once something was chosen, or something newer is offered, all of it can still be read and none of it be pressed;
 * what has ended without either is not shown any more. */
export function offers(message: Message, conversation: Conversation, choose: Choose) {
  const cards = message.cards ?? [];
  const options = message.options ?? [];
  const onCards = new Set(cards.map((card) => card.option));
  const isGone = conversation.isGone(message);
  const rest = options.filter((option) => !isGone && !onCards.has(option.id));
  // "1 Poor" to "5 Excellent": from the least to the most, in one row.
  const isScale = rest.length > 2 && rest.every(({ title }, n) => RATES.exec(title)?.[1] === String(n + 1));
  const isLive = conversation.isLive(message);
  const chosen = conversation.chosenOf(message);

  const button = (option: Option, words: string, about?: string) =>
    html`<button
      class="option"
      type="button"
      data-option=${option.id}
      data-role=${option.role ?? "choice"}
      ?data-chosen=${chosen === option.id}
      ?disabled=${!isLive}
      aria-label=${about ? `${words}: ${about}` : nothing}
      @click=${() => choose(message, option)}
    >
      ${chosen === option.id ? html`${tick}<span class="for-readers">${texts.chosen}: </span>` : nothing}${isScale
        ? html`<b>${words.slice(0, 1)}</b> <span>${words.slice(2)}</span>`
        : words}
    </button>`;

  const card = (each: Card) => {
    const option = options.find(({ id }) => id === each.option) ?? (each.option && { id: each.option, title: each.title });
    const picture = pictureUrl(each.image_url);
    const [price, ...facts] = sentences(each.subtitle);
    return html`<li class="card">
      ${picture
        ? html`<img src=${picture} alt="" referrerpolicy="no-referrer" width="72" height="72" @error=${hide} />`
        : nothing}
      <div class="card-title">${each.title}</div>
      ${price ? html`<div class="card-price">${price}</div>` : nothing}
      ${facts.map((fact) => html`<div class="card-fact">${fact}</div>`)}
      ${option && !isGone ? button(option, option.title === each.title ? texts.choose : option.title, each.title) : nothing}
    </li>`;
  };

  return html`${cards.length ? html`<ul class="cards" role="list">${cards.map(card)}</ul>` : nothing}
  ${rest.length ? html`<div class="options ${isScale ? "scale" : ""}" role="group">${rest.map((option) => button(option, option.title))}</div>` : nothing}`;
}

/** The words of a message, with dots before what it lists, and without the list that its cards show: what announced
 * that list is then a sentence of its own. */
export function shownWords(message: Message): string {
  const onCards = (message.cards ?? []).map((card) => `- ${card.title}:`);
  const isOnCard = (line?: string) => line !== undefined && onCards.some((start) => line.startsWith(start));
  const lines = message.text.split("\n");
  const shown = lines
    .map((line, n) => (isOnCard(lines[n + 1]) ? line.replace(/:$/, ".") : line))
    .filter((line, n) => !isOnCard(line) && !(line === "" && isOnCard(lines[n - 1])));
  const text = shown.join("\n");
  return message.author === "customer" ? text : text.replace(/^- /gm, "• ");
}

function pictureUrl(url: string | null | undefined): string | null {
  if (!url || !URL.canParse(url, gateway.href)) return null;
  const { protocol, href } = new URL(url, gateway);
  return protocol === "https:" || protocol === "http:" ? href : null;
}

function hide(event: Event): void {
  (event.currentTarget as HTMLElement).hidden = true; // nothing there, or the page's policy forbids it
}

/** One fact a line: a card's second line says the price first, then what differs, then when it comes. */
function sentences(text: string | null | undefined): string[] {
  if (!text) return [];
  if (!("Segmenter" in Intl)) return [text];
  return Array.from(new Intl.Segmenter(texts.locale, { granularity: "sentence" }).segment(text), ({ segment }) =>
    segment.trim(),
  ).filter(Boolean);
}
