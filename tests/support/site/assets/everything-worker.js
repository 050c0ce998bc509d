"use strict";
// A dedicated worker: imports a script, fetches, uses XHR, a WebSocket and a worker of its own.
importScripts("/everything/text/imported-by-worker.js?type=js");

const nested = `fetch("${location.origin}/everything/echo?by=nested-worker").then(() => postMessage("done"))`;

async function work() {
  await (await fetch("/everything/echo?by=worker")).text();
  await (await fetch("/everything/echo?by=worker", { method: "POST", body: "from a worker" })).text();
  const request = new XMLHttpRequest();
  request.open("GET", "/everything/echo?by=worker-sync-xhr", false);
  request.send();
  const child = new Worker(URL.createObjectURL(new Blob([nested], { type: "text/javascript" })));
  await new Promise((resolve) => { child.onmessage = resolve; });
  const address = `${location.origin.replace("http", "ws")}/everything/echo-socket?from=worker`;
  await new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.onopen = () => socket.send("from a worker");
    socket.onmessage = (event) => { if (event.data !== "welcome") socket.close(1000, "enough"); };
    socket.onclose = resolve;
    socket.onerror = () => reject(new Error("WebSocket in the worker"));
  });
}

work().then(() => postMessage("done"), (error) => postMessage(String(error)));
