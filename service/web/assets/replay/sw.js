/* The service worker of a replay: ReplayWeb.page’s own, unchanged (viewer-sw.js), with a guard around
   it. Whatever it answers leaves with our policy and with no header that could make the browser
   ask anybody for anything; what it fetches itself is held to the policy that this very file came with. */
"use strict";

function guardAnswers() {
  const POLICY =
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; " +
    "connect-src 'self' data: blob:; form-action 'none'; base-uri 'self'; object-src 'none'; " +
    "frame-ancestors 'self' " + new URL(self.location.href).searchParams.get("around");

  // The others (Link, Reporting-Endpoints, NEL, Refresh, Set-Cookie, …) stay behind.
  const KEPT = new RegExp(
    "^(accept-ranges|access-control-.*|content-(disposition|encoding|language|length|range|type)" +
      "|date|etag|last-modified|location|memento-datetime|x-wabac-.*)$",
    "i"
  );
  const WITHOUT_BODY = new Set([101, 204, 205, 304]);

  function guarded(response) {
    if (!(response instanceof Response) || response.type === "error") return response;
    if (response.type.startsWith("opaque")) return Response.error();
    const headers = new Headers();
    for (const [name, value] of response.headers) {
      if (KEPT.test(name)) headers.append(name, value);
    }
    headers.set("Content-Security-Policy", POLICY);
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-DNS-Prefetch-Control", "off");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Connection-Allowlist", `("${self.location.origin}/*");redirects=allow`);
    const { status, statusText } = response;
    const body = WITHOUT_BODY.has(status) ? null : response.body;
    return new Response(body, { status, statusText, headers });
  }

  const respondWith = FetchEvent.prototype.respondWith;
  FetchEvent.prototype.respondWith = function (answer) {
    respondWith.call(this, Promise.resolve(answer).then(guarded));
  };
}

// The viewer also runs this file as a plain worker, to read the archive: that answers nobody.
if (self.registration) guardAnswers();
importScripts("viewer-sw.js");
