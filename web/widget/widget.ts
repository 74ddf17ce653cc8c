/** What one script tag does: it knows two elements, puts the chat on the page once, and gives the page its API. */

import { install } from "./api";
import { MeantimeAvailability } from "./availability";
import { MeantimeChat } from "./chat";

function mount(): void {
  const chat = document.createElement("meantime-chat") as MeantimeChat;
  document.body.append(chat);
  install(chat);
}

if (!customElements.get("meantime-chat")) {
  customElements.define("meantime-chat", MeantimeChat);
  customElements.define("meantime-availability", MeantimeAvailability);
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
}
