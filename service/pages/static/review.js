// The grid of an expert: saved as one goes, scored by keyboard, its total in view, next one fetched ahead.

import { onScale, total } from "./grid.js";
import { grow, saver } from "./saving.js";

const form = document.querySelector("form[data-review]");
const grid = JSON.parse(form.dataset.grid);
const snapshot = () => new URLSearchParams(new FormData(form));
const said = (body) => [...body].filter(([name]) => name !== "version" && name !== "_key").join("\n");
let kept = said(snapshot());

// The first thing that is wrong, with the name of its criterion.
function refusal(errors) {
  const [path, text] = Object.entries(errors)[0] ?? ["", "Non enregistré."];
  const name = form.querySelector(`[data-name="${CSS.escape(path)}"] legend`)?.firstChild.textContent.trim();
  return name ? `${name}\u00a0: ${text}` : text;
}

saver(form, {
  collect() {
    const body = snapshot();
    return said(body) === kept ? null : { body };
  },
  received(told, { body }) {
    if (told.version === undefined) return told.message ?? refusal(told.errors ?? {});
    form.elements.version.value = told.version;
    kept = said(body);
    return "";
  },
});

const progress = form.querySelector("[data-progress]");
const result = form.querySelector("[data-total]");
function count() {
  const sent = new FormData(form);
  const scores = {};
  let answered = 0;
  for (const [name, criterion] of Object.entries(grid.criteria)) {
    const score = sent.get(`scores/${name}`) ?? "";
    if (onScale(score, criterion)) scores[name] = score;
    if (name in scores || score === "abstention") answered += 1;
  }
  progress.textContent = `${answered}\u00a0${answered > 1 ? "critères notés" : "critère noté"} sur ${progress.dataset.of}`;
  result.textContent = total(grid, scores) ?? "–";
}

// What the score means, beside it: its own definition, or the nearest one below.
function explain(criterion) {
  const echo = criterion.querySelector("[data-echo]");
  if (!echo) return;
  const score = new FormData(form).get(criterion.dataset.name) ?? "";
  const reached = onScale(score, grid.criteria[criterion.dataset.name.slice("scores/".length)])
    ? [...criterion.querySelectorAll("[data-from]")].filter((one) => Number(one.dataset.from) <= Number(score.replace(",", ".")))
    : [];
  echo.textContent = reached.length ? reached.at(-1).textContent : "";
}

const criteria = [...form.querySelectorAll("fieldset[data-name]")];
function refresh() {
  count();
  criteria.forEach(explain);
}
form.addEventListener("input", refresh);
window.addEventListener("pageshow", refresh);

for (const area of form.querySelectorAll("textarea[data-grow]")) grow(area);

// A digit or a letter scores the criterion that has the focus, a comma adds half a point; the arrows of radio buttons do
// it too.
form.addEventListener("keydown", (event) => {
  const criterion = event.target.closest("fieldset[data-name]");
  if (!criterion || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.tagName === "TEXTAREA" || (event.target.tagName === "INPUT" && event.target.type !== "radio")) return;
  const level = wanted(criterion, event.key.toLowerCase());
  if (!level || level.disabled) return;
  event.preventDefault();
  level.checked = true;
  level.focus();
  level.dispatchEvent(new Event("input", { bubbles: true }));
});

function wanted(criterion, key) {
  const levels = [...criterion.querySelectorAll("input[type=radio]")];
  if (key !== "," && key !== ".") return levels.find((level) => level.dataset.key === key);
  const chosen = levels.find((level) => level.checked);
  return chosen && levels.find((level) => Number(level.value) === Math.floor(Number(chosen.value)) + 0.5);
}

const next = document.querySelector('a[rel="next"]');
if (next) {
  const ahead = document.createElement("link");
  ahead.rel = "prefetch";
  ahead.href = next.href;
  document.head.append(ahead);
}
