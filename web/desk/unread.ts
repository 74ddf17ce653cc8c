/** The title of a conversation counts what its customer has written while nobody looked at the page. */
const recent = document.getElementById("recent");

if (recent) {
  const plain = document.title;
  const ids = (): string[] => [...recent.querySelectorAll("article.customer[id]")].map((each) => each.id);
  let read = new Set(ids());

  const look = (): void => {
    if (!document.hidden) read = new Set(ids());
    const unread = ids().filter((id) => !read.has(id)).length;
    document.title = unread ? `(${unread}) ${plain}` : plain;
  };

  new MutationObserver(look).observe(recent, { childList: true });
  document.addEventListener("visibilitychange", look);
}

export {};
