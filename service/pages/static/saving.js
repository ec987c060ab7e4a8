// Saves a form in the background: on leaving a field, else a second after the last key and five after the first one, one
// request at a time, and says so in plain words.
// What was sent is sent again, as it was, until it is answered; only then is what came after it collected: an answer
// that got lost on the way can't make the page contradict itself.

import { account, named } from "./account.js";
import { told } from "./told.js";

const PAUSE = 1000;
const LONGEST_TYPING = 5000; // whoever types without a pause is saved meanwhile
const LONGEST_WAIT = 30_000;
const CUT = "Connexion interrompue : vos dernières modifications ne sont pas encore enregistrées.";
const KEPT = "Elles sont gardées dans ce navigateur ; l’enregistrement reprendra de lui-même, sur cette page ou à sa prochaine ouverture.";
const NOT_KEPT = "L’enregistrement reprendra de lui-même : ne fermez pas cette page d’ici là.".replace(" :", "\u00a0:");
const SIGNED_OUT = "Votre session a pris fin : vos dernières modifications ne sont pas enregistrées. Connectez-vous dans un autre onglet, puis revenez à cette page.";
const OTHER = "Un autre compte est connecté dans ce navigateur : vos dernières modifications ne sont pas enregistrées. Reprenez le vôtre dans un autre onglet, puis revenez à cette page.";
const REFUSED = "L’enregistrement automatique a échoué. Utilisez le bouton « Enregistrer ».";
const PROBLEM = "application/problem+json";
// What a browser still sends for a page that is being closed.
const LAST_WORDS = 60_000;

// Its message is what the service said, in words for people, or nothing.
export class Refused extends Error {}
class SignedOut extends Error {}
class OtherAccount extends SignedOut {}

// Where signing in, or changing accounts, leaves this page open.
function signIn(label) {
  const link = document.createElement("a");
  link.className = "fr-link fr-link--sm";
  link.href = `/connexion?compte=${account}`;
  link.target = "_blank";
  link.title = `${label} – nouvel onglet`;
  link.textContent = label;
  return link;
}

const french = (text) => text.replace(/ (?=[:;?!»%€]|Mo\b)/g, "\u00a0").replaceAll("« ", "«\u00a0");

export async function post(address, body) {
  const text = String(body);
  const answer = await fetch(address, {
    method: "POST",
    body: text,
    headers: { Accept: "application/json", ...named, "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" },
    keepalive: text.length < LAST_WORDS,
  });
  if (answer.status === 401) throw (await answer.json().catch(() => ({}))).code === "other_account" ? new OtherAccount() : new SignedOut();
  if (answer.redirected && new URL(answer.url).pathname === "/connexion") throw new SignedOut();
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  const [type] = (answer.headers.get("content-type") ?? "").split(";");
  if (type === PROBLEM) throw new Refused(french((await answer.json()).detail));
  if (answer.redirected || type !== "application/json") throw new Refused();
  return answer.json();
}

// `collect()`: what is not saved yet, as `{ body, … }`, or null; it changes nothing. `waits()`: whether there is any.
// `received(answer, sent)`: takes the answer to what was collected, and returns what the line is to say of it (told.js).
// `fresh()`: whether anything that waits was typed since it was sent. `unsaved()`: whether anything would be lost.
// `remember()`: called after each change. `kept()`: whether the browser keeps what is remembered. `idle()`: called once
// nothing is left to send, or nothing more can be. `signal`: listens no more.
export function saver(form, { collect, waits, received, fresh = waits, unsaved = waits, remember = undefined, kept = () => false, idle = undefined, signal = undefined }) {
  const status = form.querySelector("[data-status]");
  let timer = 0;
  let since = null; // when the first key was typed that no save has taken with it
  let failures = 0;
  let cut = false;
  let sending = null;
  let running = null;
  let again = false;
  let settled = false;

  function say(text, state = "", ...more) {
    if (!status || status.firstChild?.textContent === text) return;
    status.textContent = text;
    status.append(...more.flatMap((one) => [" ", one]));
    status.dataset.state = state;
  }

  function done(answer) {
    failures = 0;
    cut = false;
    const at = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" }).replace(":", "\u00a0h\u00a0");
    const pending = fresh();
    say(...told({ ...answer, pending, at }));
    if (pending) schedule();
    if (!waits()) idle?.();
  }

  function failed(error) {
    cut = !(error instanceof Refused || error instanceof SignedOut);
    if (error instanceof Refused) {
      failures = 0;
      sending = null;
      say(error.message || REFUSED, "error");
      idle?.();
      return;
    }
    failures += 1;
    if (error instanceof OtherAccount) say(OTHER, "error", signIn("Changer de compte"));
    else if (error instanceof SignedOut) say(SIGNED_OUT, "error", signIn("Se connecter"));
    else say(`${CUT} ${kept() ? KEPT : NOT_KEPT}`, "error");
    later(Math.min(PAUSE * 2 ** failures, LONGEST_WAIT));
  }

  async function send() {
    if (!sending) since = null;
    sending ??= collect();
    if (!sending) {
      if (!unsaved()) say("");
      idle?.();
      return;
    }
    if (!failures) say("Enregistrement…");
    try {
      const answer = await post(form.action, sending.body);
      const sent = sending;
      sending = null;
      done(received(answer, sent));
    } catch (error) {
      failed(error);
    }
  }

  function save() {
    window.clearTimeout(timer);
    if (running) again = true;
    running ??= send().finally(() => {
      running = null;
      if (again) later(PAUSE);
      again = false;
    });
    return running;
  }

  // Where what is typed is remembered, nothing of it is left to a button: what this browser keeps would outlive it.
  async function settle() {
    await save();
    if (remember && !cut && waits()) await save();
  }

  function later(wait) {
    window.clearTimeout(timer);
    if (signal?.aborted) return;
    timer = window.setTimeout(save, wait);
  }

  function schedule() {
    if (!failures && waits()) say(...told({ pending: true }));
    remember?.();
    since ??= performance.now();
    later(Math.min(PAUSE, since + LONGEST_TYPING - performance.now()));
  }

  // While the service can't be reached, its pauses grow: leaving a field changes nothing of that.
  function left() {
    if (since !== null && !failures) save();
  }

  form.addEventListener("input", schedule);
  form.addEventListener("change", () => {
    schedule();
    left();
  });
  form.addEventListener("focusout", left);
  window.addEventListener("online", save, { signal });
  document.addEventListener("visibilitychange", () => (sending || waits()) && save(), { signal });
  // A page that is left has its last second saved, and asks whether to stay as long as that is not certain.
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.sent || !(sending || unsaved())) return;
    save();
    event.preventDefault();
  }, { signal });
  // A button waits for the answer under way, as both would be based on the same version; and without a connection it
  // would lead away from what is typed. (Where the session has ended, the service keeps what the button sends.)
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (form.dataset.sent || settled || !(running || cut || !navigator.onLine || (remember && waits()))) return;
    event.preventDefault();
    const button = event.submitter;
    settle().then(() => {
      if (cut || !navigator.onLine) return;
      settled = true;
      form.requestSubmit(button);
      settled = false;
    });
  });
  return { schedule, say, save, settle, stuck: () => failures > 0, underWay: () => sending };
}

export function grow(area) {
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 900)}px`;
  };
  area.addEventListener("input", fit);
  if (area.value) fit();
}
