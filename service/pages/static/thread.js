// Files for the next message of a thread: several at once, each with its progress. Without this file a form does it.

import { uploads } from "./uploads.js";

const section = document.querySelector("section[data-proposal]");
if (section) {
  uploads(section);
  window.addEventListener("beforeunload", (event) => {
    if (section.dataset.uploads > 0) event.preventDefault();
  });
}
