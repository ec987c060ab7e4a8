// What is typed in a form that only its button sends (a message, a question, a reason), kept in this browser until the
// service has answered. Such a form declares itself: `data-keepsake` is its account and what it is about.

import { account } from "./account.js";
import { gone, LEFT, TEXTS } from "./queue.js";

const PAUSE = 250;
const SENT = "alliance:sent"; // in this window: the text that it sent last
const FOUND = "Un texte tapé ici et pas encore envoyé a été retrouvé dans ce navigateur.";
const UNSURE = "L’envoi de ce texte est resté sans réponse : vérifiez qu’il n’est pas déjà arrivé avant de l’envoyer de nouveau.".replace(" :", "\u00a0:");
const OFFLINE = "Pas de connexion : rien n’est envoyé. Votre texte est gardé dans ce navigateur.".replace(" :", "\u00a0:");
const NOT_KEPT = "Pas de connexion : rien n’est envoyé, et ce navigateur ne peut pas garder votre texte. Ne fermez pas cette page.".replace(" :", "\u00a0:");
const BACK = "La connexion est revenue : vous pouvez envoyer votre texte.".replace(" :", "\u00a0:");

// A browser may let nothing be kept.
function quietly(act, otherwise) {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

const keyOf = (form) => (form.dataset.keepsake ? TEXTS + form.dataset.keepsake : "");
const fieldsOf = (form) => [...form.querySelectorAll('textarea[name], input[type="text"][name]')];
const read = (key) => quietly(() => JSON.parse(window.localStorage.getItem(key)), null);

function write(key, entry) {
  if (gone()) return false;
  return quietly(() => {
    if (entry) window.localStorage.setItem(key, JSON.stringify(entry));
    else window.localStorage.removeItem(key);
    return true;
  }, false);
}

// The page that follows a form is reached by being sent on to it. One that is loaded again, or gone back to, tells nothing.
function answered() {
  const key = quietly(() => window.sessionStorage.getItem(SENT), null);
  const [way] = performance.getEntriesByType("navigation");
  if (!key || way?.type !== "navigate" || !way.redirectCount || !new URLSearchParams(window.location.search).has("fait")) return;
  write(key, null);
  quietly(() => window.sessionStorage.removeItem(SENT));
}

function keepsake(form) {
  const key = keyOf(form);
  let timer = 0;
  let kept = true;
  let place = null;

  function say(text, ...more) {
    place ??= form.insertBefore(document.createElement("div"), form.firstChild);
    place.className = "fr-alert fr-alert--info fr-alert--sm fr-mb-2w";
    place.setAttribute("role", "status");
    const said = document.createElement("p");
    said.textContent = text;
    place.replaceChildren(said, ...more);
  }

  function hush() {
    place?.remove();
    place = null;
  }

  function keep() {
    window.clearTimeout(timer);
    timer = 0;
    const typed = fieldsOf(form).filter((field) => field.value !== field.defaultValue);
    kept = write(key, typed.length ? { texts: Object.fromEntries(typed.map((field) => [field.name, field.value])) } : null);
  }

  function drop() {
    for (const field of fieldsOf(form)) {
      field.value = field.defaultValue;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    keep();
    hush();
    fieldsOf(form)[0]?.focus();
  }

  function restore() {
    const entry = read(key);
    const lost = entry ? fieldsOf(form).filter(({ name, defaultValue }) => Object.hasOwn(entry.texts, name) && entry.texts[name] !== defaultValue) : [];
    if (!lost.length) return;
    for (const field of lost) {
      field.value = entry.texts[field.name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const details = form.closest("details");
    if (details) details.open = true;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fr-btn fr-btn--sm fr-btn--tertiary fr-my-1w";
    button.textContent = "Effacer ce texte";
    button.addEventListener("click", drop);
    say(entry.sent ? UNSURE : FOUND, button);
  }

  restore();
  form.addEventListener("input", () => {
    timer ||= window.setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return;
    event.preventDefault();
    say(kept ? OFFLINE : NOT_KEPT);
    window.addEventListener("online", () => say(BACK), { once: true });
  });
  window.addEventListener("pagehide", () => timer && keep());
  window.addEventListener("beforeunload", (event) => {
    if (timer) keep();
    if (!kept && !gone() && !form.dataset.sent) event.preventDefault();
  });
}

answered();
for (const form of document.querySelectorAll("form[data-keepsake]")) keepsake(form);

// Once nothing has kept it back, a form is on its way: whatever this page does not hear is not sure.
window.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || target.dataset.again !== undefined) return;
  const key = keyOf(target);
  const entry = key ? read(key) : null;
  if (entry) write(key, { ...entry, sent: true });
  quietly(() => (entry ? window.sessionStorage.setItem(SENT, key) : window.sessionStorage.removeItem(SENT)));
});

// Whoever signs out in another window leaves nothing behind in this one.
if (account) {
  quietly(() => new BroadcastChannel(LEFT).addEventListener("message", ({ data }) => {
    if (data === account) gone(true);
  }));
}
