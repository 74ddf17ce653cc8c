/** Keeps the newest message in sight, unless whoever reads has scrolled up: then a button says what is new. */
const NEAR = 60;

const log = document.getElementById("log");
const recent = document.getElementById("recent");
const newer = document.getElementById("newer");

if (log && recent && newer) {
  let follows = true;
  let seen = new Set<string>();

  const ids = (): string[] => [...recent.querySelectorAll("article[id]")].map((each) => each.id);
  const isAtEnd = (): boolean => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;

  const toEnd = (): void => {
    log.scrollTop = log.scrollHeight;
    seen = new Set(ids());
    newer.hidden = true;
    follows = true;
  };

  const look = (): void => {
    if (follows) {
      toEnd();
      return;
    }
    const count = ids().filter((id) => !seen.has(id)).length;
    newer.hidden = count === 0;
    newer.textContent = `${count} new message${count === 1 ? "" : "s"}`;
  };

  log.addEventListener("scroll", () => {
    follows = isAtEnd();
    if (follows) {
      seen = new Set(ids());
      newer.hidden = true;
    }
  });
  newer.addEventListener("click", () => {
    toEnd();
    log.focus();
  });
  new MutationObserver(look).observe(log, { childList: true, subtree: true, characterData: true });
  new ResizeObserver(() => follows && toEnd()).observe(log);
  toEnd();
}

export {};
