// Items stay in the document; each gets its permalink when it becomes visible.
const app = document.querySelector("#app");
const home = (account) => `/profile/${encodeURIComponent(account.handle)}`;

const card = (item, className = "post") => {
  const post = item.repost || item;
  const made = make("article", { className }, author(post.account, home(post.account)), " ",
    make("span", { className: "when" }, ...when(post)),
    make("p", { dir: "auto", textContent: post.text }));
  if (noteOf(item)) made.prepend(make("p", { className: "note", textContent: noteOf(item) }));
  if (post.picture) made.append(make("img", { className: "picture", src: post.picture, alt: "", loading: "lazy" }));
  made.reveal = () => {
    const plain = made.querySelector("span.when");
    plain?.replaceWith(make("a", { className: "when", href: `/post/${post.id}` }, ...plain.childNodes));
    return post.id;
  };
  return made;
};

const showTimeline = ({ account, marks_seen: marks }) => {
  const end = make("div", { className: "end", textContent: "…" });
  let cursor = "", busy = false;

  const visible = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      const id = entry.target.reveal();
      visible.unobserve(entry.target);
      if (marks) markSeen(id);
    }
  });

  const load = async () => {
    if (busy || cursor === null) return;
    busy = true;
    const query = new URLSearchParams({ account: account.id, ...(cursor && { cursor }) });
    const answer = await fetch(`/api/timeline?${query}`, { headers: bearer() });
    const said = await answer.json();
    busy = false;
    if (answer.status === 429) { setTimeout(load, 1000); return; }
    if (answer.status === 401) end.replaceWith(make("section", { className: "notice", textContent: "Log in to see more" }));
    if (answer.status !== 200) { cursor = null; return; }
    for (const item of said.items) {
      const made = card(item);
      end.before(made);
      visible.observe(made);
    }
    cursor = said.cursor;
    if (cursor === null) end.textContent = "That is all.";
    else if (end.getBoundingClientRect().top < innerHeight + 400) load();
  };

  app.replaceChildren(accountHead(account), end);
  new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) load(); },
                           { rootMargin: "400px" }).observe(end);
};

const showPost = async ({ post, above, below, marks_seen: marks }) => {
  if (marks) markSeen(post.id);
  app.replaceChildren(...above.map((one) => card(one, "above")), card(post, "main"),
    ...below.map((one) => card(one, "reply")));
  app.querySelectorAll("article").forEach((one) => one.reveal());
  const query = "query Replies($id: ID!) { replies(id: $id) { id text } }";
  const answer = await fetch("/graphql", { method: "POST", headers: jsonHeaders(),
    body: JSON.stringify({ query, variables: { id: post.id } }) });
  for (const reply of (await answer.json()).data.replies) {
    const made = card(reply, "reply");
    made.reveal();
    app.append(made);
  }
};

if (app) {
  const state = JSON.parse(document.querySelector("#state").textContent);
  if (state.post) showPost(state); else showTimeline(state);
}
