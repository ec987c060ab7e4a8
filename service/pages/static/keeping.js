// Saving as one types, field by field, for any form: what is not acknowledged is kept in this browser, what was changed
// elsewhere is asked about, what others save appears. A form's own script says what its fields are and what they mean.

import { content, readAnew } from "./content.js";
import { others, redraw } from "./others.js";
import { queue } from "./queue.js";
import { recovery } from "./recovering.js";
import { saver } from "./saving.js";

const REMEMBERING = 250;
const OVER = "Ce que montre cette page ne peut plus être modifié\u00a0: rechargez-la.";
const CLASH = "Cette réponse a été modifiée dans une autre fenêtre ou par une autre personne. Enregistrez la page pour choisir laquelle garder.";

// `news()`: the address that tells what has changed; `newer(told)`: which fields of the page that concerns, each with when
// and by whom; `redrawn(blocks, drawn)`: these were drawn again, out of the form `drawn`; `pending()`: whether anything
// but fields waits; `idle()`: all is saved; `signal`: ends it all, and what is still kept here is left to another page.
export function keeping(form, { blocks, news, newer, redrawn, pending = () => false, idle = undefined, signal = undefined }) {
  // What a field says, as text, until something happens in it. What is sent by a button, or as a page is left, is read anew.
  const texts = new Map();
  const said = (block) => {
    if (!texts.has(block)) texts.set(block, JSON.stringify(content(block)));
    return texts.get(block);
  };
  const readAll = () => {
    texts.clear();
    readAnew();
  };
  for (const name of ["input", "change"]) form.addEventListener(name, ({ target }) => texts.delete(target.closest("[data-field]")), { capture: true });
  for (const name of ["pagehide", "beforeunload", "pageshow"]) window.addEventListener(name, readAll, { capture: true, signal });
  form.addEventListener("submit", readAll, { capture: true });

  const kept = new Map(blocks.map((block) => [block, said(block)]));
  // What the page was drawn with and could not be saved is not kept; an answer changed elsewhere waits for a choice.
  const refused = new Set(blocks.filter((block) => block.querySelector('[name^="clash:"]')));
  for (const block of blocks) if (refused.has(block) || block.querySelector(".fr-messages-group .fr-message--error")) kept.set(block, "");
  // What a save was told of: texts that can't be kept as they are, rows of others that the page does not show.
  const wrong = new Map();
  const merged = new Set();
  const markOf = (block) => block.querySelector(`[name="v:${block.dataset.field}"]`);
  const changed = () => blocks.filter((block) => markOf(block) && said(block) !== kept.get(block));
  const section = new URL(form.action).searchParams.get("section") ?? "";
  let inBrowser = false;
  let soon = 0;

  const free = () => changed().filter((block) => !refused.has(block));
  const fresh = () => free().some((block) => said(block) !== wrong.get(block));

  function collect() {
    const body = new URLSearchParams();
    const sent = new Map();
    for (const block of free()) {
      sent.set(block, said(block));
      body.append(markOf(block).name, markOf(block).value);
      for (const [name, value] of JSON.parse(said(block))) body.append(name, value);
    }
    return sent.size ? { body, sent } : null;
  }

  function show(block, text) {
    const group = block.querySelector(".fr-messages-group");
    if (!group) return;
    const message = document.createElement("p");
    message.className = "fr-message fr-message--error";
    message.textContent = text;
    group.replaceChildren(...(text ? [message] : []));
  }

  function received(told, { sent }) {
    for (const [block, now] of sent) {
      const name = block.dataset.field;
      const error = Object.entries(told.errors).find(([path]) => path === name || path.startsWith(`${name}/`));
      wrong.delete(block);
      if (told.clashes[name]) {
        refused.add(block);
        show(block, CLASH);
      } else if (error) {
        show(block, error[1]);
        wrong.set(block, now);
      } else {
        show(block, "");
        kept.set(block, now);
        if (told.marks[name]) markOf(block).value = told.marks[name];
        if (told.merged?.includes(name)) merged.add(block);
      }
    }
    rememberNow();
    fellows?.saved();
    return { trouble: told.message, clash: refused.size > 0, merged: merged.size > 0 };
  }

  // `sent`: what left with the same mark and was not answered: it may be stored already.
  function waiting(block) {
    const sent = saving.underWay()?.sent.get(block);
    const before = sent && sent !== said(block) ? { sent: JSON.parse(sent) } : {};
    return [block.dataset.field, { mark: markOf(block).value, pairs: JSON.parse(said(block)), ...before, section, at: Date.now() }];
  }

  function rememberNow() {
    window.clearTimeout(soon);
    soon = 0;
    inBrowser = shelf?.keep({ ...recovered.left(), ...Object.fromEntries(changed().map(waiting)) }) ?? false;
  }

  function remember() {
    soon ||= window.setTimeout(rememberNow, REMEMBERING);
  }

  const unsaved = () => changed().length > 0 || pending();
  const remembering = form.dataset.queue ? { remember, kept: () => inBrowser } : {};
  const saving = saver(form, { collect, waits: () => free().length > 0, received, fresh, unsaved, idle, signal, ...remembering });

  const page = {
    form,
    section,
    content,
    news,
    newer: (told) => newer(told, (field) => markOf(page.block(field))?.value),
    renew(drawn, from) {
      for (const block of drawn) {
        texts.delete(block);
        kept.set(block, said(block));
        for (const known of [refused, merged, wrong]) known.delete(block);
      }
      redrawn(drawn, from);
    },
    block: (field) => blocks.find((one) => one.dataset.field === field),
    carries: (block) => kept.get(block) === "",
    busy: (block) => block.contains(document.activeElement) || said(block) !== kept.get(block),
    remember: rememberNow,
    // Submitted by somebody else, or no longer for this account.
    over() {
      saving.say(OVER, "error");
      return true;
    },
    async saved(fields, text) {
      await redraw(page, fields);
      saving.say(text, "saved");
      fellows?.saved();
    },
  };
  const recovered = recovery(page);
  const shelf = form.dataset.queue ? queue(form.dataset.queue, recovered.adopt, signal) : null;
  const fellows = form.dataset.queue ? others(page, signal) : null;
  rememberNow();
  window.addEventListener("pagehide", rememberNow, { signal });
  // Rows that come and go are no input.
  function schedule() {
    readAll();
    saving.schedule();
  }
  return { ...saving, schedule, unsaved, collect, received, show, remember: rememberNow, forget: () => shelf?.keep({}) };
}
