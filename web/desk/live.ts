/** Says when a page is not live any more: what stands there looks the same, whether anything new is heard of or not.
 *
 * A gateway that starts anew is back in a moment: nobody needs to read of that.
 */
const PATIENCE_MS = 2_000;
const LOST = "Not live: the connection was lost. It is tried again by itself.";

const place = document.getElementById("not-live");
let waits: number | undefined;
let isLeaving = false;

function isBack(): void {
  clearTimeout(waits);
  waits = undefined;
  place?.replaceChildren();
}

function isLost(): void {
  if (isLeaving) return;
  waits ??= window.setTimeout(() => place && !isLeaving && place.replaceChildren(LOST), PATIENCE_MS);
}

document.addEventListener("htmx:sseError", isLost);
document.addEventListener("htmx:sseClose", isLost);
document.addEventListener("htmx:sseOpen", isBack);
// Leaving a page ends its connection, too.
window.addEventListener("beforeunload", () => (isLeaving = true));
window.addEventListener("pagehide", () => (isLeaving = true));
window.addEventListener("pageshow", () => (isLeaving = false));

export {};
