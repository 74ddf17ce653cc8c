/** Days and times as the customer's language writes them. */

import type { Texts } from "./texts";

/** "4 – 8 December", or one day with its weekday. Days are the destination's own, whatever zone the browser is in. */
export function daysBetween(earliest: string | null, latest: string | null, texts: Texts): string | null {
  const last = dayOf(latest ?? earliest);
  const first = dayOf(earliest) ?? last;
  if (!first || !last) return null;
  const weekday = first.getTime() === last.getTime() ? ({ weekday: "long" } as const) : {};
  const words = new Intl.DateTimeFormat(texts.locale, { day: "numeric", month: "long", timeZone: "UTC", ...weekday });
  return words.formatRange(first, last);
}

/** The day a message was sent on, where the customer is. */
export function dayWords(at: Date, texts: Texts): string {
  if (at.toDateString() === new Date().toDateString()) return texts.today;
  return new Intl.DateTimeFormat(texts.locale, { weekday: "long", day: "numeric", month: "long" }).format(at);
}

export function timeWords(at: Date, texts: Texts): string {
  return new Intl.DateTimeFormat(texts.locale, { timeStyle: "short" }).format(at);
}

function dayOf(text: string | null): Date | null {
  const day = text ? new Date(`${text}T00:00:00Z`) : null;
  return day && !Number.isNaN(day.getTime()) ? day : null;
}
