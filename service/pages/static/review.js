// The grid of an expert: saved as one goes, scored by keyboard, next one fetched ahead.

import { grow, saver } from "./saving.js";

const form = document.querySelector("form[data-review]");
const snapshot = () => new URLSearchParams(new FormData(form));
const said = (body) => [...body].filter(([name]) => name !== "version" && name !== "_key").join("\n");
let kept = said(snapshot());

saver(form, {
  collect() {
    const body = snapshot();
    return said(body) === kept ? null : { body };
  },
  received(told, { body }) {
    if (told.version === undefined) return told.message ?? Object.values(told.errors ?? {})[0] ?? "Non enregistré.";
    form.elements.version.value = told.version;
    kept = said(body);
    return "";
  },
});

const progress = form.querySelector("[data-progress]");
function count() {
  const scored = new Set([...form.querySelectorAll("input[type=radio]:checked")].map((input) => input.name)).size;
  progress.textContent = `${scored}\u00a0${scored > 1 ? "critères notés" : "critère noté"} sur ${progress.dataset.of}`;
}
form.addEventListener("input", count);
window.addEventListener("pageshow", count);

for (const area of form.querySelectorAll("textarea[data-grow]")) grow(area);

// A digit scores the criterion that has the focus; the arrows of radio buttons do it too.
form.addEventListener("keydown", (event) => {
  const criterion = event.target.closest("fieldset.al-criterion");
  if (!criterion || event.target.tagName === "TEXTAREA" || event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return;
  const level = criterion.querySelector(`input[type=radio][value="${event.key}"]`);
  if (!level || level.disabled) return;
  event.preventDefault();
  level.checked = true;
  level.focus();
  level.dispatchEvent(new Event("input", { bubbles: true }));
});

const next = document.querySelector('a[rel="next"]');
if (next) {
  const ahead = document.createElement("link");
  ahead.rel = "prefetch";
  ahead.href = next.href;
  document.head.append(ahead);
}
