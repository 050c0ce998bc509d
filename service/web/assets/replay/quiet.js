/* Runs in each archived page before its own scripts: takes away what no policy governs. WebRTC asks
   servers by UDP, past every Content-Security-Policy, and would tell them who looks. */
"use strict";

for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport"]) {
  Object.defineProperty(window, name, { value: undefined, writable: false, configurable: false });
}
