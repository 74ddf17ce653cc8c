/** The look of the widget. A shop may set --meantime-accent and --meantime-on-accent on <meantime-chat>. */
import { css } from "lit";

export const styles = css`
  :host {
    all: initial;
    color-scheme: light dark;
    --accent: var(--meantime-accent, #0f5c63);
    --on-accent: var(--meantime-on-accent, #fff);
    --ground: #fff;
    --raised: #f1f4f5;
    --ink: #1b2326;
    --quiet: #566469;
    --rule: #d5dcdf;
    --edge: #7d8a8f;
    --alarm: #a32613;
    font: 16px/1.45 system-ui, sans-serif;
    color: var(--ink);
    position: fixed;
    inset: auto 1.25rem 1.25rem auto;
    z-index: 2147483000;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --accent: var(--meantime-accent-dark, #7fd1d8);
      --on-accent: var(--meantime-on-accent-dark, #06282b);
      --ground: #14191b;
      --raised: #222a2d;
      --ink: #e9eef0;
      --quiet: #a3b0b5;
      --rule: #364146;
      --edge: #7b898f;
      --alarm: #ffa595;
    }
  }
  * {
    box-sizing: border-box;
  }
  button,
  textarea {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  [hidden] {
    display: none !important;
  }
  svg {
    display: block;
    width: 1.5rem;
    height: 1.5rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .launcher {
    position: relative;
    display: flex;
    align-items: center;
    gap: 0.6rem;
    padding: 0.8rem 1.2rem 0.8rem 1rem;
    border: 0;
    border-radius: 2rem;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
    box-shadow: 0 4px 16px rgb(0 0 0 / 0.25);
  }
  .unread {
    min-width: 1.5rem;
    padding: 0 0.4rem;
    border-radius: 1rem;
    background: var(--on-accent);
    color: var(--accent);
    text-align: center;
  }

  .panel {
    display: flex;
    flex-direction: column;
    width: 24rem;
    height: min(40rem, calc(100dvh - 2.5rem));
    background: var(--ground);
    border: 1px solid var(--rule);
    border-radius: 1rem;
    overflow: hidden;
    box-shadow: 0 12px 40px rgb(0 0 0 / 0.25);
    animation: rise 0.16s ease-out;
  }
  @media (max-width: 32rem) {
    :host([open]) {
      inset: 0;
    }
    .panel {
      width: 100%;
      height: 100dvh;
      border: 0;
      border-radius: 0;
    }
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(0.75rem);
    }
  }

  .head {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0.75rem 0.5rem 0.75rem 1rem;
    background: var(--accent);
    color: var(--on-accent);
  }
  .head div {
    flex: 1;
    min-width: 0;
  }
  h2,
  p {
    margin: 0;
  }
  h2 {
    font-size: 1.05rem;
    line-height: 1.3;
  }
  .who {
    font-size: 0.875rem;
    overflow-wrap: anywhere;
  }
  .close {
    padding: 0.5rem;
    border: 0;
    border-radius: 50%;
    background: none;
  }
  .head :focus-visible {
    outline-color: currentColor;
    outline-offset: -2px;
  }

  .log {
    flex: 1;
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    padding: 1rem;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .log:focus-visible {
    outline-offset: -3px;
  }
  .intro,
  .note {
    color: var(--quiet);
    font-size: 0.875rem;
  }
  .note {
    align-self: center;
    text-align: center;
    margin: 0.25rem 0;
    max-width: 95%;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .note.error {
    color: var(--alarm);
  }
  .message {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    align-items: flex-start;
  }
  .message.customer {
    align-items: flex-end;
  }
  .bubble {
    max-width: 85%;
    padding: 0.55rem 0.85rem;
    border-radius: 1rem 1rem 1rem 0.25rem;
    background: var(--raised);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .customer .bubble {
    border-radius: 1rem 1rem 0.25rem 1rem;
    background: var(--accent);
    color: var(--on-accent);
  }
  .refused .bubble {
    border: 1.5px dashed var(--edge);
    background: none;
    color: var(--ink);
  }
  .by,
  .fate {
    font-size: 0.8125rem;
    color: var(--quiet);
  }
  .by {
    margin: 0.25rem 0 -0.3rem 0.25rem;
  }
  .fate {
    margin: -0.25rem 0.25rem 0 0;
  }
  .refused .fate {
    color: var(--alarm);
  }
  .fate button {
    padding: 0.25rem 0;
    border: 0;
    background: none;
    text-decoration: underline;
  }
  .for-readers {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .options {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .option {
    min-height: 2.75rem;
    padding: 0.4rem 1rem;
    border: 1.5px solid var(--accent);
    border-radius: 1.4rem;
    background: none;
    color: var(--accent);
    text-align: start;
    overflow-wrap: anywhere;
  }
  .option[data-role="confirm"] {
    background: var(--accent);
    color: var(--on-accent);
  }
  .option[data-role="human"] {
    border-style: dashed;
  }
  .option:disabled {
    border-color: var(--rule);
    background: none;
    color: var(--quiet);
    cursor: default;
  }
  .option[data-chosen] {
    border-color: var(--edge);
    font-weight: 600;
  }
  .cards {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    align-self: stretch;
  }
  .card {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 0.75rem;
    padding: 0.75rem;
    border: 1px solid var(--rule);
    border-radius: 0.75rem;
    overflow-wrap: anywhere;
  }
  .card img {
    grid-row: span 3;
    width: 4.5rem;
    height: 4.5rem;
    object-fit: cover;
    border-radius: 0.5rem;
    background: var(--raised);
  }
  .card > :not(img) {
    grid-column: 2;
  }
  .card:not(:has(img)) > * {
    grid-column: 1 / -1;
  }
  .card-title {
    font-weight: 600;
  }
  .card-subtitle {
    color: var(--quiet);
    font-size: 0.875rem;
  }
  .card .option {
    justify-self: start;
    margin-top: 0.5rem;
  }

  .dots {
    display: flex;
    align-self: flex-start;
    gap: 0.3rem;
    padding: 0.8rem 0.9rem;
  }
  .dots i {
    width: 0.45rem;
    height: 0.45rem;
    border-radius: 50%;
    background: var(--quiet);
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

  .status {
    color: var(--quiet);
    font-size: 0.875rem;
    text-align: center;
  }
  .status:not(:empty) {
    padding: 0.35rem 1rem;
    background: var(--raised);
  }
  form {
    display: flex;
    align-items: flex-end;
    gap: 0.5rem;
    padding: 0.75rem;
    border-top: 1px solid var(--rule);
  }
  textarea {
    flex: 1;
    min-width: 0;
    min-height: 2.75rem;
    max-height: 8rem;
    padding: 0.55rem 0.85rem;
    border: 1px solid var(--edge);
    border-radius: 1.4rem;
    background: var(--ground);
    resize: none;
    field-sizing: content;
  }
  textarea::placeholder {
    color: var(--quiet);
    opacity: 1;
  }
  textarea:focus-visible {
    outline-offset: -1px;
    outline-width: 2px;
  }
  .send {
    flex: none;
    width: 2.75rem;
    height: 2.75rem;
    padding: 0.6rem;
    border: 0;
    border-radius: 50%;
    background: var(--accent);
    color: var(--on-accent);
  }
  .left {
    padding: 0 1rem 0.5rem;
    color: var(--quiet);
    font-size: 0.8125rem;
    text-align: end;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    .bubble,
    .launcher,
    .send {
      border: 1px solid;
    }
  }
`;
