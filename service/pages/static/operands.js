// What a comparison has on either side, as forms/operands.py: undefined where a part is missing, else something that
// knows its sort ("number", "text", "boolean"), whether it has an order, and how it compares with its like.
// Numbers are exact decimals, `digits` times ten to the `exponent`: 0.1 + 0.2 is 0.3.

import { strip } from "./values.js";

const LARGEST = 2 ** 53;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

class Decimal {
  sort = "number";
  ordered = true;

  constructor(digits, exponent) {
    this.digits = digits;
    this.exponent = exponent;
  }

  static from(number) {
    const [mantissa, power = "0"] = String(number).split("e");
    const [whole, fraction = ""] = mantissa.split(".");
    return new Decimal(BigInt(whole + fraction), Number(power) - fraction.length);
  }

  at(exponent) {
    return this.digits * 10n ** BigInt(this.exponent - exponent);
  }

  plus(other) {
    const exponent = Math.min(this.exponent, other.exponent);
    return new Decimal(this.at(exponent) + other.at(exponent), exponent);
  }

  compare(other) {
    const exponent = Math.min(this.exponent, other.exponent);
    const [mine, theirs] = [this.at(exponent), other.at(exponent)];
    return mine < theirs ? -1 : Number(mine > theirs);
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
  if (typeof value === "number") return Math.abs(value) <= LARGEST ? Decimal.from(value) : undefined;
  return typeof value === "string" && strip(value) ? new Plain(strip(value)) : undefined;
}

const of = (answers, field) => (Object.hasOwn(answers, field) ? answers[field] : undefined);
const isNumber = (part) => part instanceof Decimal;
const added = (parts) => (parts.every(isNumber) ? parts.reduce((sum, part) => sum.plus(part), new Decimal(0n, 0)) : undefined);

// `saidRows`: the rows of a value that say something.
export function worth(operand, answers, today, saidRows) {
  switch (operand?.get) {
    case undefined: return scalar(operand);
    case "answer": return scalar(of(answers, operand.field));
    case "today": return scalar(moved(today, operand.months ?? 0, operand.days ?? 0));
    case "sum": return added(operand.of.map((part) => worth(part, answers, today, saidRows)));
    case "total": {
      const rows = saidRows(of(answers, operand.field));
      return rows.length ? added(rows.map((row) => scalar(of(row, operand.column))).filter(isNumber)) : undefined;
    }
    default: return undefined;
  }
}
