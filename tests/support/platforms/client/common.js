"use strict";
// What the scripts of all platforms share.
const make = (name, values = {}, ...children) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
};

const inWords = (time) => {
  const seconds = Math.max(0, Math.floor((Date.now() - new Date(time)) / 1000));
  for (const [unit, length] of [["d", 86400], ["h", 3600], ["min", 60]])
    if (seconds >= length) return `${Math.floor(seconds / length)} ${unit}`;
  return "now";
};

const bearer = () => {
  const token = localStorage.getItem("sim_token");
  return token ? { Authorization: `Bearer ${token}` } : {};
};

const jsonHeaders = () => {
  const csrf = /(?:^|; )sim_csrf=([^;]*)/.exec(document.cookie);
  return { "Content-Type": "application/json", ...bearer(), ...(csrf && { "X-CSRF-Token": csrf[1] }) };
};

const when = (post) => {
  const time = make("time", { dateTime: post.created_at, textContent: inWords(post.created_at) });
  return post.edited_at ? [time, make("span", { className: "edited", textContent: " edited" })] : [time];
};

const author = (account, href) => make("a", { className: "by", href },
  make("img", { src: account.avatar, alt: "", width: 40, height: 40 }),
  make("bdi", { textContent: account.name }), " ",
  make("bdi", { textContent: `@${account.handle}` }));

const noteOf = (item) => item.repost ? `${item.account.name} reposted`
  : item.pinned ? "Pinned" : item.suggested ? "Suggested for you" : "";

const accountHead = (account) => make("section", { className: "account" },
  make("img", { src: account.avatar, alt: "", width: 80, height: 80 }),
  make("h1", { dir: "auto", textContent: account.name }),
  make("p", {}, make("bdi", { textContent: `@${account.handle}` })),
  make("p", { dir: "auto", textContent: account.bio }),
  make("p", { textContent: `${account.posts_count} posts · ${account.followers_count} followers` }));

// What a script shows in place of content: the same words as the pages of the server.
const wall = (status, said) => {
  if (status === 401) { location.href = `/login?next=${encodeURIComponent(location.pathname)}`; return; }
  const title = said.error === "challenge" ? "Checking your browser…"
    : { 403: "Account suspended", 404: "Not found", 410: "Gone", 429: "Too many requests" }[status] || "Error";
  const why = said.error === "challenge" ? "Please verify you are human before you continue." : said.message || said.error;
  document.querySelector("#app").replaceChildren(make("section", { className: "notice" },
    make("h1", { textContent: title }), make("p", { textContent: why })));
  document.title = title;
};

// Tells the server that something was seen, in every way that scripts have; so does many a platform.
const markSeen = (id) => {
  const body = JSON.stringify({ post: id });
  const headers = jsonHeaders();
  fetch("/api/seen", { method: "POST", headers, body });
  fetch("/api/seen", { method: "PUT", headers, body, keepalive: true });
  navigator.sendBeacon("/api/seen/beacon", body);
  const query = "mutation Seen($id: ID!) { markSeen(id: $id) { ok } }";
  fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables: { id } }) });
};
document.querySelectorAll("[data-seen]").forEach((one) => markSeen(one.dataset.seen));
