"use strict";
importScripts("/everything/text/imported-by-shared-worker.js?type=js");

onconnect = async (event) => {
  const [port] = event.ports;
  await (await fetch("/everything/echo?by=shared-worker")).text();
  await (await fetch("/everything/echo?by=shared-worker", { method: "POST", body: "from a shared worker" })).text();
  port.postMessage("done");
};
