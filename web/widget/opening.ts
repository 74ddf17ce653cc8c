/** Opening a conversation at the gateway, or coming back to one: one tab at a time, so that tabs share it. */

import { customerOf } from "./identity";
import type { Session, Ticket } from "./session";

/** The gateway will not have another conversation just now, and says why. */
export class TooMany extends Error {
  readonly waitMs: number;

  constructor(title: string, waitMs: number) {
    super(title);
    this.waitMs = waitMs;
  }
}

/** The shop's word for who is signed in is not believed; the message says why, where the gateway tells. */
export class BadIdentity extends Error {}

/** The gateway is there, and lets no page of this origin speak with it. */
export class BadOrigin extends Error {}

const OPENING = "meantime.opening";
const TOLD_WITHIN_MS = 1_000;
const ANSWERED_WITHIN_MS = 10_000;
const LONGEST_REFUSAL_MS = 600_000;

/** The conversation to speak in: the one this browser remembers, or the customer's newest, or a new one. */
export async function enter(base: URL, session: Session, identity: string | undefined): Promise<Ticket> {
  const enterAlone = async (): Promise<Ticket> => {
    const remembered = session.ticketFor(customerOf(identity));
    if (remembered && !identity) return remembered;
    const ticket = await ask(base, session, identity, remembered);
    session.keep(ticket);
    return ticket;
  };
  // Only pages served securely have locks; without them two tabs opened at once may meet in the second's conversation.
  if (!navigator.locks) return enterAlone();
  const entered = await navigator.locks.request(OPENING, { ifAvailable: true }, (lock) => lock && enterAlone());
  if (entered) return entered;
  return navigator.locks.request(OPENING, async () => {
    await session.heardOfAnother(TOLD_WITHIN_MS);
    return enterAlone();
  });
}

/** Have the gateway forget the key to a conversation. What is not heard is no harm: the key is gone from here. */
export function forget(base: URL, token: string): void {
  void post(new URL("chat/conversations/forget", base), { conversation_token: token }, true).catch(() => {});
}

async function ask(
  base: URL,
  session: Session,
  identity: string | undefined,
  remembered: Ticket | null,
): Promise<Ticket> {
  const url = new URL("chat/conversations", base);
  const answer = await post(url, {
    ...(identity && { identity, resume: true }),
    ...(remembered && { conversation_token: remembered.token }),
  }).catch(async (error: unknown) => {
    throw (await isForeign(url)) ? new BadOrigin() : error;
  });
  if (answer.status === 401 && identity) throw new BadIdentity(await reason(answer));
  if (answer.status === 429) throw await refusal(answer);
  if (remembered && [400, 403, 404, 410, 422].includes(answer.status)) session.drop(remembered.token);
  if (!answer.ok) throw new Error(`conversation refused: ${answer.status}`);
  const { conversation_id, token } = (await answer.json()) as { conversation_id: string; token: string };
  return { conversation: conversation_id, token, customer: customerOf(identity) };
}

/** A page that may not read an answer is not told why either, so this asks in the one way that any page may read. */
async function isForeign(url: URL): Promise<boolean> {
  try {
    const answer = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
    return answer.status === 403 && (await problemIn(answer)).code === "bad_origin";
  } catch {
    return false;
  }
}

const reasons: Record<string, string> = {
  expired: "it has expired",
  lives_too_long: "its exp is more than 24 hours ahead",
  malformed: "it is no HS256 JWT with sub and exp",
  not_set_up: "the gateway has no IDENTITY_JWT_SECRET",
  wrong_signature: "it is signed with another secret than the gateway's IDENTITY_JWT_SECRET",
};

async function reason(answer: Response): Promise<string> {
  return reasons[(await problemIn(answer)).reason ?? ""] ?? "";
}

async function problemIn(answer: Response): Promise<{ title?: string; code?: string; reason?: string }> {
  return ((await answer.json().catch(() => null)) as object | null) ?? {};
}

async function refusal(answer: Response): Promise<TooMany> {
  const seconds = Number(answer.headers.get("retry-after")) || 30;
  const { title } = await problemIn(answer);
  return new TooMany(title ?? "", Math.min(seconds * 1000, LONGEST_REFUSAL_MS));
}

function post(url: URL, body: object, outlivesPage = false): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    credentials: "omit",
    keepalive: outlivesPage,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
  });
}
