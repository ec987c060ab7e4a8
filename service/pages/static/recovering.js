// What an earlier page left unsent is sent as it was typed, on the version that it was based on. What was changed
// meanwhile, or can't be kept as it is, waits for a choice.

import { post, Refused } from "./saving.js";

const AGAIN = 5000;
const FOUND = "Des réponses tapées avant une coupure ont été retrouvées et enregistrées.";

// `page`: what the form's script tells of itself. `adopt(entries)`, `left()`: what still waits, by field.
export function recovery(page) {
  const { form, section } = page;
  const entries = new Map();
  const troubled = new Set();
  let place = null;

  function notice(text, ...more) {
    place ??= form.insertBefore(document.createElement("div"), form.firstChild);
    place.className = "fr-alert fr-alert--warning fr-alert--sm fr-mb-3w";
    place.setAttribute("role", "status");
    const said = document.createElement("p");
    said.textContent = text;
    place.replaceChildren(said, ...more);
  }

  // The page that the service draws for a form sent by its button: both answers, and the choice between them.
  function choose() {
    const data = new FormData(form);
    const mine = [...entries].filter(([field, entry]) => troubled.has(field) && entry.section === section);
    for (const [field, entry] of mine) {
      const block = page.block(field);
      for (const [name] of block ? page.content(block) : []) data.delete(name);
      data.delete(`v:${field}`);
      data.append(`v:${field}`, entry.mark);
      for (const [name, value] of entry.pairs) data.append(name, value);
      entries.delete(field);
    }
    const sent = document.createElement("form");
    sent.method = "post";
    sent.action = form.action;
    sent.hidden = true;
    for (const [name, value] of data) {
      if (typeof value !== "string") continue;
      const input = document.createElement("textarea");
      input.name = name;
      input.value = value;
      sent.append(input);
    }
    document.body.append(sent);
    form.dataset.sent = "yes";
    sent.submit();
  }

  function tell() {
    const places = new Set([...troubled].filter((field) => entries.has(field)).map((field) => entries.get(field).section));
    if (!places.size) {
      place?.remove();
      place = null;
      return;
    }
    const acts = document.createElement("p");
    if (places.delete(section)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "fr-btn fr-btn--sm fr-btn--secondary fr-mt-1w";
      button.textContent = "Choisir la réponse à garder";
      button.addEventListener("click", choose);
      acts.append(button);
    }
    for (const other of places) {
      const link = document.createElement("a");
      link.className = "fr-link fr-link--sm";
      const address = new URL(form.action);
      address.searchParams.set("section", other);
      link.href = address.href;
      link.textContent = "Aller à la section de cette réponse";
      acts.append(" ", link);
    }
    notice("Une réponse tapée avant une coupure a été retrouvée, et n’a pas pu être enregistrée telle quelle : elle a été modifiée depuis, ou est à corriger.".replace(" :", "\u00a0:"), acts);
  }

  function send(wanted, pairs) {
    const body = new URLSearchParams();
    for (const [field, entry] of wanted) {
      body.append(`v:${field}`, entry.mark);
      for (const [name, value] of pairs(entry)) body.append(name, value);
    }
    return post(form.action, body);
  }

  // What had been sent, and never answered, is sent once more as it was: where it is stored, that is no change by
  // somebody else, and what was typed after it follows on the version that it has.
  async function repeat() {
    const again = [...entries].filter(([field, entry]) => entry.sent && !troubled.has(field));
    if (!again.length) return;
    const told = await send(again, (entry) => entry.sent);
    for (const [field, { sent, ...entry }] of again) {
      if (told.clashes[field]) troubled.add(field);
      else entries.set(field, { ...entry, mark: told.marks[field] ?? entry.mark });
    }
    page.remember();
  }

  const free = () => [...entries].filter(([field]) => !troubled.has(field));

  async function deliver() {
    try {
      await repeat();
      const wanted = free();
      if (!wanted.length) return tell();
      const told = await send(wanted, (entry) => entry.pairs);
      const wrong = new Set([...Object.keys(told.clashes), ...Object.keys(told.errors).map((path) => path.split("/")[0])]);
      const done = wanted.map(([field]) => field).filter((field) => !wrong.has(field));
      for (const field of done) entries.delete(field);
      for (const [field] of wanted) if (wrong.has(field)) troubled.add(field);
      page.remember();
      if (done.length) await page.saved(done, FOUND);
    } catch (error) {
      if (error instanceof Refused) for (const [field] of free()) troubled.add(field);
      else window.setTimeout(deliver, AGAIN);
    }
    return tell();
  }

  function adopt(found) {
    for (const [field, entry] of Object.entries(found)) {
      const block = page.block(field);
      // A page drawn with what was typed carries it on itself; what it shows as saved needs nothing more.
      if (block && (page.carries(block) || JSON.stringify(page.content(block)) === JSON.stringify(entry.pairs))) continue;
      entries.set(field, entry);
    }
    page.remember();
    deliver();
  }

  return { adopt, left: () => Object.fromEntries(entries) };
}
