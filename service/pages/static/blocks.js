// Repeatable blocks of a proposal's form: rows that are added, removed, put back and moved. Without this file, the same
// buttons send the page.

import { undoing } from "./undo.js";

const PLACE = /^\d+/;

function sayTitle(row, path, index, title) {
  const named = row.querySelector(`[name="${path}/rows/${index}/${row.dataset.named}"]`)?.value.trim();
  row.querySelector("[data-row-title]").textContent = `${title} ${index + 1}${named ? `\u00a0: ${named}` : ""}`;
}

function moveTo(row, path, index, title) {
  const stems = { name: `${path}/rows/`, id: `c-${path}-rows-` };
  const renamed = (text, stem) => text.split(stem).map((part, nth) => (nth ? part.replace(PLACE, String(index)) : part)).join(stem);
  for (const part of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of ["name", "value", "data-other-of", "data-scheme-of"]) {
      const said = part.getAttribute(attribute);
      if (said?.includes(stems.name) && (attribute !== "value" || part.tagName === "BUTTON")) part.setAttribute(attribute, renamed(said, stems.name));
    }
    for (const attribute of ["id", "for", "aria-labelledby", "aria-describedby", "data-count-for"]) {
      const said = part.getAttribute(attribute);
      if (said?.includes(stems.id)) part.setAttribute(attribute, renamed(said, stems.id));
    }
  }
  sayTitle(row, path, index, title);
  for (const button of row.querySelectorAll("[data-row-act]")) {
    button.querySelector(".fr-sr-only").textContent = ` ${title} ${index + 1}`;
  }
}

const identity = () => [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function blocks(form, saving, enliven) {
  for (const block of form.querySelectorAll("[data-block]")) {
    const { block: path, title } = block.dataset;
    const list = block.querySelector("[data-rows]");
    const template = block.querySelector("template");
    const renumber = () => [...list.children].forEach((row, index) => moveTo(row, path, index, title));

    function add() {
      const row = template.content.firstElementChild.cloneNode(true);
      row.querySelector(`[name$="/@id"]`).value = identity();
      list.append(row);
      renumber();
      enliven(row);
      return row;
    }

    const full = () => saving.say(`${block.dataset.most} au plus\u00a0: retirez-en d’abord.`, "error");
    const take = undoing(block.querySelector("[data-undo]"), {
      list,
      most: Number(block.dataset.most),
      fill: add,
      back(row) {
        renumber();
        row.querySelector("[data-row-title]").focus();
        saving.schedule();
      },
      full,
    });

    const acts = {
      enlever: (row) => take(row, `Ligne retirée (${row.querySelector("[data-row-title]").textContent})`),
      monter(row) {
        row.previousElementSibling?.before(row);
        return row;
      },
      descendre(row) {
        row.nextElementSibling?.after(row);
        return row;
      },
    };

    block.addEventListener("input", ({ target }) => {
      const row = target.closest("[data-block-row]");
      if (row) sayTitle(row, path, [...list.children].indexOf(row), title);
    });
    block.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-act], [data-add-block]");
      if (!button) return;
      event.preventDefault();
      if (button.dataset.addBlock !== undefined) {
        if (list.children.length >= Number(block.dataset.most)) full();
        else add().querySelector("input:not([type=hidden]), select, textarea")?.focus();
      } else {
        const { rowAct } = button.dataset;
        const row = acts[rowAct](button.closest("[data-block-row]"));
        renumber();
        // The same button goes with its row; after a removal, the row that took its place is where one goes on.
        if (rowAct === "enlever") row.querySelector("[data-row-title]").focus();
        else (button.offsetParent ? button : row.querySelector("[data-row-act=enlever]")).focus();
      }
      saving.schedule();
    });
  }
}
