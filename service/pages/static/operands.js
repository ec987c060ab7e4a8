// Expressions, as forms/operands.py: undefined where a part is missing, else something that knows its sort ("number",
// "text", "boolean"), whether it has an order, and how it compares with its like. Numbers are exact fractions, so that
// 0.1 + 0.2 is 0.3 and a third times three is one.

import { strip } from "./values.js";

const LARGEST = 2 ** 53;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

function gcd(one, other) {
  let [a, b] = [one < 0n ? -one : one, other];
  while (b) [a, b] = [b, a % b];
  return a;
}

class Fraction {
  sort = "number";
  ordered = true;

  // `below` is above zero.
  constructor(above, below) {
    const common = below === 1n ? 1n : gcd(above, below);
    this.above = above / common;
    this.below = below / common;
  }

  static from(number) {
    const [mantissa, power = "0"] = String(number).split("e");
    const [whole, decimals = ""] = mantissa.split(".");
    const exponent = Number(power) - decimals.length;
    const digits = BigInt(whole + decimals);
    return exponent < 0 ? new Fraction(digits, 10n ** BigInt(-exponent)) : new Fraction(digits * 10n ** BigInt(exponent), 1n);
  }

  plus(other) {
    return new Fraction(this.above * other.below + other.above * this.below, this.below * other.below);
  }

  minus(other) {
    return new Fraction(this.above * other.below - other.above * this.below, this.below * other.below);
  }

  times(other) {
    return new Fraction(this.above * other.above, this.below * other.below);
  }

  over(other) {
    if (!other.above) return undefined;
    const sign = other.above < 0n ? -1n : 1n;
    return new Fraction(sign * this.above * other.below, sign * this.below * other.above);
  }

  compare(other) {
    const [mine, theirs] = [this.above * other.below, other.above * this.below];
    return mine < theirs ? -1 : Number(mine > theirs);
  }

  // As JSON has it, a half rounded away from zero; undefined where it is too large to be the same for Python.
  rounded(decimals) {
    const scale = 10n ** BigInt(decimals);
    const size = (this.above < 0n ? -this.above : this.above) * scale;
    const units = size / this.below + (2n * (size % this.below) >= this.below ? 1n : 0n);
    if (units > BigInt(LARGEST) * scale) return undefined;
    const found = Number(`${units}e-${decimals}`);
    return this.above < 0n && units ? -found : found;
  }
}

// A text, or yes and no. Days stand in the order of their texts.
class Plain {
  constructor(value) {
    this.value = value;
    this.sort = typeof value === "string" ? "text" : "boolean";
    this.ordered = this.sort === "text" && isDay(value);
  }

  compare(other) {
    if (this.value === other.value) return 0;
    return this.value < other.value ? -1 : 1;
  }
}

const daysIn = (year, month) => [31, year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;

function isDay(text) {
  const [year, month, day] = (DAY.exec(text) ?? []).slice(1).map(Number);
  return year >= 1 && day >= 1 && day <= daysIn(year, month);
}

function moved(today, months, days) {
  const [year, month, day] = today.split("-").map(Number);
  const count = year * 12 + month - 1 + months;
  const at = new Date(0);
  at.setUTCFullYear(Math.floor(count / 12), count % 12, Math.min(day, daysIn(Math.floor(count / 12), (count % 12) + 1)));
  at.setUTCDate(at.getUTCDate() + days);
  return at.getUTCFullYear() >= 1 && at.getUTCFullYear() <= 9999 ? at.toISOString().slice(0, 10) : undefined;
}

export function scalar(value) {
  if (typeof value === "boolean") return new Plain(value);
  if (typeof value === "number") return Math.abs(value) <= LARGEST ? Fraction.from(value) : undefined;
  return typeof value === "string" && strip(value) ? new Plain(strip(value)) : undefined;
}

const of = (answers, field) => (Object.hasOwn(answers, field) ? answers[field] : undefined);
const hasParts = (answer) => typeof answer === "object" && answer !== null && !Array.isArray(answer);
const partOf = (answer, part) => ((part ?? null) === null ? answer : hasParts(answer) ? of(answer, part) : undefined);
const isNumber = (part) => part instanceof Fraction;
const isDate = (part) => part instanceof Plain && part.ordered;
const lower = (one, other) => (other.compare(one) < 0 ? other : one);
const higher = (one, other) => (other.compare(one) > 0 ? other : one);
const NOTHING = new Fraction(0n, 1n);

const OF_SEVERAL = {
  sum: (one, other) => one.plus(other),
  difference: (one, other) => one.minus(other),
  product: (one, other) => one.times(other),
  least: lower,
  most: higher,
};

function worked(get, parts) {
  if (!parts.length) return get === "sum" ? NOTHING : undefined;
  if (parts.every(isNumber)) return parts.reduce(OF_SEVERAL[get]);
  return (get === "least" || get === "most") && parts.every(isDate) ? parts.reduce(OF_SEVERAL[get]) : undefined;
}

function overColumn({ get, column }, rows) {
  const cells = rows.map((row) => scalar(of(row, column)));
  const numbers = cells.filter(isNumber);
  if (get === "total") return rows.length ? numbers.reduce((sum, one) => sum.plus(one), NOTHING) : undefined;
  const found = numbers.length ? numbers : cells.filter(isDate);
  return found.length ? found.reduce(get === "lowest" ? lower : higher) : undefined;
}

function dayNumber(day) {
  const at = new Date(0);
  const [year, month, date] = day.value.split("-").map(Number);
  at.setUTCFullYear(year, month - 1, date);
  return Math.round(at.getTime() / 86_400_000);
}

// `saidRows`: the rows of a value that say something.
export function worth(operand, answers, today, saidRows) {
  const part = (one) => worth(one, answers, today, saidRows);
  switch (operand?.get) {
    case undefined: return scalar(operand);
    case "answer": return scalar(partOf(of(answers, operand.field), operand.part));
    case "today": return scalar(moved(today, operand.months ?? 0, operand.days ?? 0));
    case "rows": {
      const count = saidRows(of(answers, operand.field)).length;
      return count ? Fraction.from(count) : undefined;
    }
    case "total":
    case "lowest":
    case "highest": return overColumn(operand, saidRows(of(answers, operand.field)));
    case "ratio": {
      const [above, below] = [part(operand.of), part(operand.to)];
      return isNumber(above) && isNumber(below) ? above.over(below) : undefined;
    }
    case "days": {
      const [since, until] = [part(operand.since), part(operand.until)];
      return isDate(since) && isDate(until) ? Fraction.from(dayNumber(until) - dayNumber(since)) : undefined;
    }
    default: return Object.hasOwn(OF_SEVERAL, operand.get) ? worked(operand.get, operand.of.map(part)) : undefined;
  }
}

// What a computed field comes to, as a JSON number; undefined where it comes to none.
export function computed({ value, decimals }, answers, today, saidRows) {
  const found = worth(value, answers, today, saidRows);
  return isNumber(found) ? found.rounded(decimals) : undefined;
}
