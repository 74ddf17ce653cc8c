/** The demo shop's gestures: asking when an item would reach a postcode, asking about it in the chat, and finding the
 * orders to try. */
import "./shop.css";

const form = document.querySelector<HTMLFormElement>("form[data-postcode]");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const postcode = String(new FormData(form).get("postcode") ?? "").trim();
  for (const element of document.querySelectorAll("meantime-availability")) {
    if (postcode) element.setAttribute("postcode", postcode);
    else element.removeAttribute("postcode");
  }
});

interface Chat {
  open(words?: string): void;
}

/** The chat's own script may be slower than the customer: wishes are kept until it is there. */
function whenThere(wish: (chat: Chat) => void): void {
  const page = window as { Meantime?: { push(wish: (chat: Chat) => void): void } };
  (page.Meantime ??= []).push(wish);
}

for (const button of document.querySelectorAll<HTMLElement>("[data-ask]")) {
  button.addEventListener("click", () => whenThere((chat) => chat.open(button.dataset.ask)));
}

/** Not every browser opens what is folded up around the place that a link leads to. */
for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')) {
  link.addEventListener("click", () => document.querySelector(link.hash)?.closest("details")?.setAttribute("open", ""));
}
