/** The widget's few signs. */

import { html, svg, type TemplateResult } from "lit";

const sign = (shape: TemplateResult<2>) => html`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

export const chat = sign(svg`<path d="M4 5h16v11H9l-5 4z" />`);
export const close = sign(svg`<path d="M6 6l12 12M18 6L6 18" />`);
export const send = sign(svg`<path d="M12 20V4M5 11l7-7 7 7" />`);
export const forget = sign(svg`<path d="M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5" />`);
export const tick = sign(svg`<path d="M5 12.500l4.500 4.500L19 7.500" />`);
