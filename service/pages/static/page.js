// On every page: bring errors into view, keep one click one request, ask before what cannot be undone.

import { forget, waiting } from "./queue.js";

const LEAVING = ["/deconnexion", "/compte/partout"];
const UNSENT = "Des réponses tapées sur cet appareil ne sont pas encore enregistrées, et se déconnecter les efface. Continuer ?".replace(" ?", " ?");

const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  const account = document.querySelector("[data-account]")?.dataset.account;
  if (account && LEAVING.includes(new URL(form.action).pathname)) {
    if (waiting(account) && !window.confirm(UNSENT)) {
      event.preventDefault();
      return;
    }
    forget(account);
    for (const other of document.forms) if (other !== form) other.dataset.sent = "yes";
  }
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A page that comes back from the browser's memory, or an answer that never came, must not stay locked.
  window.setTimeout(() => delete form.dataset.sent, 8000);
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
