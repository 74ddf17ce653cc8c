/** What a shop writes on its one script tag. */

import { type Texts, textsFor } from "./texts";

const script = document.currentScript as HTMLScriptElement | null;
const data = script?.dataset ?? {};

/** The gateway is where this script came from: …/widget.js or …/static/widget.js */
export const gateway = new URL(
  script?.src.includes("/static/widget.js") ? "../" : "./",
  script?.src || new URL("/widget.js", location.href),
);

export const texts: Texts = textsFor(data.lang ?? document.documentElement.lang);

export const tag = {
  identity: data.identity || undefined,
  name: data.name || texts.title,
  greeting: data.greeting || texts.greeting,
  colour: data.colour ?? data.color,
  isLeft: Boolean(data.position?.includes("left")),
};
