/** Copies what stands elsewhere on the page: a password that is shown once should not have to be typed off. */

function told(button: HTMLElement, words: string): void {
  const before = button.textContent;
  button.textContent = words;
  setTimeout(() => (button.textContent = before), 2_000);
}

document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copies]");
  const from = button && document.getElementById(button.dataset.copies ?? "");
  if (!button || !from) return;
  try {
    await navigator.clipboard.writeText(from.textContent ?? "");
    told(button, "Copied");
  } catch {
    // Without https a browser lets nobody at the clipboard: it is marked, for the reader to copy.
    getSelection()?.selectAllChildren(from);
    told(button, "Marked");
  }
});

export {};
