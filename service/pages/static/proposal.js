// The form of a proposal: conditions, counters, tables, files, and saving as one types. Without this file it works too.

import { shownFields } from "./conditions.js";
import { grow, saver } from "./saving.js";
import { uploads } from "./uploads.js";

const form = document.querySelector("form[data-proposal]");
const blocks = [...form.querySelectorAll("[data-field]")];
const elsewhere = JSON.parse(form.dataset.elsewhere || "{}");

function content(block) {
  const pairs = [];
  for (const input of block.querySelectorAll("input, select, textarea")) {
    if (!input.name || input.type === "file" || input.name.startsWith("v:") || input.name.startsWith("clash:")) continue;
    if ((input.type === "radio" || input.type === "checkbox") && !input.checked) continue;
    pairs.push([input.name, input.value]);
  }
  return pairs;
}

// Conditions -------------------------------------------------------------------------------------------------------

function applyConditions() {
  const { shown, answers, rules } = shownFields(blocks, elsewhere);
  for (const block of blocks) block.hidden = !shown.has(block);
  for (const other of form.querySelectorAll("[data-other-of]")) {
    const name = other.dataset.otherOf;
    const chosen = [...form.elements].some((input) => input.name === name && input.value === "other" && (input.checked || input.tagName === "SELECT"));
    other.hidden = !chosen;
  }
  return { answers, rules };
}

form.addEventListener("input", applyConditions);
form.addEventListener("change", applyConditions);
applyConditions();

// Texts ------------------------------------------------------------------------------------------------------------

const french = new Intl.NumberFormat("fr-FR");
const words = (text) => (text.match(/[^\s\ufeff]+/g) ?? []).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;

for (const line of form.querySelectorAll("[data-count-for]")) {
  const area = document.getElementById(line.dataset.countFor);
  const most = Number(line.dataset.mostWords ?? line.dataset.most);
  const unit = line.dataset.mostWords ? "mots" : "caractères";
  const count = () => {
    const text = area.value.trim();
    const said = line.dataset.mostWords ? words(text) : [...text].length;
    line.textContent = `${french.format(said)} / ${french.format(most)} ${unit}`;
    line.toggleAttribute("data-over", said > most);
  };
  area.addEventListener("input", count);
  count();
}
for (const area of form.querySelectorAll("textarea[data-grow]")) grow(area);

// Tables -----------------------------------------------------------------------------------------------------------

function renumber(table) {
  const path = table.dataset.table;
  [...table.tBodies[0].rows].forEach((row, index) => {
    for (const part of row.querySelectorAll("[name], [id], [aria-describedby], [aria-label], [data-other-of], [data-remove-row]")) {
      for (const attribute of ["name", "data-other-of"]) {
        const value = part.getAttribute(attribute);
        if (value) part.setAttribute(attribute, value.replace(`${path}/rows/`, "\u0000").replace(/\u0000\d+/, `${path}/rows/${index}`));
      }
      const stem = `c-${path.replaceAll("/", "-")}-rows-`;
      for (const attribute of ["id", "aria-describedby"]) {
        const value = part.getAttribute(attribute);
        if (value?.startsWith(stem)) part.setAttribute(attribute, stem + value.slice(stem.length).replace(/^\d+/, String(index)));
      }
      const label = part.getAttribute("aria-label");
      if (label) part.setAttribute("aria-label", label.replace(/ligne \d+/, `ligne ${index + 1}`));
      if (part.dataset.removeRow !== undefined) {
        part.textContent = `Retirer la ligne ${index + 1}`;
        part.title = part.textContent;
      }
    }
  });
}

function total(table) {
  for (const output of table.querySelectorAll("[data-total]")) {
    const cells = [...table.querySelectorAll(`[data-number="${output.dataset.total}"]`)];
    const values = cells.map((cell) => Number(cell.value.replace(/[\s\u00a0\u202f€%]/g, "").replace(",", ".")));
    const unit = output.textContent.includes("€") ? "\u00a0€" : "";
    const cents = values.reduce((sum, value) => sum + (Number.isFinite(value) ? Math.round(value * 1000) : 0), 0);
    output.textContent = french.format(cents / 1000) + unit;
  }
}

function empty(row) {
  for (const input of row.querySelectorAll("input, select, textarea")) {
    if (input.type === "checkbox" || input.type === "radio") input.checked = false;
    else input.value = "";
    input.removeAttribute("aria-invalid");
    input.classList.remove("fr-input--error", "fr-select--error");
  }
  for (const message of row.querySelectorAll(".fr-messages-group")) message.replaceChildren();
}

for (const table of form.querySelectorAll("[data-table]")) {
  table.addEventListener("input", () => total(table));
  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-row]");
    if (!button) return;
    const row = button.closest("tr");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (next) row.remove();
    else empty(row);
    renumber(table);
    total(table);
    (next ?? row).querySelector("input, select, textarea")?.focus();
    saving.schedule();
  });
}
for (const button of form.querySelectorAll("[data-add-row]")) {
  button.addEventListener("click", () => {
    const table = form.querySelector(`[data-table="${button.dataset.addRow}"]`);
    const body = table.tBodies[0];
    if (body.rows.length >= Number(table.dataset.most)) {
      saving.say(`Ce tableau compte ${table.dataset.most} lignes au plus.`, "error");
      return;
    }
    const row = body.rows[body.rows.length - 1].cloneNode(true);
    empty(row);
    body.append(row);
    renumber(table);
    row.querySelector("input, select, textarea")?.focus();
  });
}

// Saving -----------------------------------------------------------------------------------------------------------

const kept = new Map(blocks.map((block) => [block, JSON.stringify(content(block))]));
const sentNow = new Map();
const refused = new Set();

function collect() {
  const body = new URLSearchParams();
  sentNow.clear();
  for (const block of blocks) {
    const mark = block.querySelector(`[name="v:${block.dataset.field}"]`);
    const now = JSON.stringify(content(block));
    if (!mark || now === kept.get(block) || refused.has(block)) continue;
    sentNow.set(block, now);
    body.append(mark.name, mark.value);
    for (const [name, value] of JSON.parse(now)) body.append(name, value);
  }
  return sentNow.size ? body : null;
}

function show(block, text) {
  const group = block.querySelector(".fr-messages-group");
  if (!group) return;
  const message = document.createElement("p");
  message.className = "fr-message fr-message--error";
  message.textContent = text;
  group.replaceChildren(...(text ? [message] : []));
}

function received(told) {
  for (const [block, now] of sentNow) {
    const name = block.dataset.field;
    const error = Object.entries(told.errors ?? {}).find(([path]) => path === name || path.startsWith(`${name}/`));
    if (told.clashes?.[name]) {
      refused.add(block);
      show(block, "Cette réponse a été modifiée dans une autre fenêtre. Enregistrez la page pour choisir laquelle garder.");
    } else if (error) {
      show(block, error[1]);
    } else {
      show(block, "");
      kept.set(block, now);
      if (told.marks?.[name]) block.querySelector(`[name="v:${name}"]`).value = told.marks[name];
    }
  }
  return told.message;
}

const saving = saver(form, { collect, received });
uploads(form, saving);

window.addEventListener("beforeunload", (event) => {
  if (!form.dataset.sent && collect()) event.preventDefault();
});
