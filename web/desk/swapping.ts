/** What htmx needs to be told: answers that say no are shown like any other, and what somebody opened stays open. */
import { Idiomorph } from "idiomorph/htmx";

const IN_WORDS = new Set([404, 409, 422, 429, 503]);

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>).detail;
  const isPage = detail.xhr.getResponseHeader("content-type")?.startsWith("text/html") ?? false;
  if (isPage && IN_WORDS.has(detail.xhr.status)) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

// A part that fetches itself anew says what is open at first; since then somebody may have opened or closed it.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name: string, node: Element): boolean =>
  !(name === "open" && node instanceof HTMLDetailsElement);
