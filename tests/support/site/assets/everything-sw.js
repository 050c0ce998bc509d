"use strict";
// A service worker: fetches while it is installed, answers one path itself, passes on another.
importScripts("/everything/text/imported-by-service-worker.js?type=js");

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const store = await caches.open("everything");
    await store.addAll(["/everything/text/precached-1", "/everything/text/precached-2"]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.pathname === "/everything/sw/made-up") {
    event.respondWith(new Response("made by the service worker", { headers: { "X-Made-By": "sw" } }));
  } else if (address.pathname === "/everything/text/precached-1") {
    event.respondWith(caches.match(event.request));
  } else if (address.pathname === "/everything/sw/passed-on") {
    event.respondWith(fetch("/everything/sw/fetched-instead", { headers: { "X-By": "service worker" } }));
  }
});
