/** The queue by keyboard, and its title: how many wait is told where it is seen from another tab. */
import { onKey } from "./keys";

const list = document.querySelector<HTMLElement>(".board #list");
const views = document.querySelector<HTMLElement>("#views");

function step(by: number): void {
  const lines = [...(list?.querySelectorAll<HTMLElement>("a.line") ?? [])];
  const at = lines.findIndex((line) => line === document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : lines.length - 1) : Math.min(Math.max(at + by, 0), lines.length - 1);
  lines[next]?.focus();
  lines[next]?.scrollIntoView({ block: "nearest" });
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
  onKey("j", "Next one (then also ↓)", () => step(1));
  onKey("k", "The one before (then also ↑)", () => step(-1));
  // The arrows scroll the page, until a line is chosen.
  list?.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    step(by);
  });
}
