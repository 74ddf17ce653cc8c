/** On a phone the chat is the whole screen: the page behind stays where it is, and the keyboard hides nothing. */

const SMALL = "(max-width: 32em), (max-height: 27em)";

export class Screen {
  #host: HTMLElement;
  #query = matchMedia(SMALL);
  #covers = false;
  #pageOverflow: [string, string] | null = null;

  constructor(host: HTMLElement, changed: () => void) {
    this.#host = host;
    this.#query.addEventListener("change", changed);
    visualViewport?.addEventListener("resize", () => this.#fit());
    visualViewport?.addEventListener("scroll", () => this.#fit());
  }

  get isSmall(): boolean {
    return this.#query.matches;
  }

  /** Take the whole screen, or give it back. */
  cover(covers: boolean): void {
    if (covers === this.#covers) return;
    this.#covers = covers;
    const page = document.documentElement.style;
    if (covers) {
      this.#pageOverflow = [page.getPropertyValue("overflow"), page.getPropertyPriority("overflow")];
      page.setProperty("overflow", "hidden", "important");
      this.#fit();
    } else if (this.#pageOverflow) {
      page.setProperty("overflow", ...this.#pageOverflow);
      this.#pageOverflow = null;
    }
  }

  /** Stay within what the keyboard leaves; a customer who has zoomed in wants to look around instead. */
  #fit(): void {
    const seen = visualViewport;
    if (!this.#covers || !seen || seen.scale > 1.01) return;
    this.#host.style.setProperty("--seen-height", `${seen.height}px`);
    this.#host.style.setProperty("--seen-top", `${seen.offsetTop}px`);
  }
}

/** Keep Tab within `panel`. */
export function trapFocus(event: KeyboardEvent, panel: HTMLElement): void {
  if (event.key !== "Tab") return;
  const stops = Array.from(
    panel.querySelectorAll<HTMLElement>("button:not(:disabled), textarea, [tabindex='0']"),
  ).filter((each) => each.checkVisibility() && !each.closest("[inert]"));
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  const root = panel.getRootNode() as ShadowRoot;
  if (root.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}
