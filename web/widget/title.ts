/** The page's title tells of what is new in the chat: "(2) Backpacks". */

const COUNTED = /^\(\d+\) /;

export function countInTitle(unread: number): void {
  const own = document.title.replace(COUNTED, "");
  if (unread) document.title = `(${unread}) ${own}`;
  else if (wasCounted) document.title = own;
  wasCounted = unread > 0;
}

let wasCounted = false;
