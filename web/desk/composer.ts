/** The box a member of staff writes in: what is typed is kept in this browser until it is sent, and sent once. */
import { onKey } from "./keys";
import { picks } from "./picker";

const form = document.querySelector<HTMLFormElement>("#composer");
const text = document.querySelector<HTMLTextAreaElement>("#text");
const picker = document.getElementById("picker");

interface Told extends Event {
  detail: { client?: string; elt?: Element; successful?: boolean; pathInfo?: { requestPath: string } };
}

if (form && text && picker) {
  const conversation = form.dataset["conversation"] ?? "";
  const kept = `meantime.desk.draft.${conversation}`;
  const client = form.querySelector<HTMLInputElement>("[name=client_id]");
  const verdict = document.getElementById("verdict");
  let sent = "";

  const keep = (): void => {
    if (text.value) sessionStorage.setItem(kept, text.value);
    else sessionStorage.removeItem(kept);
  };

  const changed = (): void => {
    keep();
    text.dispatchEvent(new Event("drafted"));
  };

  const write = (mode: string): void => {
    const choice = form.querySelector<HTMLInputElement>(`[name=mode][value=${mode}]`);
    if (choice && !choice.checked) choice.click();
    text.focus();
  };

  const insert = (words: string): void => {
    const rest = text.value.startsWith("/") ? "" : text.value;
    text.value = rest ? `${rest.trimEnd()}\n\n${words}` : words;
    text.focus();
    // What is still to be filled in is what is typed next.
    const gap = /\[[^\]]+\]/.exec(text.value);
    if (gap) text.setSelectionRange(gap.index, gap.index + gap[0].length);
    else text.setSelectionRange(text.value.length, text.value.length);
    changed();
  };

  if (!text.value) text.value = sessionStorage.getItem(kept) ?? "";
  if (text.value) setTimeout(changed);
  text.addEventListener("input", keep);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && !event.defaultPrevented) text.blur();
  });
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === "mode") {
      verdict?.replaceChildren();
      text.placeholder =
        event.target.value === "note"
          ? "Only colleagues see this."
          : "Write to the customer. Type / for a canned reply.";
      text.dispatchEvent(new Event("drafted"));
    }
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    if ((event as Told).detail.elt === form) sent = text.value;
  });
  document.addEventListener("said", (event) => {
    if (client) client.value = (event as Told).detail.client ?? "";
    if (text.value !== sent) return;
    text.value = "";
    changed();
    if (form.contains(document.activeElement) || document.activeElement === document.body) text.focus();
  });
  document.addEventListener("renewed", (event) => {
    if (client) client.value = (event as Told).detail.client ?? "";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { successful, pathInfo } = (event as Told).detail;
    // Whoever takes over is about to answer; on a telephone that would only cover what is to be read.
    if (successful && pathInfo?.requestPath.endsWith("/take-over") && matchMedia("(hover: hover)").matches) write("reply");
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const words = event.target.closest<HTMLElement>("[data-insert]")?.dataset["insert"];
    if (words !== undefined) {
      write("reply");
      insert(words);
    }
    if (event.target.closest("[data-change]")) {
      verdict?.replaceChildren();
      text.focus();
    }
  });
  picks(text, picker, conversation, insert);
  onKey("r", "Write a reply", () => write("reply"));
  onKey("n", "Write an internal note", () => write("note"));
}
