// Tables of a proposal's form: rows that are added and removed, and totals as one types.

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

function showTotals(table) {
  for (const output of table.querySelectorAll("[data-total]")) {
    const cells = [...table.querySelectorAll(`[data-number="${output.dataset.total}"]`)];
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

export function tables(form, saving) {
  for (const table of form.querySelectorAll("[data-table]")) {
    table.addEventListener("input", () => showTotals(table));
    table.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove-row]");
      if (!button) return;
      const row = button.closest("tr");
      const next = row.nextElementSibling ?? row.previousElementSibling;
      if (next) row.remove();
      else empty(row);
      renumber(table);
      showTotals(table);
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
      saving.schedule();
    });
  }
}
