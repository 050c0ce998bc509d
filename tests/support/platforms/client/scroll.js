// A virtual list: only the rows in and near the window are in the DOM; all rows are equally high.
const HEIGHT = 200;
const app = document.querySelector("#app");

const ask = (path, then) => {
  const request = new XMLHttpRequest();
  request.open("GET", path);
  for (const [name, value] of Object.entries(bearer())) request.setRequestHeader(name, value);
  request.responseType = "json";
  request.onload = () => then(request.status, request.response || {});
  request.send();
};

const place = (post) => `/@${encodeURIComponent(post.account.handle)}/${post.id}`;

const card = (item, className = "post") => {
  const post = item.repost || item;
  const made = make("article", { className }, author(post.account, `/@${encodeURIComponent(post.account.handle)}`), " ",
    make("a", { className: "when", href: place(post) }, ...when(post)),
    make("p", { dir: "auto", textContent: post.text }));
  if (noteOf(item)) made.prepend(make("p", { className: "note", textContent: noteOf(item) }));
  if (post.picture) made.append(make("img", { className: "picture", src: post.picture, alt: "" }));
  return made;
};

const showTimeline = (account) => {
  const list = make("div", { className: "window" });
  const items = [], shown = new Map();
  let before = "", busy = false, stopped = false;

  const draw = () => {
    const top = list.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / HEIGHT) - 2);
    const last = Math.min(items.length - 1, Math.ceil((innerHeight - top) / HEIGHT) + 2);
    for (const [place, row] of shown)
      if (place < first || place > last) { row.remove(); shown.delete(place); }
    for (let place = first; place <= last; place += 1) {
      if (shown.has(place)) continue;
      const row = card(items[place]);
      row.style.top = `${place * HEIGHT}px`;
      list.append(row);
      shown.set(place, row);
    }
    if (last >= items.length - 6) load();
  };

  const load = () => {
    if (busy || stopped) return;
    busy = true;
    ask(`/api/v1/accounts/${account.id}/posts${before && `?before=${before}`}`, (status, said) => {
      busy = false;
      if (status === 401) app.append(make("section", { className: "notice", textContent: "Log in to see more" }));
      if (status === 429) { setTimeout(load, 1000); return; }
      if (status !== 200) { stopped = true; return; }
      items.push(...said.posts);
      before = said.before || "";
      stopped = !before;
      list.style.height = `${items.length * HEIGHT}px`;
      draw();
    });
  };

  app.replaceChildren(accountHead(account), list);
  addEventListener("scroll", draw, { passive: true });
  addEventListener("resize", draw);
  load();
};

const showAccount = (handle) => ask(`/api/v1/lookup?handle=${encodeURIComponent(handle)}`, (status, account) => {
  if (status !== 200) { wall(status, account); return; }
  if (account.handle !== handle) { location.replace(`/@${encodeURIComponent(account.handle)}`); return; }
  document.title = `${account.name} (@${account.handle})`;
  if (account.marks_seen) markSeen(account.id);
  showTimeline(account);
});

const showPost = (handle, id) => ask(`/api/v1/posts/${id}?handle=${encodeURIComponent(handle)}`, (status, said) => {
  if (status !== 200) { wall(status, said); return; }
  if (said.post.account.handle !== handle) { location.replace(place(said.post)); return; }
  document.title = `${said.post.account.name}: ${said.post.text.slice(0, 50)}`;
  if (said.marks_seen) markSeen(id);
  app.replaceChildren(...said.above.map((post) => card(post, "above")), card(said.post, "main"),
    ...said.below.map((post) => card(post, "reply")));
});

if (app) {
  const [handle, id] = decodeURIComponent(location.pathname.slice(2)).split("/");
  if (id) showPost(handle, id); else showAccount(handle);
}
