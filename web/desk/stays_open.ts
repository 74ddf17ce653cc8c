/** What somebody has opened stays open, and what they have closed stays closed, when a part of a page comes anew. */
import { Idiomorph } from "idiomorph/htmx";

Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name: string, node: Element): boolean =>
  !(name === "open" && node instanceof HTMLDetailsElement);
