// The grid of one review: saved as one goes, its total and what it still lacks in view, handed in without leaving.

import { onScale, total } from "./grid.js";
import { keeping } from "./keeping.js";
import { grow, post } from "./saving.js";

const NOT_SENT = "Connexion interrompue : l’évaluation n’est pas remise, et ce que vous avez saisi est gardé. Réessayez.".replace(" :", "\u00a0:");
const french = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 2 });
const some = (count, one, many) => (count ? [`${count}\u00a0${count > 1 ? many : one}`] : []);

export const nameOf = (fieldset) => fieldset.querySelector(".al-score__name").textContent.trim();

// What a score means, and whether a comment has to say why.
function judged(fieldset, { criteria }, sent) {
  const id = fieldset.dataset.name.slice("scores/".length);
  const rules = criteria[id];
  const score = sent.get(`scores/${id}`) ?? "";
  const given = onScale(score, rules);
  const value = Number(score.replace(",", "."));
  const due = given
    ? (rules.below !== undefined && value <= Number(rules.below)) || (rules.above !== undefined && value >= Number(rules.above))
    : rules.abstain && score === "abstention";
  return { id, score, given, answered: given || score === "abstention", due, said: (sent.get(`comments/${id}`) ?? "").trim() !== "" };
}

// `news()`: the address that tells what has changed; `heard(told)`: the service told where one stands; `idle()`: nothing
// is left to send; `announce(text)`: aloud; `submitted(following)`: it is handed in.
export function review(root, { news, heard, idle, announce, submitted, signal }) {
  const form = root.querySelector("form[data-review]");
  if (!form) return null;
  const grid = JSON.parse(form.dataset.grid);
  // Looked up each time: what another window saved is drawn anew.
  const fieldsets = () => [...form.querySelectorAll("fieldset[data-name]")];
  const blocks = [...form.querySelectorAll("[data-field]")];
  let attempt = 0;
  let handing = false;

  // Before the script that saves listens: a review is handed in by this one.
  form.addEventListener("submit", (event) => {
    if (!form.dataset.queue || event.submitter?.dataset.submits === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    handIn();
  });

  const saving = keeping(form, {
    blocks,
    news,
    newer(told, mark) {
      heard(told);
      const marks = { ...told.marks, "@note": String(told.own.version), "@doubt": told.own.doubt ? "1" : "0" };
      const changed = Object.entries(marks).filter(([field, now]) => mark(field) !== undefined && mark(field) !== now);
      return Object.fromEntries(changed.map(([field]) => [field, { mine: !form.dataset.shared, saved_by: "votre équipe", saved_at: told.saved_at ?? new Date() }]));
    },
    redrawn(drawn) {
      for (const block of drawn) enliven(block);
      refresh();
    },
    idle,
    signal,
  });

  function missing(all) {
    const count = (wanted) => all.filter(wanted).length;
    const found = [
      ...some(count((one) => !one.answered), "note", "notes"),
      ...some(count((one) => one.due && !one.said), "commentaire obligatoire", "commentaires obligatoires"),
    ];
    if (grid.general && !form.querySelector('[name="comments/"]').value.trim()) found.push("l’avis général");
    for (const [name, text] of [["recommendation", "la recommandation"], ["confidence", "le degré de certitude"]]) {
      const choices = [...form.querySelectorAll(`[name="${name}"]`)];
      if (choices.length && !choices.some((one) => one.checked)) found.push(text);
    }
    return found;
  }

  function tell(all) {
    const found = missing(all);
    const place = form.querySelector("[data-missing]");
    const listed = found.length > 1 ? `${found.slice(0, -1).join(", ")} et ${found.at(-1)}` : found[0];
    place.textContent = found.length ? `Il reste ${listed}.` : "Tout y est.";
    place.toggleAttribute("data-ready", !found.length);
  }

  // What the score means, beside it: its own definition, or the nearest one below.
  function explain({ fieldset, given, score }) {
    const echo = fieldset.querySelector("[data-echo]");
    if (!echo) return;
    const marks = given ? [...fieldset.querySelectorAll("[data-from]")] : [];
    echo.textContent = marks.filter((one) => Number(one.dataset.from) <= Number(score.replace(",", "."))).at(-1)?.textContent ?? "";
  }

  function refresh() {
    const sent = new FormData(form);
    const all = fieldsets().map((fieldset) => ({ fieldset, name: nameOf(fieldset), ...judged(fieldset, grid, sent) }));
    for (const one of all) {
      const { fieldset, id, due, said } = one;
      explain(one);
      fieldset.toggleAttribute("data-answered", one.answered);
      const comment = fieldset.querySelector(`[name="comments/${id}"]`);
      comment.toggleAttribute("aria-required", due);
      if (due) comment.setAttribute("aria-required", "true");
      fieldset.toggleAttribute("data-due", due && !said);
      const label = fieldset.querySelector("input[type=radio]:checked + label");
      const picked = label?.querySelector(".al-level__score") ?? label;
      const chip = form.querySelector(`[data-chip="${id}"]`);
      chip.querySelector("strong").textContent = one.given ? (picked?.textContent.trim() ?? one.score) : one.answered ? "abst." : "–";
      chip.toggleAttribute("data-given", one.answered);
      chip.toggleAttribute("data-due", due && !said);
    }
    const answered = all.filter((one) => one.answered).length;
    const progress = form.querySelector("[data-progress]");
    progress.textContent = `${answered}\u00a0${answered > 1 ? "critères notés" : "critère noté"} sur ${progress.dataset.of}`;
    form.querySelector("[data-total]").textContent = total(grid, Object.fromEntries(all.filter((one) => one.given).map((one) => [one.id, one.score]))) ?? "–";
    const tab = root.querySelector("[data-tab-count]");
    if (tab) tab.textContent = `${answered}/${progress.dataset.of}`;
    tell(all);
  }

  function enliven(part) {
    part.querySelectorAll("textarea[data-grow]").forEach(grow);
  }

  function refuse(errors) {
    for (const block of blocks) if (errors[block.dataset.field]) saving.show(block, errors[block.dataset.field]);
    const first = blocks.find((block) => errors[block.dataset.field]);
    announce(`L’évaluation n’est pas remise. ${Object.values(errors)[0]}`);
    const of = first?.querySelector("fieldset[data-name]");
    const unscored = of && !of.hasAttribute("data-answered");
    (unscored ? of : (first?.querySelector("textarea:not([name=note])") ?? first?.querySelector("fieldset")))?.focus();
  }

  async function handIn() {
    if (handing) return;
    handing = true;
    if (saving.underWay()) await saving.settle();
    const now = saving.collect();
    const body = now ? now.body : new URLSearchParams();
    body.append("_suite", "remettre");
    body.append("_key", `${form.elements._key.value}-${attempt}`);
    try {
      const told = await post(form.action, body);
      attempt += 1;
      saving.received(told, now ?? { sent: new Map() });
      if (told.submitted) submitted(told.following);
      else if (Object.keys(told.errors).length) refuse(told.errors);
      else announce(told.message);
      if (told.message) saving.say(told.message, "error");
    } catch {
      saving.schedule();
      saving.say(NOT_SENT, "error");
      announce(NOT_SENT);
    }
    handing = false;
  }

  // Scores are one's own measure: what was given elsewhere meanwhile counts too.
  function measure(earlier) {
    for (const input of form.querySelectorAll(".al-level input")) {
      const id = input.name.slice("scores/".length);
      const count = earlier[id]?.values[input.value] ?? 0;
      const label = input.nextElementSibling;
      const place = label.querySelector("[data-times]") ?? document.createElement("span");
      place.className = "al-times";
      place.dataset.times = `${id}/${input.value}`;
      const aloud = document.createElement("span");
      aloud.className = "fr-sr-only";
      aloud.textContent = `\u00a0: vous avez donné cette note ${count}\u00a0fois ailleurs`;
      place.replaceChildren(`${count}\u00a0×`, aloud);
      if (count) label.append(place);
      else place.remove();
    }
    for (const place of form.querySelectorAll("[data-earlier]")) {
      const known = earlier[place.dataset.earlier];
      place.hidden = !known;
      const mean = place.querySelector("strong");
      if (known && mean) {
        mean.textContent = french.format(known.mean);
        mean.nextSibling.textContent = ` sur ${known.count}. Dernières\u00a0: `;
      }
    }
  }

  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  window.addEventListener("pageshow", refresh, { signal });
  enliven(form);
  refresh();
  return { form, fieldsets, saving, handIn, measure };
}
