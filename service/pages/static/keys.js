// The review screen by keyboard. Keys alone do nothing while one types, and can be switched off; what has a modifier, and
// every button, works all the same.

import { nameOf } from "./review.js";

const OFF = "alliance:keys";
const FORM = ["TEXTAREA", "SELECT"];

function enabled() {
  try {
    return window.localStorage.getItem(OFF) !== "off";
  } catch {
    return true;
  }
}

const typing = (target) => FORM.includes(target.tagName) || (target.tagName === "INPUT" && !["radio", "checkbox"].includes(target.type));

// On a French keyboard digits are typed with Shift: the key itself counts, in the top row as in the number pad.
function digit({ key, code }) {
  if (/^[0-9]$/.test(key)) return key;
  return key !== "?" && /^Digit[0-9]$/.test(code) ? code.slice(-1) : "";
}

// `root()`, `grid()`: of the proposal that is shown; `go(way)`: "next" or "prev"; `show(pane)`; `zoom(view, by)`.
export function keys({ root, grid, go, show, zoom, announce }) {
  const focused = () => document.activeElement?.closest("fieldset[data-name]");
  let last = null;

  // The criterion that a digit is for: the one that has the focus, the last one that had it, or the first without a score.
  function criterion() {
    const fieldsets = grid().fieldsets();
    const before = fieldsets.includes(last) ? last : null;
    return focused() ?? before ?? fieldsets.find((one) => !one.hasAttribute("data-answered")) ?? fieldsets[0];
  }

  function reach(fieldset) {
    if (root().dataset.shown !== "grille") show("grille");
    fieldset.focus({ preventScroll: true });
    fieldset.scrollIntoView({ block: "nearest" });
    last = fieldset;
  }

  function level(fieldset, key) {
    const levels = [...fieldset.querySelectorAll("input[type=radio][name^='scores/']")];
    if (key !== "," && key !== ".") return levels.find((one) => one.dataset.key === key);
    const chosen = levels.find((one) => one.checked);
    return chosen && levels.find((one) => Number(one.value) === Math.floor(Number(chosen.value)) + 0.5);
  }

  // A letter that the scale of this criterion has is a score, whatever else it does.
  function score(event) {
    const fieldset = criterion();
    const typed = fieldset.querySelector(".al-score-typed input");
    const key = digit(event) || event.key.toLowerCase();
    if (typed && /^[0-9]$/.test(key)) {
      reach(fieldset);
      typed.focus();
      typed.select();
      return false; // the digit itself goes there
    }
    const chosen = level(fieldset, key);
    if (!chosen) return false;
    if (!chosen.checked) {
      chosen.checked = true;
      chosen.dispatchEvent(new Event("input", { bubbles: true }));
    }
    reach(fieldset);
    const says = chosen.nextElementSibling.querySelector(".al-level__text strong")?.textContent;
    const mark = chosen.nextElementSibling.querySelector(".al-level__score")?.textContent ?? chosen.nextElementSibling.textContent;
    announce(`${nameOf(fieldset)}\u00a0: ${mark.trim()}${says ? `, ${says}` : ""}.${fieldset.hasAttribute("data-due") ? " Commentaire obligatoire." : ""}`);
    return true;
  }

  function move(by) {
    const fieldsets = grid().fieldsets();
    const at = fieldsets.indexOf(focused());
    const next = fieldsets[at < 0 ? fieldsets.indexOf(criterion()) : at + by];
    if (next) reach(next);
    return true;
  }

  function write(area) {
    const closed = area.closest("details:not([open])");
    if (closed) closed.open = true;
    if (root().dataset.shown !== "grille") show("grille");
    area.focus();
    return true;
  }

  function larger(by) {
    const inside = document.activeElement?.closest(".al-pages__view");
    const view = inside ?? [...root().querySelectorAll(".al-pages__view")].find((one) => one.getBoundingClientRect().bottom > 0);
    if (view) zoom(view, by);
    return Boolean(view);
  }

  const acts = {
    j: () => go("next") ?? true,
    k: () => go("prev") ?? true,
    l: () => Boolean(show("candidature")),
    g: () => Boolean(show("grille")),
    "?": () => document.getElementById("raccourcis").showModal() ?? true,
    "+": () => larger(1),
    "-": () => larger(-1),
  };
  const onGrid = {
    r: () => write(criterion().querySelector("textarea")),
    p: () => write(root().querySelector("#c-note")),
    m: () => root().querySelector("#c-doubt").click() ?? true,
  };

  function pressed(event) {
    const { key, target } = event;
    if (grid()) {
      const arrow = { ArrowDown: 1, ArrowUp: -1 }[key];
      // The arrows of radio buttons, and those that scroll the proposal, stay what they are.
      if (arrow) return target.type !== "radio" && target.closest("#la-grille") ? move(arrow) : false;
      if (score(event)) return true;
    }
    const letter = key.toLowerCase();
    return (acts[letter] ?? (grid() && onGrid[letter]))?.() ?? false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (!grid()) return;
      event.preventDefault();
      grid().form.querySelector("[data-submits]").click();
    } else if (typing(event.target)) {
      if (event.key !== "Escape") return;
      const fieldset = event.target.closest("fieldset[data-name]");
      if (fieldset) reach(fieldset);
      else event.target.blur();
    } else if (enabled() && !event.ctrlKey && !event.altKey && !event.metaKey && pressed(event)) event.preventDefault();
  });

  document.addEventListener("focusin", () => (last = focused() ?? last), { capture: true });

  const box = document.querySelector("[data-keys]");
  box.checked = enabled();
  box.addEventListener("change", () => {
    try {
      window.localStorage.setItem(OFF, box.checked ? "on" : "off");
    } catch {
      // A browser that keeps nothing asks again on the next page.
    }
  });
}
