/** What was said. */

import { css } from "lit";

export const log = css`
  .log {
    flex: 1;
    display: flex;
    flex-direction: column;
    gap: 8px;
    min-height: 0;
    padding: 16px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .log:focus-visible {
    outline-offset: -3px;
    box-shadow: none;
  }
  .intro,
  .note {
    color: var(--quiet);
    font-size: 0.9375em;
  }
  .intro {
    margin-bottom: 4px;
  }
  .note,
  .day {
    align-self: center;
    max-width: 95%;
    text-align: center;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .note {
    margin: 4px 0;
  }
  .note.error {
    color: var(--alarm);
  }
  .day {
    margin: 8px 0 4px;
    color: var(--quiet);
    font-size: 0.8125em;
    font-weight: 600;
  }
  .message,
  .aside {
    display: flex;
    flex-direction: column;
    gap: 8px;
    align-items: flex-start;
  }
  .aside > .note {
    align-self: center;
  }
  .message.customer {
    align-items: flex-end;
  }
  .bubble {
    max-width: 88%;
    padding: 9px 14px;
    border-radius: var(--corner) var(--corner) var(--corner) 4px;
    background: var(--raised);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .customer .bubble {
    border-radius: var(--corner) var(--corner) 4px var(--corner);
    background: var(--accent);
    color: var(--on-accent);
  }
  .agent .bubble {
    border: 1.5px solid var(--edge);
    background: var(--ground);
  }
  [data-unsent] .bubble {
    opacity: 0.75;
  }
  .refused .bubble {
    border: 1.5px dashed var(--edge);
    background: none;
    color: var(--ink);
    opacity: 1;
  }
  .by,
  .fate,
  time {
    font-size: 0.8125em;
    color: var(--quiet);
  }
  .by {
    margin: 4px 0 -4px 4px;
    font-weight: 600;
  }
  time {
    margin: -4px 4px 4px;
  }
  .fate {
    margin: -4px 4px 0 0;
  }
  .refused .fate {
    color: var(--alarm);
  }
  .fate button {
    min-height: 28px;
    padding: 4px 0;
    border: 0;
    background: none;
    text-decoration: underline;
  }

  .typing {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 8px;
  }
  .dots {
    display: flex;
    gap: 5px;
    padding: 13px 15px;
  }
  .dots i {
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--quiet);
  }
  @media (prefers-reduced-motion: no-preference) {
    .dots i {
      animation: breathe 1.2s infinite ease-in-out;
    }
    .dots i:nth-child(2) {
      animation-delay: 0.15s;
    }
    .dots i:nth-child(3) {
      animation-delay: 0.3s;
    }
    @keyframes breathe {
      0%,
      60%,
      100% {
        opacity: 0.35;
      }
      30% {
        opacity: 1;
      }
    }
  }
  @media (forced-colors: active) {
    .bubble {
      border: 1px solid;
    }
    .dots i {
      background: CanvasText;
      forced-color-adjust: none;
    }
  }
`;
