/** Single keys for what is done all day: one list, which the dialog behind "?" shows.
 *
 * `onKey("t", "Take over", run)` adds one; an element with `data-key="t"` is pressed by it, a field is gone to, and
 * `data-key-says` names it where its own words would not do. Nothing happens while somebody types, or in a dialog.
 */
interface Key {
  says: string;
  run: () => void;
}

const LEADS_TO = "g";
const keys = new Map<string, Key>();
let before = "";

export function onKey(key: string, says: string, run: () => void): void {
  keys.set(key, { says, run });
}

/** Says whether keys are words for a field. One that has just been closed away keeps the focus until the next frame. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    isShown(target) &&
    (target.isContentEditable || target.matches("textarea, select, input:not([type=radio], [type=checkbox])"))
  );
}

function isShown(element: HTMLElement): boolean {
  return element.checkVisibility?.() ?? element.offsetParent !== null;
}

function pressable(key: string): HTMLElement | undefined {
  const named = document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  return [...named].find(isShown);
}

function press(key: string): boolean {
  const element = pressable(key);
  if (element) {
    if (element instanceof HTMLInputElement) element.select();
    else element.click();
    return true;
  }
  const known = keys.get(key);
  known?.run();
  return known !== undefined;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const key = before + event.key;
  before = "";
  if (event.key === LEADS_TO && key === LEADS_TO) {
    before = `${LEADS_TO} `;
    setTimeout(() => (before = ""), 1500);
    return;
  }
  if (press(key)) event.preventDefault();
});

function row(key: string, says: string): HTMLElement {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  for (const part of key.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = part;
    term.append(cap, " ");
  }
  const what = document.createElement("dd");
  what.textContent = says;
  line.append(term, what);
  return line;
}

function help(): void {
  document.getElementById("keys-help")?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "keys-help";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = "Keyboard shortcuts";
  const list = document.createElement("dl");
  list.className = "keys-list";
  const shown = new Map([...keys].map(([key, { says }]) => [key, says]));
  for (const element of document.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = element.dataset["key"] ?? "";
    if (key && isShown(element)) shown.set(key, element.dataset["keySays"] ?? element.textContent?.trim() ?? "");
  }
  for (const [key, says] of [...shown].sort(([a], [b]) => a.localeCompare(b))) list.append(row(key, says));
  const form = document.createElement("form");
  form.method = "dialog";
  const close = document.createElement("button");
  close.className = "quiet-button";
  close.textContent = "Close";
  form.append(close);
  dialog.append(title, list, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

onKey("?", "This list", help);
onKey("g q", "Go to the queue", () => location.assign("/desk/queue"));

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-keys-help]")) help();
});
