/** The queue by keyboard, and its title: how many wait is told where it is seen from another tab. */

const list = document.querySelector<HTMLElement>(".board #list");
const views = document.querySelector<HTMLElement>("#views");

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;
}

function step(by: number): void {
  const lines = [...(list?.querySelectorAll<HTMLElement>("a.line") ?? [])];
  const at = lines.findIndex((line) => line === document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : lines.length - 1) : Math.min(Math.max(at + by, 0), lines.length - 1);
  lines[next]?.focus();
  lines[next]?.scrollIntoView({ block: "nearest" });
}

function onKey(key: string): boolean {
  // The arrows scroll the page, until a line is chosen.
  const arrows = document.activeElement?.matches("a.line") ?? false;
  if (key === "j" || (arrows && key === "ArrowDown")) step(1);
  else if (key === "k" || (arrows && key === "ArrowUp")) step(-1);
  else if (key === "/") document.querySelector<HTMLInputElement>("#find")?.select();
  else {
    const tab = views?.querySelector<HTMLElement>(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
    if (!tab) return false;
    tab.click();
  }
  return true;
}

function tell(waiting: number, before: number): void {
  document.title = document.title.replace(/^(\(\d+\) )?/, waiting ? `(${waiting}) ` : "");
  const news = document.querySelector("#news");
  if (news && waiting > before) news.textContent = `Somebody new waits: ${waiting} in all.`;
}

function waitingNow(): number {
  return Number(views?.querySelector<HTMLElement>("[data-waiting]")?.dataset.waiting ?? 0);
}

if (views) {
  let before = waitingNow();
  new MutationObserver(() => {
    const waiting = waitingNow();
    if (waiting !== before) tell(waiting, before);
    before = waiting;
  }).observe(views, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-waiting"] });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || isWriting(event.target)) return;
    if (onKey(event.key)) event.preventDefault();
  });
}

export {};
