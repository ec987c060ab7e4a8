// The conditions of forms/conditions.py, and which fields they show, on what is typed in the page.

import { strip } from "./values.js";

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const choice = (value) => (isObject(value) && Object.keys(value).length === 1 && "other" in value ? "other" : value);

export function blank(value) {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return strip(value) === "";
  return typeof value === "object" && Object.values(value).every(blank);
}

export function holds(condition, answers) {
  if (condition.op === "all") return condition.of.every((part) => holds(part, answers));
  if (condition.op === "any") return condition.of.some((part) => holds(part, answers));
  if (condition.op === "not") return !holds(condition.of, answers);
  const value = choice(answers[condition.field]);
  switch (condition.op) {
    case "equals": return value === condition.value;
    case "among": return condition.values.includes(value);
    case "contains": return Array.isArray(value) && value.some((one) => choice(one) === condition.value);
    case "filled": return !blank(answers[condition.field]);
    case "at_least": return typeof value === "number" && value >= condition.value;
    case "at_most": return typeof value === "number" && value <= condition.value;
    default: return false;
  }
}

// `conditions`: for each field that may be hidden, all that must hold. A hidden answer counts as missing for the
// conditions of others: look again until nothing changes. Returns the hidden fields and the answers that count.
export function settle(conditions, answers) {
  let hidden = new Set();
  for (;;) {
    const seen = Object.fromEntries(Object.entries(answers).filter(([field]) => !hidden.has(field)));
    const again = new Set(Object.keys(conditions).filter((field) => !conditions[field].every((one) => holds(one, seen))));
    if (again.size === hidden.size && [...again].every((field) => hidden.has(field))) return { hidden, seen };
    hidden = again;
  }
}
