/** Tells a dialog's parts that it was opened, so that what changes with time is fetched then: `hx-trigger="opened from:#snooze"`. */
import htmx from "./htmx";

document.addEventListener(
  "toggle",
  (event) => {
    if (event instanceof ToggleEvent && event.newState === "open" && event.target instanceof HTMLElement) htmx.trigger(event.target, "opened");
  },
  true,
);
