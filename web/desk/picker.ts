/** Canned replies: "/" at the start of the text opens a list, what follows narrows it, Enter takes one. */
import htmx from "./htmx";

const STARTS = /^\/(\S*)$/;

export function picks(text: HTMLTextAreaElement, list: HTMLElement, conversation: string, insert: (words: string) => void): void {
  let chosen = -1;

  const rows = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[data-text]")];
  const isOpen = (): boolean => !list.hidden;

  const close = (): void => {
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    text.removeAttribute("aria-activedescendant");
    text.removeAttribute("aria-controls");
  };

  const mark = (at: number): void => {
    const all = rows();
    chosen = all.length ? (at + all.length) % all.length : -1;
    all.forEach((row, place) => {
      row.id ||= `pick-${place}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(place === chosen));
    });
    const row = all[chosen];
    if (!row) return;
    text.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  };

  const take = (row: HTMLElement | undefined): void => {
    if (!row) return;
    const words = row.dataset["text"] ?? "";
    close();
    insert(words);
  };

  const where = (query: string): string => `/desk/replies/pick?${new URLSearchParams({ conversation, q: query })}`;

  const ask = (query: string): void => {
    if (isOpen()) close(); // what is listed was found for other words
    void htmx.ajax("get", where(query), { target: list, swap: "innerHTML" });
  };

  // Of several that are asked for at once htmx drops all but the last: what was typed by then is what counts.
  list.addEventListener("htmx:afterSwap", (event) => {
    const { requestPath } = (event as CustomEvent<{ pathInfo: { requestPath: string } }>).detail.pathInfo;
    const typed = STARTS.exec(text.value);
    if (document.activeElement !== text || !typed || requestPath !== where(typed[1] ?? "")) return close();
    list.hidden = false;
    text.setAttribute("aria-controls", list.id);
    mark(0);
  });

  text.addEventListener("input", () => {
    const typed = STARTS.exec(text.value);
    if (typed) ask(typed[1] ?? "");
    else if (isOpen()) close();
  });
  text.addEventListener("keydown", (event) => {
    if (!isOpen()) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen - 1);
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && rows().length) take(rows()[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  text.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    if (event.target instanceof Element) take(event.target.closest<HTMLElement>("[data-text]") ?? undefined);
  });
}
