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

// How, in a row, the name of a field of the form begins.
const OUTSIDE = "../";
const looks = new WeakMap();

// The answers outside rows that their rules look at, each by its name there, with a `mark` that tells them from others.
// `parts`: those of the rules that look.
export function outside(rules, seen, parts = ["shown", "formula", "offers", "required"]) {
  if (!looks.has(rules)) looks.set(rules, new Map());
  const known = looks.get(rules);
  const key = parts.join();
  if (!known.has(key)) {
    const told = JSON.stringify(Object.values(rules).map((rule) => parts.map((part) => rule[part])));
    known.set(key, [...new Set([...told.matchAll(/"\.\.\/([a-z0-9_]+)"/g)].map(([, name]) => name))]);
  }
  const names = known.get(key).filter((name) => Object.hasOwn(seen, name));
  const answers = Object.fromEntries(names.map((name) => [OUTSIDE + name, seen[name]]));
  return { looks: known.get(key).length > 0, answers, mark: names.length ? JSON.stringify(answers) : "" };
}

// What a row hides, and what then counts of it, beside the answers outside it that it looks at. `rules`: by cell, what
// must hold for it to be `shown`, for its choices to be offered (`offers`), and the `formula` of a computed one, in the
// order in which they settle.
export function settleRow(rules, row, today, around = {}) {
  const those = (part) => Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule[part]).map(([cell, rule]) => [cell, rule[part]]));
  return settle(those("shown"), { ...row, ...around }, today, {}, those("formula"), those("offers"));
}

// By row: one that is still the same object comes to the same beside the same answers.
const settled = new WeakMap();

function settledRow(rules, row, today, around) {
  const known = settled.get(row);
  if (known?.rules === rules && known.today === today && known.mark === around.mark) return known.seen;
  const all = settleRow(rules, row, today, around.answers).seen;
  const seen = Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith(OUTSIDE)));
  settled.set(row, { rules, today, mark: around.mark, seen });
  return seen;
}

function settledRows(rules, value, today, around) {
  const rows = listOfRows(value);
  if (!rows.length || !ruled(rules, ["shown", "formula", "offers"])) return value;
  return { ...value, rows: rows.map((row) => (isObject(row) ? settledRow(rules, row, today, around) : row)) };
}

const COUNTING = ["shown", "formula", "offers"];

const NONE = new Set();
const same = (one, other) => one.size === other.size && [...one].every((each) => other.has(each));

// What an answer still says without the choices that are gone.
function left(value, gone) {
  if (!gone.size) return value;
  if (["string", "number"].includes(typeof value)) return gone.has(String(value)) ? undefined : value;
  if (Array.isArray(value)) {
    const kept = value.filter((one) => typeof one !== "string" || !gone.has(one));
    return kept.length ? kept : undefined;
  }
  if (isObject(value) && gone.has(`first/${value.first}`)) return undefined;
  if (isObject(value) && gone.has(`second/${value.second}`)) return Object.fromEntries(Object.entries(value).filter(([part]) => part !== "second"));
  return value;
}

// `conditions`: for each field that may be hidden, all that must hold; `rows`: for each block or table, the rules of its
// cells; `formulas`: what computed fields come to, by field, each after those that it looks at; `offers`: by field, what
// must hold for a choice to be offered.
// A hidden answer counts as missing for the conditions of others, and so does a choice that is not offered, also for rows
// that look outside them: look again until nothing changes. Returns the hidden fields, the choices that are `gone`, and the answers that count.
export function settle(conditions, given, today, rows = {}, formulas = {}, offers = {}) {
  let hidden = new Set();
  let gone = {};
  let before = {};
  let marks = null;
  for (;;) {
    const around = Object.fromEntries(Object.entries(rows).map(([field, own]) => [field, outside(own, before, COUNTING)]));
    const answers = Object.fromEntries(Object.entries(given).map(([field, value]) => [field, rows[field] ? settledRows(rows[field], value, today, around[field]) : value]));
    const there = Object.entries(answers).filter(([field]) => !hidden.has(field)).map(([field, value]) => [field, left(value, gone[field] ?? NONE)]);
    const seen = Object.fromEntries(there.filter(([, value]) => value !== undefined));
    for (const [field, formula] of Object.entries(formulas)) {
      delete seen[field];
      const value = hidden.has(field) ? undefined : computed(formula, seen, today, saidRows);
      if (value !== undefined) seen[field] = value;
    }
    const again = new Set(Object.keys(conditions).filter((field) => !conditions[field].every((one) => holds(one, seen, today))));
    const goes = Object.fromEntries(Object.entries(offers).map(([field, own]) => [field, new Set(Object.keys(own).filter((one) => !holds(own[one], seen, today)))]));
    const marked = Object.keys(rows).map((field) => outside(rows[field], seen, COUNTING).mark).join();
    const still = same(again, hidden) && Object.keys(goes).every((field) => same(goes[field], gone[field] ?? NONE));
    if (still && (marked === marks || !Object.values(around).some((one) => one.looks))) return { hidden, gone: goes, seen };
    hidden = again;
    gone = goes;
    before = seen;
    marks = marked;
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
    const around = outside({ rule }, seen, ["when", "must"]).answers;
    listOfRows(seen[rule.each_row]).forEach((row, index) => {
      if (isObject(row) && !blank(row) && isBroken(rule, { ...row, ...around }, today)) found.push({ rule, row: index });
    });
  }
  return found;
}
