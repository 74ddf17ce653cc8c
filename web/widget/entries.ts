/** The log: one shape for a message and its unsent forerunner, so that the echo replaces the bubble in place. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Conversation } from "./conversation";
import { dayWords, timeWords } from "./days";
import { shownWords, type Choose, offers } from "./offers";
import type { Message } from "./protocol";
import type { Unsent } from "./session";
import { texts } from "./tag";
import type { Entry } from "./transcript";

export function entries(conversation: Conversation, choose: Choose) {
  const all = conversation.entries;
  return repeat(all, keyOf, (entry, index) => {
    const at = timeOf(entry);
    const before = all.slice(0, index).findLast((each) => timeOf(each));
    const day = at && dayWords(at, texts);
    const isNewDay = day && (!before || day !== dayWords(timeOf(before)!, texts));
    return html`${isNewDay ? html`<p class="day">${day}</p>` : nothing}
    ${one(entry, conversation, choose, endsRun(entry, all[index + 1]))}`;
  });
}

function one(entry: Entry, conversation: Conversation, choose: Choose, isLastOfRun: boolean) {
  if ("note" in entry) {
    const { text, isError } = entry.note;
    return html`<p class="note ${isError ? "error" : ""}" data-note=${isError ? "error" : "note"}>${text}</p>`;
  }
  const message = "message" in entry ? entry.message : null;
  const unsent = "unsent" in entry ? entry.unsent : null;
  const author = message?.author ?? "customer";
  const text = message ? shownWords(message) : unsent?.text;
  if (author === "system") {
    return html`<div class="aside" data-author="system" data-seq=${message!.seq}>
      <p class="note">${text}</p>
      ${offers(message!, conversation, choose)}
    </div>`;
  }
  return html`<div
    class="message ${author} ${unsent?.refusedAfter === undefined ? "" : "refused"}"
    ?data-unsent=${unsent !== null}
    data-author=${author}
    data-seq=${message?.seq ?? nothing}
    data-id=${message?.id ?? unsent?.id ?? nothing}
  >
    ${author === "agent"
      ? html`<span class="by">${message?.name || texts.colleague}</span>`
      : html`<span class="for-readers">${author === "customer" ? texts.you : texts.assistant}:</span>`}
    ${text ? html`<div class="bubble" dir="auto">${text}</div>` : nothing}
    ${message ? offers(message, conversation, choose) : nothing} ${unsent ? fate(unsent, conversation) : nothing}
    ${message && isLastOfRun ? html`<time datetime=${message.at}>${timeOfDay(message)}</time>` : nothing}
  </div>`;
}

function fate(unsent: Unsent, conversation: Conversation) {
  if (unsent.refusedAfter !== undefined) {
    return html`<div class="fate">
      ${texts.notSent}.
      <button type="button" @click=${() => conversation.sayAgain(unsent)}>${texts.tryAgain}</button>
    </div>`;
  }
  return conversation.line === "lost" ? html`<div class="fate">${texts.waiting}</div>` : nothing;
}

/** The time stands once under what one side says in one go. */
function endsRun(entry: Entry, next: Entry | undefined): boolean {
  if (!("message" in entry) || !next || !("message" in next)) return true;
  return next.message.author !== entry.message.author;
}

function timeOf(entry: Entry): Date | null {
  const at = "message" in entry ? new Date(entry.message.at) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
}

function timeOfDay(message: Message): string {
  const at = timeOf({ message });
  return at ? timeWords(at, texts) : "";
}

function keyOf(entry: Entry): string {
  if ("note" in entry) return entry.note.key;
  return "unsent" in entry ? entry.unsent.id : entry.message.id;
}
