/** The queue by keyboard, and its title: how many need one is told where it is seen from another tab. */
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

interface Needs {
  /** Customers who wait for a person, and those of one's own who wait for an answer. */
  waiting: number;
  due: number;
}

function tell(now: Needs, before: Needs): void {
  const all = now.waiting + now.due;
  document.title = document.title.replace(/^(\(\d+\) )?/, all ? `(${all}) ` : "");
  const news = document.querySelector("#news");
  if (news && now.waiting > before.waiting) news.textContent = `Somebody new waits: ${now.waiting} in all.`;
  else if (news && now.due > before.due) news.textContent = `A customer of yours waits for an answer: ${now.due} in all.`;
}

function needsNow(): Needs {
  const { waiting, due } = views?.querySelector<HTMLElement>("[data-waiting]")?.dataset ?? {};
  return { waiting: Number(waiting ?? 0), due: Number(due ?? 0) };
}

if (views) {
  let before = needsNow();
  new MutationObserver(() => {
    const now = needsNow();
    if (now.waiting !== before.waiting || now.due !== before.due) tell(now, before);
    before = now;
  }).observe(views, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-waiting", "data-due"] });
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
