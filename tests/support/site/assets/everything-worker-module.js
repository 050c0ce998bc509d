import "/everything/text/imported-by-module-worker.js?type=js";

fetch("/everything/echo?by=module-worker").then((answer) => answer.text()).then(() => postMessage("done"));
