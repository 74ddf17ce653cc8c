/** The box a member of staff writes in: what is typed is kept in this browser until it is sent, and sent once.
 *
 * A reply and an internal note are two drafts, each kept under a name of its own: no switch makes one of the other.
 */
import { onKey } from "./keys";
import { picks } from "./picker";

const form = document.querySelector<HTMLFormElement>("#composer");
const text = document.querySelector<HTMLTextAreaElement>("#text");
const picker = document.getElementById("picker");

interface Told extends Event {
  detail: { client?: string; elt?: Element; pathInfo?: { requestPath: string }; xhr?: XMLHttpRequest };
}

if (form && text && picker) {
  const conversation = form.dataset["conversation"] ?? "";
  const client = form.querySelector<HTMLInputElement>("[name=client_id]");
  const verdict = document.getElementById("verdict");
  const chosen = (): string => form.querySelector<HTMLInputElement>("[name=mode]:checked")?.value ?? "reply";
  const me = document.body.dataset["me"] ?? ""; // whoever signs in next in this tab has drafts of their own
  const kept = (mode: string): string => `meantime.desk.draft.${me}.${conversation}${mode === "note" ? ".note" : ""}`;
  const draft = (mode: string): string => sessionStorage.getItem(kept(mode)) ?? "";
  let mode = chosen();
  let sent = { mode, words: "" };

  const keep = (): void => {
    if (text.value) sessionStorage.setItem(kept(mode), text.value);
    else sessionStorage.removeItem(kept(mode));
  };

  const changed = (): void => {
    keep();
    text.dispatchEvent(new Event("drafted"));
  };

  const show = (): void => {
    text.placeholder =
      mode === "note" ? "Only colleagues see this." : "Write to the customer. Type / for a canned reply.";
  };

  const write = (wanted: string): void => {
    const choice = form.querySelector<HTMLInputElement>(`[name=mode][value=${wanted}]`);
    if (choice && !choice.checked) choice.click();
    text.focus();
  };

  const insert = (words: string): void => {
    const rest = text.value.startsWith("/") ? "" : text.value.trimEnd();
    text.focus();
    if (rest.endsWith(words.trimEnd()) && rest) return; // pressed twice
    text.value = rest ? `${rest}\n\n${words}` : words;
    // What is still to be filled in is what is typed next.
    const gap = /\[[^\]]+\]/.exec(text.value);
    if (gap) text.setSelectionRange(gap.index, gap.index + gap[0].length);
    else text.setSelectionRange(text.value.length, text.value.length);
    changed();
  };

  if (!text.value) text.value = draft(mode);
  if (text.value) setTimeout(changed);
  show();
  text.addEventListener("input", keep);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && !event.defaultPrevented) text.blur();
  });
  form.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement) || event.target.name !== "mode" || mode === chosen()) return;
    keep();
    mode = chosen();
    text.value = draft(mode);
    verdict?.replaceChildren();
    show();
    text.dispatchEvent(new Event("drafted"));
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    if ((event as Told).detail.elt === form) sent = { mode, words: text.value };
  });
  document.addEventListener("said", (event) => {
    if (client) client.value = (event as Told).detail.client ?? "";
    if (mode !== sent.mode) {
      if (draft(sent.mode) === sent.words) sessionStorage.removeItem(kept(sent.mode));
      return;
    }
    if (text.value !== sent.words) return;
    text.value = "";
    changed();
    if (form.contains(document.activeElement) || document.activeElement === document.body) text.focus();
  });
  document.addEventListener("renewed", (event) => {
    if (client) client.value = (event as Told).detail.client ?? "";
  });
  // Told of the target: the button itself may be gone, where the news came before the answer.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = (event as Told).detail;
    // Whoever takes over is about to answer; on a telephone that would only cover what is to be read.
    const has = xhr !== undefined && xhr.status < 400 && pathInfo?.requestPath.endsWith("/take-over");
    if (has && matchMedia("(hover: hover)").matches) write("reply");
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
