"use strict";
// Makes the browser send every kind of request, counts what is finished, and says so in the title.
const { cdn, ws, flavour } = document.body.dataset;
const at = (path) => `/everything/${path}`;
const far = (path) => `${cdn}/everything/${path}`;
const frames = window.frames_seen; // filled by a script at the top of the page, before any frame can speak
const failed = [];
const skipped = [];
let total = 0;
let done = 0;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const wanted = (name, target, ms = 20000) => Promise.race([
  new Promise((resolve, reject) => {
    target.addEventListener(name, resolve, { once: true });
    target.addEventListener("error", () => reject(new Error(`error instead of ${name}`)), { once: true });
  }),
  sleep(ms).then(() => { throw new Error(`no ${name}`); }),
]);
const expect = (truth, what) => { if (!truth) throw new Error(what); };

async function until(check, what, ms = 20000) {
  const end = performance.now() + ms;
  while (!check()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what()}`);
    await sleep(25);
  }
}

function show() {
  document.querySelector("#count").textContent = `${done} of ${total} done`;
  if (done < total) return;
  document.title = failed.length ? `everything failed: ${failed.join(", ")}` : "everything done";
}

async function task(name, work) {
  total += 1;
  try {
    await Promise.race([work(), sleep(40000).then(() => { throw new Error("too slow"); })]);
  } catch (error) {
    failed.push(name);
    const line = document.createElement("li");
    line.textContent = `${name}: ${error}`;
    document.querySelector("#failed").append(line);
  }
  done += 1;
  show();
}

async function text(address, options) {
  const answer = await fetch(address, options);
  return [answer.status, await answer.text(), answer];
}

function xhr(method, address, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new Error(`XHR ${address}`));
    request.send(body);
  });
}

task("load", () => (document.readyState === "complete" ? null : wanted("load", window)));

task("fetch", async () => {
  expect((await text(at("echo?by=fetch")))[0] === 200, "GET");
  const json = { method: "POST", body: '{"a":1}', headers: { "Content-Type": "application/json" } };
  expect(JSON.parse((await text(at("echo?json"), json))[1]).length === 7, "JSON");
  const big = "x".repeat(300000);
  const answer = JSON.parse((await text(at("echo?large"), { method: "POST", body: big }))[1]);
  expect(answer.length === 300000, "300 kB");
  await text(at("echo?form"), { method: "POST", body: new URLSearchParams({ a: "1", "ä": "ö" }) });
  const parts = new FormData();
  parts.append("field", "value");
  parts.append("file", new Blob([new Uint8Array(2000).map((_, i) => i)]), "blob.bin");
  await text(at("echo?multipart"), { method: "POST", body: parts });
  await text(at("echo?binary"), { method: "POST", body: new Uint8Array([0, 255, 128, 10, 13]) });
  await text(at("echo?none"), { method: "POST" });
  expect((await fetch(at("echo?head"), { method: "HEAD" })).status === 200, "HEAD");
  await text(at("echo?delete"), { method: "DELETE" });
});

task("xhr", async () => {
  expect((await xhr("GET", at("echo?by=xhr"))).status === 200, "GET");
  await xhr("POST", at("echo?by=xhr"), '{"b":2}', { "Content-Type": "application/json" });
  await xhr("GET", at("headers"));
});

task("cors", async () => {
  const put = { method: "PUT", body: "put", headers: { "X-Custom": "1", "Content-Type": "text/plain" } };
  expect((await text(far("cors?put"), put))[0] === 200, "PUT with preflight");
  expect((await text(far("cors?simple")))[0] === 200, "simple");
  expect((await fetch(far("echo?opaque"), { mode: "no-cors" })).type === "opaque", "no-cors");
  const refused = await fetch(far("no-cors?put"), put).then(() => false, () => true);
  expect(refused, "refused preflight");
  await xhr("PATCH", far("cors?patch"), "[]", { "Content-Type": "application/json" });
});

task("redirects", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const to = encodeURIComponent(at(`echo?after=${status}`));
    const body = `body for ${status}`;
    expect((await text(at(`redirect/${status}?to=${to}`), { method: "POST", body }))[0] === 200, status);
  }
  const away = encodeURIComponent(far("cors?after=redirect"));
  expect((await text(at(`redirect/302?to=${away}`)))[0] === 200, "away");
  expect((await fetch(at("redirect/302?to=/"), { redirect: "manual" })).type === "opaqueredirect", "manual");
});

task("statuses", async () => {
  for (const status of [204, 404, 410, 418, 500, 503]) {
    expect((await text(at(`status/${status}`)))[0] === status, status);
  }
  for (let i = 0; i < 2; i += 1) await text(at("validated"), { cache: "no-cache" });
  const [, , fresh] = await text(at("validated?by=hand"));
  const tag = { headers: { "If-None-Match": fresh.headers.get("ETag") }, cache: "no-store" };
  expect((await text(at("validated?by=hand"), tag))[0] === 304, "304");
  await text(at("cached"));
  await text(at("cached"));
});

task("ranges", async () => {
  const part = (range) => fetch("/media/photo/7040-640x400.jpg", { headers: { Range: range } });
  for (const range of ["bytes=0-99", "bytes=1000-1999", "bytes=-50"]) {
    const answer = await part(range);
    expect(answer.status === 206, `${range}: ${answer.status}`);
    await answer.arrayBuffer();
  }
});

task("media", async () => {
  const sound = document.querySelector("#sound");
  if (sound.readyState < 1) await wanted("loadedmetadata", sound);
  const moved = wanted("seeked", sound);
  sound.currentTime = 290;
  await moved;
  const film = document.querySelector("#film");
  if (film.readyState < 2) await wanted("loadeddata", film);
  expect(film.videoWidth === 320, "the clip does not play");
});

task("font", async () => {
  const fonts = await document.fonts.load("20px 'Everything Icons'", "\ue000");
  expect(fonts.length === 1, "font");
});

task("bodies", async () => {
  for (const kind of ["gzip", "deflate", "br", "zstd", "chunked", "chunked-gzip", "close", "http10", "trailers"]) {
    const [status, body] = await text(at(`body/${kind}`));
    expect(status === 200 && body.endsWith("the end\n") && body.length > 5000, kind);
  }
  expect((await text(at("body/empty")))[1] === "", "empty");
  expect((await (await fetch(at("body/big"))).arrayBuffer()).byteLength === 1000000, "big");
  expect((await text(at("body/latin1")))[1].length > 0, "latin1");
  const [, , odd] = await text(at("headers"));
  expect(odd.headers.get("x-repeated") === "first, second", "repeated headers");
});

task("cut short", async () => {
  const broken = await xhr("GET", at("body/cut")).then(() => false, () => true);
  expect(broken, "the server's abort went unnoticed");
  const control = new AbortController();
  const answer = await fetch(at("drip?count=200"), { signal: control.signal });
  await answer.body.getReader().read();
  control.abort();
  await text(at("drip?count=5"));
});

task("beacon", async () => {
  expect(navigator.sendBeacon(at("echo?beacon"), "a beacon"), "beacon");
  expect(navigator.sendBeacon(at("echo?beacon-blob"), new Blob(["{}"], { type: "text/plain" })), "blob");
  await text(at("echo?keepalive"), { method: "POST", keepalive: true, body: "kept alive" });
});

task("upload stream", async () => {
  if (flavour !== "h2") return;
  const body = new Blob(["a stream ".repeat(1000)]).stream();
  const answer = await text(at("echo?stream"), { method: "POST", body, duplex: "half" });
  expect(JSON.parse(answer[1]).length === 9000, "stream");
});

function converse(address) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    const messages = ["hello", "ünïcödé 🎈", new Uint8Array([1, 2, 3]).buffer, new Uint8Array(100000).fill(7).buffer, "long ".repeat(20000)];
    let answered = 0;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => messages.forEach((message) => socket.send(message));
    socket.onmessage = (event) => {
      if (event.data === "welcome") return;
      const sent = messages[answered];
      const size = (value) => (typeof value === "string" ? value.length : value.byteLength);
      if (size(event.data) !== size(sent)) reject(new Error(`echo ${answered}`));
      answered += 1;
      if (answered === messages.length) socket.send("bye");
    };
    socket.onclose = (event) => (answered === messages.length ? resolve(event) : reject(new Error("closed early")));
    socket.onerror = () => reject(new Error("WebSocket error"));
  });
}

task("websocket", async () => {
  const closed = await converse(`${ws}/everything/echo-socket?from=page`);
  expect(closed.code === 1000 && closed.wasClean, "close");
  await converse(`${cdn.replace("http", "ws")}/everything/echo-socket?from=elsewhere`);
  const refused = new WebSocket(`${ws}/everything/status/403?as=socket`);
  await new Promise((resolve) => { refused.onclose = resolve; });
});

task("eventsource", () => new Promise((resolve, reject) => {
  const source = new EventSource(at("events"));
  const seen = [];
  source.onmessage = (event) => seen.push(event.data);
  source.addEventListener("end", () => { source.close(); resolve(); });
  source.onerror = () => { if (seen.length < 3) reject(new Error("events")); };
}));

const first = (target) => new Promise((resolve, reject) => {
  target.onmessage = (event) => resolve(event.data);
  target.onerror = (event) => reject(new Error(event.message || "worker"));
});

task("dedicated worker", async () => {
  expect((await first(new Worker(at("worker.js?kind=classic")))) === "done", "classic");
  expect((await first(new Worker(at("worker-module.js"), { type: "module" }))) === "done", "module");
  const source = `importScripts("${location.origin}${at("text/imported-by-blob.js?type=js")}"); postMessage("done")`;
  const blob = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  expect((await first(new Worker(blob))) === "done", "blob");
});

task("shared worker", async () => {
  const worker = new SharedWorker(at("worker-shared.js"));
  worker.port.start();
  const refused = new Promise((resolve) => { worker.onerror = () => resolve("refused"); });
  const word = await Promise.race([first(worker.port), refused, sleep(8000)]);
  if (word !== "done" && location.protocol === "https:") skipped.push("shared worker"); // a distrusted CA
  else expect(word === "done", word);
});

task("modules", async () => {
  await import(at("text/dynamic.js?type=js"));
  await until(() => window.moduleRan, () => "the module");
});

task("frames", async () => {
  const names = ["same", "other", "deep", "moved", "sandboxed", "srcdoc"];
  await until(() => names.every((name) => frames.has(name)), () => names.filter((n) => !frames.has(n)));
});

task("service worker", async () => {
  await until(() => frames.has("sw") || frames.has("sw-refused"), () => "the service worker's frame", 30000);
  if (frames.has("sw-refused")) skipped.push("service worker");
  expect(!frames.has("sw-failed"), "service worker");
});

task("late images", async () => {
  const image = new Image();
  const loaded = wanted("load", image);
  image.src = "/media/photo/7050-160x100.jpg?late=1";
  await loaded;
  const again = new Image();
  again.src = "/media/photo/7050-160x100.jpg?late=1";
  await again.decode();
});

window.everything = { failed, skipped, frames };
show();
