/** Every word that the widget itself says; what the conversation says comes from the gateway. */

const en = {
  locale: "en-US",
  title: "Chat with us",
  launcher: "Chat with us",
  launcherUnread: (count: number) => `Chat with us, ${count} new ${count === 1 ? "message" : "messages"}`,
  newMessages: (count: number) => `${count} new ${count === 1 ? "message" : "messages"} in the chat`,
  close: "Close chat",
  log: "Conversation",
  greeting:
    "Hello. I am the shop's assistant: I look up orders, tell you dates, find something similar or cancel an item. You can ask for a person at any time.",
  startersLabel: "You could ask",
  starters: ["Where is my order?", "Is it in stock?", "I want to cancel something"],
  input: "Your message",
  send: "Send",
  charactersLeft: (count: number) => `${count} characters left`,
  connecting: "Connecting…",
  reconnecting: "The connection was lost. Reconnecting…",
  offline: "You are offline. What you write is kept, and sent when you are back.",
  connectedAgain: "Connected again.",
  waiting: "Will be sent when we are connected again",
  notSent: "Not sent",
  tryAgain: "Try again",
  choose: "Choose this",
  chosen: "chosen",
  you: "You",
  assistant: "Assistant",
  colleague: "a colleague",
  typing: (name: string) => `${name} is writing`,
  withAssistant: "You are talking to our assistant",
  withQueue: "You are waiting for a person",
  withAgent: (name: string) => `You are talking to ${name}`,
  ahead: (count: number) =>
    count === 0
      ? "You are next. The answer will be here, also when you come back later."
      : `${count} ${count === 1 ? "customer is" : "customers are"} before you. The answer will be here, also when you come back later.`,
  startedAnew: "The earlier conversation has ended. This is a new one.",
  trouble: "That did not work. Please try again.",
  forget: "Forget this conversation",
  forgetQuestion: "Forget this conversation?",
  forgetMeaning:
    "It will no longer be shown in this browser, and nobody can open it from here. The shop still answers what you asked.",
  forgetYes: "Yes, forget it",
  forgetNo: "No, keep it",
  forgotten: "The conversation is forgotten here. What you write next begins a new one.",
  today: "Today",
  availableNow: "Available now",
  arrives: (days: string) => `Order today, and it arrives ${days}.`,
  expected: (days: string) => `Expected ${days}`,
  ifItSlips: "If that slips we write at once, and you can cancel.",
  noDate: "No date known yet",
  noDateMeaning: "Ask us and we tell you all we know. You can cancel any time before it is sent.",
  notSold: "Not available",
  askUs: "Ask us when you can have it",
};

export type Texts = typeof en;

const tables: Record<string, Texts> = { en };

/** The table for a language tag such as "en-GB", which also says how days are written; English where there is none. */
export function textsFor(language: string): Texts {
  const known = tables[language.toLowerCase().split("-")[0] ?? ""];
  if (!known) return en;
  return language.includes("-") && isLocale(language) ? { ...known, locale: language } : known;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
