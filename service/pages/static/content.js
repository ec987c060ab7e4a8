// What a form would send of a field, or of a part of it.

// A block has many rows, and one types in one of them: what a row says is kept until something happens in it.
let known = new WeakMap();

for (const name of ["input", "change"]) {
  document.addEventListener(name, ({ target }) => known.delete(target.closest("[data-block-row]")), { capture: true });
}

// After what is no event of the page: rows that changed their place, answers that a script or the browser put in.
export function readAnew() {
  known = new WeakMap();
}

function read(part) {
  const pairs = [];
  for (const input of part.querySelectorAll("input, select, textarea")) {
    if (!input.name || input.type === "file" || input.name.startsWith("v:") || input.name.startsWith("clash:")) continue;
    if ((input.type === "radio" || input.type === "checkbox") && !input.checked) continue;
    pairs.push([input.name, input.value]);
  }
  return pairs;
}

function ofRow(row) {
  if (!known.has(row)) known.set(row, read(row));
  return known.get(row);
}

// The same by row of a block; null for what has none. A row in which nothing happened has the same pairs.
export function byRow(part) {
  const rows = part.matches("[data-field]") ? part.querySelector("[data-rows]") : null;
  return rows && [...rows.children].map(ofRow);
}

export function content(part) {
  if (part.matches("[data-block-row]")) return ofRow(part);
  return byRow(part)?.flat() ?? read(part);
}
