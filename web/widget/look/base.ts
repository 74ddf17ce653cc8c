/** What the chat stands on: its colours, which a shop may set, and a place that no page's CSS can take from it.
 *
 * Important rules of a shadow tree win over the page's own, whatever they say. Sizes are in em of the customer's own
 * font size: a page may give its root any.
 */

import { css } from "lit";

export const base = css`
  :host {
    all: initial !important;
    --accent: var(--meantime-accent, #0f5c63);
    --on-accent: var(--meantime-on-accent, #fff);
    --ground: var(--meantime-ground, #fff);
    --raised: var(--meantime-raised, #eff3f4);
    --ink: var(--meantime-ink, #1b2326);
    --quiet: var(--meantime-quiet, #526065);
    --rule: #d5dcdf;
    --edge: #7d8a8f;
    --alarm: #a32613;
    --corner: var(--meantime-corner, 16px);
    display: block !important;
    position: fixed !important;
    inset: auto max(var(--meantime-offset-x, 20px), env(safe-area-inset-right))
      max(var(--meantime-offset-y, 20px), env(safe-area-inset-bottom)) auto !important;
    z-index: var(--meantime-layer, 2147483000) !important;
    color-scheme: light dark !important;
    font: medium/1.45 var(--meantime-font, system-ui, sans-serif) !important;
    color: var(--ink) !important;
    unicode-bidi: isolate !important;
    direction: ltr !important;
    text-align: start !important;
    -webkit-text-size-adjust: 100% !important;
  }
  :host([left]) {
    inset: auto auto max(var(--meantime-offset-y, 20px), env(safe-area-inset-bottom))
      max(var(--meantime-offset-x, 20px), env(safe-area-inset-left)) !important;
  }
  :host([hidden]) {
    display: none !important;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --accent: var(--meantime-accent-dark, var(--meantime-accent, #177983));
      --on-accent: var(--meantime-on-accent-dark, var(--meantime-on-accent, #fff));
      --ground: var(--meantime-ground-dark, #14191b);
      --raised: var(--meantime-raised-dark, #232c2f);
      --ink: var(--meantime-ink-dark, #e9eef0);
      --quiet: var(--meantime-quiet-dark, #a9b6bb);
      --rule: #364146;
      --edge: #7b898f;
      --alarm: #ffa595;
    }
  }
  @media (prefers-contrast: more) {
    :host {
      --quiet: var(--ink);
      --rule: var(--edge);
      --edge: var(--ink);
    }
  }
  * {
    box-sizing: border-box;
  }
  h2,
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  button,
  textarea {
    margin: 0;
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
    touch-action: manipulation;
  }
  :focus-visible {
    outline: 3px solid var(--ink);
    outline-offset: 2px;
    box-shadow: 0 0 0 2px var(--ground);
  }
  [hidden] {
    display: none !important;
  }
  svg {
    display: block;
    width: 24px;
    height: 24px;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .for-readers {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .launcher {
    display: flex;
    align-items: center;
    gap: 10px;
    min-height: 52px;
    padding: 12px 20px 12px 16px;
    border: 0;
    border-radius: 32px;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
    box-shadow: 0 4px 16px rgb(0 0 0 / 0.28);
  }
  :host([full]) .launcher {
    min-width: 56px;
    min-height: 56px;
    justify-content: center;
    padding: 14px;
  }
  :host([full]) .launcher span:not(.unread) {
    display: none;
  }
  .unread {
    min-width: 1.6em;
    padding: 0 0.4em;
    border-radius: 1em;
    background: var(--on-accent);
    color: var(--accent);
    text-align: center;
  }
  @media (prefers-reduced-motion: no-preference) {
    .launcher {
      transition: transform 0.12s ease-out;
    }
    .launcher:hover {
      transform: translateY(-2px);
    }
  }
  @media (forced-colors: active) {
    .launcher,
    .unread,
    .panel {
      border: 1px solid;
    }
  }
`;
