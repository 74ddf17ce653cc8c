/** Every word that the widget itself says; what the conversation says comes from the gateway. */

const en = {
  title: "Chat with us",
  launcher: "Chat with us",
  launcherUnread: (count: number) => `Chat with us, ${count} new ${count === 1 ? "message" : "messages"}`,
  close: "Close chat",
  log: "Conversation",
  intro:
    "This is the shop's assistant. It can look up an order, tell you a date or cancel an item. You can ask for a person at any time.",
  input: "Your message",
  send: "Send",
  charactersLeft: (count: number) => `${count} characters left`,
  connecting: "Connecting…",
  reconnecting: "Reconnecting…",
  waiting: "Will be sent when we are connected again",
  notSent: "Not sent",
  tryAgain: "Try again",
  choose: "Choose this",
  you: "You",
  assistant: "Assistant",
  colleague: "a colleague",
  withAssistant: "You are talking to our assistant",
  withQueue: "A colleague will join you here",
  withAgent: (name: string) => `You are talking to ${name}`,
  backToAssistant: "You are back with the assistant",
  startedAnew: "The earlier conversation has ended. This is a new one.",
  trouble: "That did not work. Please try again.",
};

export type Texts = typeof en;

const tables: Record<string, Texts> = { en };

/** The table for a language tag such as "en-GB"; English where there is none. */
export function textsFor(language: string): Texts {
  return tables[language.toLowerCase().split("-")[0] ?? ""] ?? en;
}
