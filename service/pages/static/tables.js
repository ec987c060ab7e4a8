// Tables of a proposal's form: rows that are added, removed and put back, and totals as one types.

import { undoing } from "./undo.js";
import { total } from "./values.js";

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

// Over the cells that are asked.
export function showTotals(table) {
  for (const output of table.querySelectorAll("[data-total]")) {
    const cells = [...table.querySelectorAll(`[data-cell]:not([hidden]) [data-number="${output.dataset.total}"]`)];
    const { kind } = output.dataset;
    output.textContent = total(cells.map((cell) => cell.value), kind) + (kind === "money" ? "\u00a0€" : "");
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

function enliven(table, form, saving) {
  const body = table.tBodies[0];
  const most = Number(table.dataset.most);
  const pattern = body.rows[0].cloneNode(true);
  const full = () => saving.say(`Ce tableau compte ${most} lignes au plus.`, "error");

  function add() {
    const row = pattern.cloneNode(true);
    empty(row);
    body.append(row);
    return row;
  }

  function goOnIn(row) {
    renumber(table);
    showTotals(table);
    row.querySelector("input, select, textarea")?.focus();
    saving.schedule();
  }

  const take = undoing(table.parentElement.querySelector("[data-undo]"), { list: body, most, fill: add, back: goOnIn, full });
  table.addEventListener("input", () => showTotals(table));
  table.addEventListener("click", (event) => {
    const row = event.target.closest("[data-remove-row]")?.closest("tr");
    if (row) goOnIn(take(row, `Ligne ${row.sectionRowIndex + 1} retirée`));
  });
  form.querySelector(`[data-add-row="${table.dataset.table}"]`).addEventListener("click", () => {
    if (body.rows.length >= most) full();
    else goOnIn(add());
  });
}

export function tables(form, saving) {
  for (const table of form.querySelectorAll("[data-table]")) enliven(table, form, saving);
}
