// What others, or other windows, saved appears in the page: never where somebody is typing.

import { named } from "./account.js";

const SHARED = 8000;
const ALONE = 60_000;
const SOON = 300;
const hour = (at) => new Date(at).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" }).replace(":", "\u00a0h\u00a0");

// Draws fields again as the service has them now; those that are being typed in stay. Returns the blocks drawn.
export async function redraw(page, fields) {
  const answer = await fetch(page.form.action, { headers: { Accept: "text/html", ...named } });
  if (!answer.ok || answer.redirected) return [];
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(page.form.id);
  const done = [];
  for (const field of drawn ? fields : []) {
    const block = page.block(field);
    const fresh = drawn.querySelector(`[data-field="${CSS.escape(field)}"]`);
    if (!block || !fresh || page.busy(block)) continue;
    block.replaceChildren(...fresh.childNodes);
    done.push(block);
  }
  if (drawn) page.renew(done, drawn);
  return done;
}

function note(block, told) {
  const line = document.createElement("p");
  line.className = "fr-hint-text al-others";
  line.textContent = told.mine ? `Modifié dans une autre fenêtre à ${hour(told.saved_at)}` : `Modifié par ${told.saved_by} à ${hour(told.saved_at)}`;
  block.append(line);
}

export function others(page, signal) {
  const { form } = page;
  const pause = form.dataset.shared ? SHARED : ALONE;
  const channel = new BroadcastChannel(`alliance:${form.dataset.queue}`);
  let mark = "";
  let timer = 0;
  let skipped = false;
  let over = false;

  async function look() {
    const headers = { Accept: "application/json", ...named, ...(mark && { "If-None-Match": mark }) };
    const answer = await fetch(page.news(), { headers });
    if (answer.status === 403 || answer.status === 404) over = page.over();
    if (answer.status !== 200) return;
    const fields = page.newer(await answer.json());
    const newer = Object.keys(fields);
    const free = newer.filter((field) => !page.busy(page.block(field)));
    const done = free.length ? await redraw(page, free) : [];
    for (const block of done) note(block, fields[block.dataset.field]);
    // What could not be drawn yet is looked at again, at the latest once one leaves the field.
    skipped = done.length < newer.length;
    mark = skipped ? "" : (answer.headers.get("ETag") ?? "");
  }

  function later(wait) {
    window.clearTimeout(timer);
    if (over || signal?.aborted) return;
    timer = window.setTimeout(async () => {
      if (!document.hidden) await look().catch(() => undefined);
      later(skipped ? SHARED : pause);
    }, wait);
  }

  channel.addEventListener("message", () => later(SOON));
  document.addEventListener("visibilitychange", () => document.hidden || later(SOON), { signal });
  // Of two windows side by side, neither is ever hidden.
  window.addEventListener("focus", () => later(SOON), { signal });
  form.addEventListener("focusout", () => skipped && later(SOON));
  signal?.addEventListener("abort", () => {
    window.clearTimeout(timer);
    channel.close();
  });
  later(form.dataset.look ? SOON : pause);
  return { saved: () => signal?.aborted || channel.postMessage("saved") };
}
