/** Where the customer writes. */

import { css } from "lit";

export const composer = css`
  form {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    gap: 8px;
    padding: 12px;
    border-top: 1px solid var(--rule);
  }
  textarea {
    flex: 1;
    min-width: 0;
    min-height: 44px;
    max-height: 8em;
    padding: 9px 14px;
    border: 1px solid var(--edge);
    border-radius: 22px;
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
    box-shadow: none;
  }
  .send {
    flex: none;
    width: 44px;
    height: 44px;
    padding: 10px;
    border: 0;
    border-radius: 50%;
    background: var(--accent);
    color: var(--on-accent);
  }
  .left {
    flex-basis: 100%;
    color: var(--quiet);
    font-size: 0.8125em;
    text-align: end;
  }
  @media (forced-colors: active) {
    .send {
      border: 1px solid;
    }
  }
`;
