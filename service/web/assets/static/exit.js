/* Leaving at once. The link works without this file; with it, the page is hidden first, its entry
   in the history is replaced, and three presses of Shift do the same as the link. */
(function () {
  "use strict";

  const PRESSES = 3;
  const PATIENCE_MS = 5000;
  let presses = 0;
  let isAlone = false;
  let forget;

  document.documentElement.classList.add("scripted");

  function link() {
    return document.querySelector("[data-exit]");
  }

  function say(words) {
    const status = document.querySelector("[data-exit-status]");
    if (status) status.textContent = words;
  }

  function leave() {
    document.documentElement.classList.add("leaving");
    document.title = "\u00a0";
    say("Leaving this page.");
    window.location.replace(link().href);
    sessionStorage.clear(); // htmx notes there which page this was
  }

  function begin() {
    presses = 0;
    say("");
  }

  // A press is a Shift that goes down and up alone: one that makes a capital letter is none.
  function down(event) {
    if (event.key === "Shift") {
      isAlone = !event.repeat || isAlone;
      return;
    }
    isAlone = false;
    if (presses) begin();
  }

  function up(event) {
    if (event.key !== "Shift" || !isAlone || !link()) return;
    clearTimeout(forget);
    presses += 1;
    if (presses >= PRESSES) {
      leave();
      return;
    }
    const left = PRESSES - presses;
    say(`Shift. Press ${left} more ${left === 1 ? "time" : "times"} to leave this page.`);
    forget = setTimeout(begin, PATIENCE_MS);
  }

  document.addEventListener("keydown", down);
  document.addEventListener("keyup", up);
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest && event.target.closest("[data-exit]");
    if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave();
  });
  // Coming back by the Back button must not show a hidden, half-left page, nor one from a cache.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
})();
