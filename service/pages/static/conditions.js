// The conditions of forms/conditions.py, on what is typed in the page. A missing answer makes a comparison false.

const filled = (value) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
const number = (text) => (typeof text === "number" ? text : Number(String(text).replace(/[\s\u00a0\u202f€%]/g, "").replace(",", ".")));
const numeric = (value) => filled(value) && typeof value !== "boolean" && !Array.isArray(value) && Number.isFinite(number(value));

function same(value, wanted) {
  if (typeof wanted === "number") return numeric(value) && number(value) === wanted;
  return value === wanted;
}

export function holds(condition, answers) {
  const value = answers[condition.field];
  switch (condition.op) {
    case "all": return condition.of.every((part) => holds(part, answers));
    case "any": return condition.of.some((part) => holds(part, answers));
    case "not": return !holds(condition.of, answers);
    case "equals": return same(value, condition.value);
    case "among": return condition.values.some((wanted) => same(value, wanted));
    case "contains": return Array.isArray(value) && value.includes(condition.value);
    case "filled": return filled(value);
    case "at_least": return numeric(value) && number(value) >= condition.value;
    case "at_most": return numeric(value) && number(value) <= condition.value;
    default: return false;
  }
}

// What the inputs of one field say, as conditions compare it.
export function answerOf(block) {
  const inputs = [...block.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((input) => input.name && !input.name.startsWith("clash:"));
  const name = block.dataset.field;
  const own = inputs.filter((input) => input.name === name);
  switch (block.dataset.kind) {
    case "yes_no": {
      const chosen = own.find((input) => input.checked);
      return chosen ? chosen.value === "oui" : undefined;
    }
    case "declaration": return own.some((input) => input.checked) ? true : undefined;
    case "several_of": return own.filter((input) => input.checked).map((input) => input.value);
    case "one_of":
    case "scale": {
      if (own[0]?.tagName === "SELECT") return own[0].value || undefined;
      const value = own.find((input) => input.checked)?.value;
      return block.dataset.kind === "scale" && value !== undefined ? Number(value) : value;
    }
    case "integer":
    case "money":
    case "percentage": return numeric(own[0]?.value) ? number(own[0].value) : undefined;
    default: return inputs.some((input) => input.value.trim()) ? (own[0]?.value.trim() || true) : undefined;
  }
}

// Hidden answers count as missing for the conditions of others: look again until nothing changes.
export function shownFields(blocks, elsewhere) {
  const rules = new Map(blocks.map((block) => [block, JSON.parse(block.dataset.rules || "{}")]));
  const said = new Map(blocks.map((block) => [block, answerOf(block)]));
  let shown = new Set(blocks);
  for (;;) {
    const answers = { ...elsewhere };
    for (const block of shown) answers[block.dataset.field] = said.get(block);
    const next = new Set(blocks.filter((block) => !rules.get(block).shown || holds(rules.get(block).shown, answers)));
    if (next.size === shown.size && [...next].every((block) => shown.has(block))) return { shown, answers, rules };
    shown = next;
  }
}
