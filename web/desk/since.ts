/** Counts on how long ago something was, once every half a minute, in the words the server begins with. */

function words(since: Date): string {
  const minutes = Math.max(0, Math.floor((Date.now() - since.getTime()) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
  return `${Math.floor(minutes / (24 * 60))} d`;
}

function count(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-since]")) {
    const now = words(new Date(time.dateTime));
    if (time.textContent !== now) time.textContent = now;
  }
}

setInterval(count, 30_000);

export {};
