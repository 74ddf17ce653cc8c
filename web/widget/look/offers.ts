/** Quick replies and product cards; what can no longer be chosen looks it, and can still be read. */

import { css } from "lit";

export const offers = css`
  .options {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .option {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 44px;
    padding: 6px 16px;
    border: 1.5px solid var(--accent);
    border-color: color-mix(in oklab, var(--accent), var(--ink) 30%);
    border-radius: 22px;
    background: var(--ground);
    color: var(--ink);
    text-align: start;
    overflow-wrap: anywhere;
  }
  .option svg {
    flex: none;
    width: 16px;
    height: 16px;
  }
  .option:hover:not(:disabled) {
    background: var(--raised);
  }
  .option[data-role="confirm"]:not(:disabled) {
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  .option[data-role="human"] {
    border-style: dashed;
  }
  .option.alarm {
    border-color: var(--alarm);
    color: var(--alarm);
    justify-content: center;
  }
  .option.keep {
    justify-content: center;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  .option:disabled {
    min-height: 32px;
    padding: 2px 12px;
    border-color: var(--rule);
    color: var(--quiet);
    font-size: 0.875em;
    cursor: default;
  }
  .option[data-chosen] {
    border-style: solid;
    border-color: var(--edge);
    color: var(--ink);
    font-weight: 600;
  }
  .scale {
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: minmax(0, 1fr);
    gap: 6px;
    align-self: stretch;
  }
  .scale .option {
    position: relative;
    flex-direction: column;
    justify-content: center;
    gap: 0;
    min-height: 56px;
    padding: 6px 2px;
    border-radius: 12px;
    font-size: 1em;
    text-align: center;
  }
  .scale span:not(.for-readers) {
    font-size: 0.75em;
    font-weight: 400;
    line-height: 1.2;
  }
  .scale svg {
    position: absolute;
    inset: 5px 5px auto auto;
  }

  .cards {
    display: flex;
    flex-direction: column;
    gap: 8px;
    align-self: stretch;
    list-style: none;
  }
  .card {
    display: grid;
    grid-template-columns: auto 1fr;
    grid-auto-rows: min-content;
    gap: 2px 14px;
    padding: 12px;
    border: 1px solid var(--rule);
    border-radius: 12px;
    overflow-wrap: anywhere;
  }
  .card img {
    grid-row: 1 / span 6;
    width: 84px;
    height: 84px;
    object-fit: cover;
    border-radius: 8px;
    background: var(--raised);
  }
  .card > :not(img) {
    grid-column: 2;
  }
  .card:not(:has(img:not([hidden]))) > * {
    grid-column: 1 / -1;
  }
  .card-title {
    font-weight: 600;
    line-height: 1.3;
  }
  .card-fact {
    color: var(--quiet);
    font-size: 0.9375em;
    line-height: 1.35;
  }
  .card .option {
    justify-self: start;
    margin-top: 8px;
  }
  @media (forced-colors: active) {
    .option:disabled {
      color: GrayText;
      border-color: GrayText;
    }
  }
`;
