/** The frames of the website channel (`POST /chat/conversations`, `WS /chat/socket`), and `GET /availability/{sku}`. */

export type Owner = "bot" | "queue" | "agent";
export type Author = "customer" | "bot" | "agent" | "system";
export type Asks = "order_number" | "email" | "postcode" | "phone" | "contact" | "confirmation" | "choice" | "text";

export interface Option {
  id: string;
  title: string;
  role?: "confirm" | "decline" | "choice" | "human";
}

export interface Card {
  title: string;
  subtitle?: string | null;
  image_url?: string | null;
  /** The id of the option that this card stands for. */
  option?: string | null;
}

export interface Message {
  type: "message";
  seq: number;
  id: string;
  author: Author;
  name?: string | null;
  text: string;
  options?: Option[] | null;
  asks?: Asks | null;
  cards?: Card[] | null;
  at: string;
}

/** Who answers. `ahead`: how many conversations wait before this one, while it waits for a person. */
export interface Standing {
  owner: Owner;
  name?: string | null;
  ahead?: number | null;
}

export type ServerFrame =
  | Message
  | ({ type: "ready"; seq: number } & Standing)
  | ({ type: "owner" } & Standing)
  | { type: "typing"; author: Author; name?: string | null }
  | { type: "done"; in_reply_to: string }
  | { type: "error"; code: string; text?: string; in_reply_to?: string };

export type ClientFrame =
  | { type: "hello"; token: string; after: number }
  | { type: "say"; id: string; text: string }
  | { type: "choose"; id: string; option: string }
  | { type: "typing" };

export const LONGEST_TEXT = 4000;

export interface Availability {
  sku: string;
  name: string;
  state: "available" | "expected" | "unknown" | "not_sold";
  earliest: string | null;
  latest: string | null;
  text: string;
}
