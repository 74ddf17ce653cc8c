/** The open chat: docked beside the page, or the whole of a small screen. */

import { css } from "lit";

export const panel = css`
  .panel {
    position: relative;
    display: flex;
    flex-direction: column;
    width: min(24.5em, calc(100vw - 40px));
    height: min(41em, calc(100dvh - 40px));
    background: var(--ground);
    border: 1px solid var(--rule);
    border-radius: var(--corner);
    overflow: hidden;
    box-shadow: 0 12px 40px rgb(0 0 0 / 0.28);
  }
  :host([open][full]) {
    inset: var(--seen-top, 0) 0 auto 0 !important;
  }
  :host([full]) .panel {
    width: 100%;
    height: var(--seen-height, 100dvh);
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
    border: 0;
    border-radius: 0;
    box-shadow: none;
  }
  @media (prefers-reduced-motion: no-preference) {
    .panel {
      animation: rise 0.16s ease-out;
    }
    @keyframes rise {
      from {
        opacity: 0;
        transform: translateY(12px);
      }
    }
  }

  .head {
    display: flex;
    align-items: center;
    gap: 2px;
    padding: 12px 8px 12px 16px;
    background: var(--accent);
    color: var(--on-accent);
  }
  .head div {
    flex: 1;
    min-width: 0;
  }
  h2 {
    font-size: 1.0625em;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .who {
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }
  .who::before {
    content: "";
    display: inline-block;
    width: 0.5em;
    height: 0.5em;
    margin-inline-end: 0.45em;
    border: 1.5px solid;
    border-radius: 50%;
    vertical-align: 0.05em;
  }
  .who[data-owner="agent"]::before {
    background: currentColor;
  }
  .head button {
    flex: none;
    width: 44px;
    height: 44px;
    padding: 10px;
    border: 0;
    border-radius: 50%;
    background: none;
  }
  .head button:hover {
    background: rgb(127 127 127 / 0.25);
  }
  .head :focus-visible {
    outline-color: currentColor;
    outline-offset: -4px;
    box-shadow: none;
  }

  .place,
  .status {
    font-size: 0.875em;
    text-align: center;
  }
  .place:not(:empty),
  .status:not(:empty, .for-readers) {
    padding: 8px 16px;
    background: var(--raised);
    border-top: 1px solid var(--rule);
  }
  .status:not(.for-readers) {
    color: var(--quiet);
  }

  .veil {
    position: absolute;
    inset: 0;
    display: flex;
    align-items: flex-end;
    background: rgb(0 0 0 / 0.45);
  }
  .question {
    display: flex;
    flex-direction: column;
    gap: 10px;
    width: 100%;
    padding: 20px 20px calc(20px + env(safe-area-inset-bottom));
    background: var(--ground);
    border-radius: var(--corner) var(--corner) 0 0;
  }
  .question p {
    color: var(--quiet);
    font-size: 0.9375em;
  }
  .question .option {
    text-align: center;
  }
`;
