/** What goes wrong is said in words where it was tried, and a small dialog closes once what it asks for is done.
 *
 * htmx shows only what went well: what did not is shown too, in the place that the form names with `data-says`, else
 * where its answer goes. A part of a page that could only not be fetched anew stays as it is, with all that is typed
 * into it.
 */
const OF_STEPS = [404, 409, 422, 503];
/** What a step of a change may be answered; whatever else goes wrong leaves the step as it is. */
const FAILED = "This did not work. Please try again.";

/** Pixels of the messages that have to be in sight for anything to be told over them. */
const LEAST_ROOM = 160;

interface Swap extends Event {
  detail: { xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean; target: Element; requestConfig: { elt: Element }; swapOverride?: string };
}

interface Done extends Event {
  detail: { xhr: XMLHttpRequest; successful: boolean; elt: Element };
}

function told(): HTMLElement | null {
  return document.getElementById("told");
}

/** Puts what is told over the end of the messages, where nothing is pressed; elsewhere, and where they are out of sight, it stands at the foot of the window. */
function makeRoom(place: HTMLElement): void {
  const messages = document.querySelector(".log-frame")?.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const isInSight = messages && messages.bottom > LEAST_ROOM && messages.top < clientHeight - LEAST_ROOM;
  place.style.insetBlockEnd = isInSight ? `${Math.max(0, clientHeight - messages.bottom) + 8}px` : "";
  place.style.insetInline = isInSight ? `${messages.left + 8}px ${clientWidth - messages.right + 8}px` : "";
}

function say(words: string): void {
  const place = told();
  if (!place) return;
  const line = document.createElement("p");
  line.textContent = words;
  place.replaceChildren(line);
  makeRoom(place);
  setTimeout(() => line.remove(), 8000);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event as Swap;
  if (detail.xhr.status < 400) return;
  const isInWords = detail.xhr.responseText.startsWith("<");
  const isOfStep = OF_STEPS.includes(detail.xhr.status) && detail.target.matches(".changing, #panel-found");
  if (isInWords && (isOfStep || detail.target.id === "panel")) {
    detail.shouldSwap = true; // each has a place of its own for whatever is to be said
    detail.isError = false;
    return;
  }
  // The event is told of the target; what was pressed may be gone already, when somebody else was faster.
  const { elt } = detail.requestConfig;
  const form = elt.closest("form");
  if (!form && !elt.matches("button")) return;
  const says = form?.dataset["says"];
  const place = says ? document.getElementById(says) : form?.id === "composer" ? detail.target : null;
  detail.isError = false;
  if (isInWords && place) {
    detail.shouldSwap = true;
    detail.target = place;
    detail.swapOverride = "innerHTML";
    return;
  }
  const page = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
  say(page.querySelector("[role=alert]")?.textContent?.trim() || FAILED);
});

document.addEventListener("htmx:sendError", (event) => {
  if ((event as Done).detail.elt.closest("form, button")) say("The desk cannot be reached just now. Nothing is lost; please try again.");
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, successful, elt } = (event as Done).detail;
  const dialog = elt.closest<HTMLElement>("[popover]");
  // What was refused in words counts as successful too, as they are shown.
  if (!successful || xhr.status >= 400 || !dialog || !(elt instanceof HTMLFormElement)) return;
  elt.reset();
  document.getElementById(elt.dataset["says"] ?? "")?.replaceChildren();
  dialog.hidePopover();
});

// Why somebody could not answer is over once that has changed. Who has just lost it is still to read why.
const head = document.getElementById("head");
if (head) {
  const state = (): DOMStringMap => ({ ...head.querySelector<HTMLElement>("[data-answers]")?.dataset });
  let before = state();
  new MutationObserver(() => {
    const now = state();
    if (now["answers"] === before["answers"]) return;
    const hasLostIt = before["mine"] !== undefined;
    before = now;
    if (!hasLostIt) document.querySelector("#verdict > .fault")?.remove();
  }).observe(head, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-answers", "data-mine"] });
}

// "Something else" says nothing by itself.
const closing = document.querySelector<HTMLFormElement>("#close-form");
const words = closing?.querySelector<HTMLInputElement>("[name=words]");
if (closing && words) {
  const ask = (): void => {
    words.required = closing.querySelector<HTMLInputElement>("[name=because]:checked")?.dataset["needs"] === words.name;
  };
  closing.addEventListener("change", ask);
  closing.addEventListener("reset", () => setTimeout(ask));
}

export {};
