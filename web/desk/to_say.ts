/** A sentence that is offered for the customer stays until it is put into the reply or dismissed, also when the box it stood in is used for the next change. */
const SENTENCE = "[data-to-say]";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, shouldSwap } = (event as CustomEvent<{ target?: Element; shouldSwap?: boolean }>).detail;
  const list = document.getElementById("to-tell");
  if (!list || !shouldSwap || !target?.matches(".changing")) return;
  list.append(...target.querySelectorAll(SENTENCE));
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-insert], [data-dismiss]")) return;
  const told = event.target.closest(SENTENCE);
  // Whoever listens for the same click still finds the sentence where it was.
  setTimeout(() => told?.remove());
});
