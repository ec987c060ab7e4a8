// The conditions of forms/conditions.py and the rules of forms/rules.py, and which fields they show, on what is typed in
// the page. `today`: the day it is at Paris, as the service counts them.

import { computed, worth } from "./operands.js";
import { ROW_ID, strip } from "./values.js";

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const choice = (value) => (isObject(value) && Object.keys(value).length === 1 && "other" in value ? "other" : value);

export function blank(value) {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return strip(value) === "";
  return typeof value === "object" && Object.entries(value).every(([key, part]) => key === ROW_ID || blank(part));
}

const listOfRows = (value) => (isObject(value) && Array.isArray(value.rows) ? value.rows : []);
const saidRows = (value) => listOfRows(value).filter((row) => isObject(row) && !blank(row));

const ORDERS = {
  equal: (order) => order === 0,
  at_least: (order) => order >= 0,
  at_most: (order) => order <= 0,
  before: (order) => order < 0,
  after: (order) => order > 0,
};

function related(left, relation, right) {
  if (left === undefined || right === undefined || left.sort !== right.sort) return false;
  return (relation === "equal" || (left.ordered && right.ordered)) && ORDERS[relation](left.compare(right));
}

function overRows(condition, value, today) {
  if (blank(value)) return false;
  const entries = Array.isArray(value) ? value.filter((one) => !blank(one)) : saidRows(value);
  const fulfil = entries.filter((one) => !condition.where || (isObject(one) && holds(condition.where, one, today))).length;
  if (condition.op === "any_row") return fulfil > 0;
  if (condition.op === "all_rows") return fulfil > 0 && fulfil === entries.length;
  return fulfil >= (condition.at_least ?? 0) && fulfil <= (condition.at_most ?? Infinity);
}

// What is said of a field; not what every object has by birth.
const of = (answers, field) => (Object.hasOwn(answers, field) ? answers[field] : undefined);

export function holds(condition, answers, today) {
  switch (condition.op) {
    case "all": return condition.of.every((part) => holds(part, answers, today));
    case "any": return condition.of.some((part) => holds(part, answers, today));
    case "not": return !holds(condition.of, answers, today);
    case "compare": return related(worth(condition.left, answers, today, saidRows), condition.is, worth(condition.right, answers, today, saidRows));
    case "count":
    case "any_row":
    case "all_rows": return overRows(condition, of(answers, condition.field), today);
    default: return single(condition, of(answers, condition.field));
  }
}

function single(condition, answer) {
  const value = choice(answer);
  switch (condition.op) {
    case "equals": return value === condition.value;
    case "among": return condition.values.includes(value);
    case "contains": return Array.isArray(value) && value.some((one) => choice(one) === condition.value);
    case "filled": return !blank(answer);
    case "at_least": return typeof value === "number" && value >= condition.value;
    case "at_most": return typeof value === "number" && value <= condition.value;
    default: return false;
  }
}

// Whether any cell has such a rule.
export const ruled = (rules, parts) => Object.values(rules).some((rule) => parts.some((part) => rule[part]));

// What a row of a block hides, and what then counts of it. `rules`: by cell, what must hold for it to be `shown`, and
// the `formula` of a computed one, in the order in which they settle.
export function settleRow(rules, row, today) {
  const those = (part) => Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule[part]).map(([cell, rule]) => [cell, rule[part]]));
  return settle(those("shown"), row, today, {}, those("formula"));
}

// By row: one that is still the same object comes to the same.
const settled = new WeakMap();

function settledRow(rules, row, today) {
  const known = settled.get(row);
  if (known?.rules === rules && known.today === today) return known.seen;
  const { seen } = settleRow(rules, row, today);
  settled.set(row, { rules, today, seen });
  return seen;
}

function settledRows(rules, value, today) {
  const rows = listOfRows(value);
  if (!rows.length || !ruled(rules, ["shown", "formula"])) return value;
  return { ...value, rows: rows.map((row) => (isObject(row) ? settledRow(rules, row, today) : row)) };
}

// `conditions`: for each field that may be hidden, all that must hold; `rows`: for each block, the rules of its cells;
// `formulas`: what computed fields come to, by field, each after those that it looks at.
// A hidden answer counts as missing for the conditions of others: look again until nothing changes. Returns the hidden
// fields and the answers that count.
export function settle(conditions, given, today, rows = {}, formulas = {}) {
  const answers = Object.fromEntries(Object.entries(given).map(([field, value]) => [field, rows[field] ? settledRows(rows[field], value, today) : value]));
  let hidden = new Set();
  for (;;) {
    const seen = Object.fromEntries(Object.entries(answers).filter(([field]) => !hidden.has(field)));
    for (const [field, formula] of Object.entries(formulas)) {
      delete seen[field];
      const value = hidden.has(field) ? undefined : computed(formula, seen, today, saidRows);
      if (value !== undefined) seen[field] = value;
    }
    const again = new Set(Object.keys(conditions).filter((field) => !conditions[field].every((one) => holds(one, seen, today))));
    if (again.size === hidden.size && [...again].every((field) => hidden.has(field))) return { hidden, seen };
    hidden = again;
  }
}

const isBroken = (rule, answers, today) => (!rule.when || holds(rule.when, answers, today)) && !holds(rule.must, answers, today);

// The rules that the answers break: each with its row, counted from 0, where it judges rows. A rule of which one place
// is hidden does not apply.
export function broken(rules, { hidden, seen }, today) {
  const found = [];
  for (const rule of rules) {
    const places = rule.each_row ? [rule.each_row] : rule.fields;
    if (places.some((place) => hidden.has(place))) continue;
    if (!rule.each_row) {
      if (isBroken(rule, seen, today)) found.push({ rule, row: null });
      continue;
    }
    listOfRows(seen[rule.each_row]).forEach((row, index) => {
      if (isObject(row) && !blank(row) && isBroken(rule, row, today)) found.push({ rule, row: index });
    });
  }
  return found;
}
