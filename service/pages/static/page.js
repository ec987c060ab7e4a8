// On every page: bring errors into view, keep one click one request, ask before what cannot be undone.

import { account } from "./account.js";
import "./keepsake.js";
import { forget, waiting } from "./queue.js";
import { clear } from "./shelf.js";

const LEAVING = ["/deconnexion", "/compte/partout"];
const UNSENT = "Des réponses ou des fichiers de cet appareil ne sont pas encore envoyés, et se déconnecter les efface. Continuer ?".replace(" ?", "\u00a0?");

const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

document.addEventListener("submit", (event) => {
  // Kept back by the form's own script.
  if (event.defaultPrevented) return;
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (account && LEAVING.includes(new URL(form.action).pathname)) {
    const sending = [...document.forms].some((other) => other.dataset.uploads > 0);
    if ((waiting(account) || sending) && !window.confirm(UNSENT)) {
      event.preventDefault();
      return;
    }
    forget(account);
    clear();
    // This page stays where signing out has a tab of its own.
    if (!form.target) for (const other of document.forms) if (other !== form) other.dataset.sent = "yes";
  }
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A page that comes back from the browser's memory, or an answer that never came, must not stay locked.
  window.setTimeout(() => delete form.dataset.sent, 8000);
});

// Of an erased account nothing stays in this browser either.
const erased = document.querySelector("[data-gone]")?.dataset.gone;
if (erased) {
  forget(erased);
  clear();
}

window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
