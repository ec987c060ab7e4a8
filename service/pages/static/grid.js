// The total of a grid, counted as forms/scoring.py does: in whole numbers, so that no rounding creeps in.

const NUMBER = /^[0-9]{1,7}(?:[.,][0-9]{1,6})?$/;

// Spaces around a number are no part of it; other blanks are, as Python and browsers differ on what they are.
const bare = (text) => text.replace(/^ +| +$/g, "");

// A decimal as a fraction: numerator and denominator.
function exact(text) {
  const [whole, part = ""] = bare(text).replace(",", ".").split(".");
  return [BigInt(whole + part), 10n ** BigInt(part.length)];
}

const plus = ([a, b], [c, d]) => [a * d + c * b, b * d];
const times = ([a, b], [c, d]) => [a * c, b * d];

// Whether a score is on the scale; a scale that is picked from has no ends here, since only its values can be sent.
export function onScale(text, { lowest, highest, step }) {
  if (!NUMBER.test(bare(text))) return false;
  if (step === undefined) return true;
  const [value, from, to, by] = [text, lowest, highest, step].map(exact);
  const over = plus(value, [-from[0], from[1]]);
  const under = plus(to, [-value[0], value[1]]);
  return over[0] >= 0n && under[0] >= 0n && (over[0] * by[1]) % (by[0] * over[1]) === 0n;
}

// The total of scores (by criterion, as texts), with two decimals as French people write them; null while it has none.
export function total(grid, scores) {
  let [sum, weights, scored] = [[0n, 1n], [0n, 1n], 0];
  for (const [name, criterion] of Object.entries(grid.criteria)) {
    if (!onScale(scores[name] ?? "", criterion)) continue;
    const weight = exact(criterion.weight);
    sum = plus(sum, times(weight, exact(scores[name])));
    weights = plus(weights, weight);
    scored += 1;
  }
  if (!scored) return null;
  if (grid.total === "sum") return scored === Object.keys(grid.criteria).length ? written(sum) : null;
  return written(times(sum, [weights[1], weights[0]]));
}

// Rounded to hundredths; a half goes to the even one.
function written([above, below]) {
  let hundredths = (100n * above) / below;
  const rest = 2n * ((100n * above) % below);
  if (rest > below || (rest === below && hundredths % 2n)) hundredths += 1n;
  const digits = String(hundredths).padStart(3, "0");
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, "\u202f")},${digits.slice(-2)}`;
}
