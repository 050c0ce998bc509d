/* Shows the viewer once its service worker is at work. Left to itself the viewer tries three times in
   a row, and on a slow machine stays empty for ever. */
"use strict";

const viewer = document.querySelector("template");
const worker = viewer.content.querySelector("replay-web-page").getAttribute("swname");

function working(registration) {
  return new Promise((done, failed) => {
    const found = registration.installing || registration.waiting || registration.active;
    const look = () => {
      if (found.state === "activated") done();
      if (found.state === "redundant") failed(new Error("the service worker could not start"));
    };
    found.addEventListener("statechange", look);
    look();
  });
}

navigator.serviceWorker
  .register(`/replay/${worker}?serveIndex=1`, { scope: "/replay/" })
  .then(working)
  .catch((error) => console.warn(error)) // the viewer says itself what is wrong
  .then(() => document.body.append(viewer.content));
