/** Web storage that falls back to memory where the browser blocks it. */

export class Shelf {
  #memory = new Map<string, string>();
  #storage: Storage | null = null;

  constructor(kind: "localStorage" | "sessionStorage") {
    try {
      this.#storage = window[kind];
    } catch {
      // Blocked by the browser's privacy settings: the conversation then lasts as long as the page.
    }
  }

  get<T>(key: string): T | null {
    try {
      return JSON.parse(this.#memory.get(key) ?? this.#storage?.getItem(key) ?? "null") as T | null;
    } catch {
      return null;
    }
  }

  set(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    try {
      if (!this.#storage) throw new Error("no storage");
      this.#storage.setItem(key, text);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, text);
    }
  }

  remove(key: string): void {
    this.#memory.delete(key);
    try {
      this.#storage?.removeItem(key);
    } catch {
      // Nothing was kept there.
    }
  }
}
