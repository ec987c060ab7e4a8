// The form of a proposal: conditions, counters, tables, files, and saving as one types. Without this file it works too.

import { blocks as repeated } from "./blocks.js";
import { broken, holds, outside, ruled, settle, settleRow } from "./conditions.js";
import { byRow, content, readAnew } from "./content.js";
import { filters } from "./filter.js";
import { keeping } from "./keeping.js";
import { grow } from "./saving.js";
import { showTotals, tables } from "./tables.js";
import { uploads } from "./uploads.js";
import { answer, characters, computedText, rowNumbers, words } from "./values.js";

const form = document.querySelector("form[data-proposal]");
const blocks = [...form.querySelectorAll("[data-field]")];
const elsewhere = JSON.parse(form.dataset.elsewhere);
const rules = new Map(blocks.map((block) => [block, JSON.parse(block.dataset.rules)]));
const across = JSON.parse(form.dataset.across);

// Conditions -------------------------------------------------------------------------------------------------------

function sayOptional(block, optional) {
  const label = block.querySelector("legend, label, .fr-label");
  let mark = label?.querySelector(".al-optional");
  if (label && !mark && optional) {
    mark = document.createElement("span");
    mark.className = "al-optional";
    mark.textContent = "(facultatif)";
    const hint = label.querySelector(".fr-hint-text");
    label.insertBefore(document.createTextNode(" "), hint);
    label.insertBefore(mark, hint);
  }
  if (mark) mark.hidden = !optional;
}

const { today } = elsewhere;
const answers = { ...elsewhere.answers };
const conditions = { ...elsewhere.conditions };
const offers = { ...elsewhere.offers };
const rows = { ...elsewhere.rows };
for (const block of blocks) {
  const { field } = block.dataset;
  const own = rules.get(block);
  if (own.shown) conditions[field] = own.shown;
  if (own.offers) offers[field] = own.offers;
  if (own.row) rows[field] = own.row;
}

// What a row says, by its pairs: of the rows in which nothing happened the answers are the same objects.
const said = new WeakMap();

function ofRow(pairs, field, cells) {
  if (!said.has(pairs)) said.set(pairs, answer("block", field, pairs, cells)?.rows[0]);
  return said.get(pairs);
}

function read(block) {
  const { field, kind } = block.dataset;
  const { cells } = rules.get(block);
  const found = byRow(block)?.map((pairs) => ofRow(pairs, field, cells)).filter(Boolean);
  if (found) answers[field] = found.length ? { rows: found } : undefined;
  else answers[field] = answer(kind, field, content(block), cells);
}

function sayComputed(part, value) {
  const output = part.querySelector("[data-computed]");
  if (output) output.textContent = computedText(value, output.dataset);
}

// Choices that are not offered go out of view, but for one that was chosen, which says so: it no longer counts.
function sayOffered(part, gone) {
  for (const one of part.querySelectorAll("[data-offer]")) {
    const goes = gone.has(one.dataset.offer);
    const away = goes && !(one.matches("option") ? one.selected : one.querySelector("input").checked);
    if (away !== one.hasAttribute("data-away")) one.hidden = away;
    one.toggleAttribute("data-away", away);
    if (one.matches("option")) {
      one.disabled = away;
      one.textContent = one.dataset.text + (goes ? " (n’est plus proposé)" : "");
    } else one.querySelector("[data-no-longer]").hidden = !goes;
  }
  showLinked(part);
}

// The answers that count, as they were found last, and beside which of them the rows of a block were looked at.
let counting = {};
const besides = new WeakMap();

// What a row asks depends on that row, and on the answers outside it that it looks at.
function applyInRow(block, element) {
  const { cells, row: own } = rules.get(block);
  const start = `${block.dataset.field}/rows/${[...element.parentElement.children].indexOf(element)}/`;
  const pairs = content(element);
  const row = {};
  for (const [cell, kind] of Object.entries(cells)) {
    const value = answer(kind, start + cell, pairs);
    if (value !== undefined) row[cell] = value;
  }
  const { hidden, gone, seen } = settleRow(own, row, today, outside(own, counting).answers);
  for (const part of element.querySelectorAll("[data-cell]")) {
    const { cell } = part.dataset;
    part.hidden = hidden.has(cell);
    if (own[cell].required) sayOptional(part, !holds(own[cell].required, seen, today));
    if (gone[cell]) sayOffered(part, gone[cell]);
    sayComputed(part, seen[cell]);
  }
}

const ROWS = "[data-rows] > [data-block-row], [data-table] > tbody > tr";

// `of`: a part of a block or table, or the whole of it.
function applyInRows(block, of = block) {
  const { row: own } = rules.get(block);
  if (!own || !ruled(own, ["shown", "formula", "required", "offers"])) return;
  const row = of.closest(ROWS);
  for (const element of row ? [row] : of.querySelectorAll(ROWS)) applyInRow(block, element);
  for (const table of block.querySelectorAll("[data-table]")) showTotals(table);
}

function applyConditions() {
  const { hidden, gone, seen } = settle(conditions, answers, today, rows, elsewhere.formulas, offers);
  counting = seen;
  for (const block of blocks) {
    block.hidden = hidden.has(block.dataset.field);
    const { looks, mark } = outside(rules.get(block).row ?? {}, seen);
    if (looks && besides.get(block) !== mark) {
      besides.set(block, mark);
      applyInRows(block);
    }
    if (rules.get(block).offers) sayOffered(block, gone[block.dataset.field]);
    if (block.dataset.kind === "computed") sayComputed(block, seen[block.dataset.field]);
    const { required } = rules.get(block);
    if (required) sayOptional(block, !holds(required, seen, today));
  }
  return broken(across, { hidden, seen }, today);
}

function showOthers(part) {
  const others = part.querySelectorAll("[data-other-of]");
  if (!others.length) return;
  const chosen = new Set(content(part).filter(([, value]) => value === "other").map(([name]) => name));
  for (const other of others) other.hidden = !chosen.has(other.dataset.otherOf);
}

// Rules across fields ----------------------------------------------------------------------------------------------

// What no longer holds goes away at once; what is new is said when one pauses or leaves the field, not at each key.
const THINKING = 800;
let thinking = 0;

function sayBroken(found, { goes = false } = {}) {
  for (const block of blocks) {
    const place = block.querySelector("[data-told]");
    const wanted = new Map();
    let lines = null;
    for (const { rule, row } of found) {
      if (!(rule.each_row ? [rule.each_row] : rule.fields).includes(block.dataset.field)) continue;
      if (row !== null) lines ??= rowNumbers(content(block), block.dataset.field, rules.get(block).cells);
      const name = block.querySelector("[data-block]")?.dataset.title ?? "Ligne";
      const text = row === null ? rule.text : `${name} ${lines[row] + 1}\u00a0: ${rule.text[0].toLowerCase()}${rule.text.slice(1)}`;
      wanted.set(row === null ? rule.id : `${rule.id}:${lines[row]}`, { text, tone: rule.tone });
    }
    for (const said of [...place.children]) if (!wanted.delete(said.dataset.key)) said.remove();
    if (goes) continue;
    for (const [key, { text, tone }] of wanted) {
      const message = document.createElement("p");
      message.className = `fr-message fr-message--${tone}`;
      message.dataset.key = key;
      message.textContent = text;
      place.append(message);
    }
  }
}

// Of a second list, what belongs to the first choice. A chosen one that does not is chosen no more.
function showLinked(part) {
  for (const pair of part.querySelectorAll("[data-linked]")) {
    const [first, second] = pair.querySelectorAll("select");
    const place = pair.querySelector("[data-linked-second]");
    for (const group of second.querySelectorAll("optgroup")) {
      group.hidden = group.disabled = group.dataset.of !== first.value;
      if (group.hidden && [...group.children].some((option) => option.selected)) second.value = "";
    }
    place.hidden = ![...second.querySelectorAll("optgroup")].some((group) => !group.hidden && group.querySelector("option:not([data-away])"));
  }
}

// A key looks at what it may change: its row, or its field, and what conditions and rules make of that elsewhere.
function follow(event) {
  const block = event.target.closest("[data-field]");
  if (!block) return;
  const part = event.target.closest("[data-block-row], [data-table] tr") ?? block;
  showLinked(part);
  showOthers(part);
  read(block);
  applyInRows(block, part);
  const found = applyConditions();
  window.clearTimeout(thinking);
  sayBroken(found, { goes: event.type === "input" });
  if (event.type === "input") thinking = window.setTimeout(() => sayBroken(found), THINKING);
}

function followAll() {
  window.clearTimeout(thinking);
  showLinked(form);
  readAnew();
  showOthers(form);
  for (const block of blocks) {
    read(block);
    applyInRows(block);
  }
  sayBroken(applyConditions());
}

form.addEventListener("input", follow);
form.addEventListener("change", follow);
// Rows that come and go are no input; the table's own listener has gone before.
form.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-row], [data-remove-row], [data-row-act], [data-add-block], [data-put-back]")) followAll();
});
followAll();

// Texts ------------------------------------------------------------------------------------------------------------

const french = new Intl.NumberFormat("fr-FR");

function count(line) {
  const area = document.getElementById(line.dataset.countFor);
  const most = Number(line.dataset.mostWords ?? line.dataset.most);
  const unit = line.dataset.mostWords ? "mots" : "caractères";
  const tell = () => {
    const said = line.dataset.mostWords ? words(area.value) : characters(area.value);
    line.textContent = `${french.format(said)} / ${french.format(most)} ${unit}`;
    line.toggleAttribute("data-over", said > most);
  };
  area.addEventListener("input", tell);
  tell();
}

function enliven(part) {
  part.querySelectorAll("[data-count-for]").forEach(count);
  part.querySelectorAll("textarea[data-grow]").forEach(grow);
  filters(part);
}
enliven(form);

// Saving -----------------------------------------------------------------------------------------------------------

// What is not saved is kept in this browser, and what others save appears here. The preview has neither.
const saving = keeping(form, {
  blocks,
  news: () => `/api/proposals/${form.dataset.proposal}/answers`,
  newer({ fields }, mark) {
    const version = (field) => Number.parseInt(mark(field), 10) || 0;
    return Object.fromEntries(Object.entries(fields).filter(([field, told]) => mark(field) !== undefined && told.version > version(field)));
  },
  pending: () => form.dataset.uploads > 0,
  redrawn(drawn, from) {
    for (const block of drawn) {
      enliven(block);
      tables(block, saving);
      repeated(block, saving, enliven);
    }
    Object.assign(answers, JSON.parse(from.dataset.elsewhere).answers);
    followAll();
  },
});
tables(form, saving);
repeated(form, saving, enliven);
uploads(form);
