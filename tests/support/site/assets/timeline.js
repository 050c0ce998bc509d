"use strict";
// Loads the next posts of a profile when the reader comes near its end.
const feed = document.querySelector("#feed");
const more = document.querySelector("#more");
let busy = false;
let before = feed.dataset.before;

async function load() {
  if (busy || !before) return;
  busy = true;
  more.textContent = "Loading more…";
  const address = `${feed.dataset.api}?account=${feed.dataset.account}&before=${before}`;
  const answer = await (await fetch(address)).json();
  feed.insertAdjacentHTML("beforeend", answer.html);
  before = answer.before || "";
  more.textContent = before ? "" : "You have reached the first post.";
  busy = false;
  if (more.getBoundingClientRect().top < innerHeight + 600) load();
}

new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) load(); },
                         { rootMargin: "600px" }).observe(more);
