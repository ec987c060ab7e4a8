// The answers that inputs make, as service/pages/inputs.py reads them, and texts measured as forms/kinds/texts.py does.
// tests/browser/test_twins.py runs both on the same random forms: what one knows, the other must know.

// Python's white space, which is not the browser's: U+FEFF is none, U+0085 is one.
const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACE = new RegExp(`[${SPACES}]`);
const EVERY_SPACE = new RegExp(`[${SPACES}]`, "g");
const RUN = new RegExp(`[^${SPACES}\\ufeff]+`, "g");
const NUMBER = /^[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)$/;
const THREE_DECIMALS = /[.,][0-9]{3}$/;
const DAY = /^([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})$/;
const LONGEST_NUMBER = 24;

export function strip(text) {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text[start])) start += 1;
  while (end > start && SPACE.test(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

export const characters = (text) => [...strip(text).replaceAll("\r\n", "\n")].length;
export const words = (text) => (text.match(RUN) ?? []).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;

// A number as a decimal text, "" for what is none.
function decimal(text, kind) {
  const plain = text.replace(EVERY_SPACE, "").replace(/[€%]+$/, "").replaceAll("−", "-");
  const read = plain.length <= LONGEST_NUMBER && NUMBER.test(plain) && !(kind === "money" && THREE_DECIMALS.test(plain));
  if (!read) return "";
  const point = plain.replace(",", ".");
  return kind === "integer" || kind === "scale" ? (Number.isInteger(Number(point)) ? point : "") : point;
}

export function number(text, kind) {
  const read = decimal(text, kind);
  return read ? Number(read) : strip(text) || undefined;
}

const compact = (text) => text.replace(/[ \u00a0\u202f.\t-]/g, "");
const digits = (count) => (text) => (new RegExp(`^[0-9]{${count}}$`).test(compact(text)) ? compact(text) : text);
const ORCID = /^(?:(?:https?:\/\/)?(?:www\.)?orcid\.org\/)?([0-9]{4})[ -]?([0-9]{4})[ -]?([0-9]{4})[ -]?([0-9]{3}[0-9X])\/?$/i;
const ROR = /^(?:(?:https?:\/\/)?(?:www\.)?ror\.org\/)?(0[0-9a-hjkmnp-tv-z]{6}[0-9]{2})\/?$/i;

// What is typed in any usual way, in the one that is kept: forms/kinds/codes.py.
const NORMAL = {
  siren: digits(9),
  siret: digits(14),
  orcid: (text) => ORCID.exec(text)?.slice(1).join("-").toUpperCase() ?? text,
  ror: (text) => (ROR.test(text) ? `https://ror.org/${ROR.exec(text)[1].toLowerCase()}` : text),
};

const option = (chosen, other) => (chosen === "other" ? { other: strip(other) } : chosen || undefined);

function day(text) {
  const found = DAY.exec(strip(text));
  return found ? `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}` : strip(text);
}

function parts(pairs, start, read = strip) {
  const found = {};
  for (const [name, value] of pairs) if (name.startsWith(start) && strip(value)) found[name.slice(start.length)] = read(value);
  return Object.keys(found).length ? found : undefined;
}

// In a row of a block, what tells it from others: no answer.
export const ROW_ID = "@id";

// `cells`: the kind of each cell of a row, by its id. Rows without any answer are left out; `index` is of the page.
function readRows(pairs, name, cells) {
  const start = `${name}/rows/`;
  const byRow = new Map();
  for (const pair of pairs) {
    const [index] = pair[0].startsWith(start) ? pair[0].slice(start.length).split("/", 1) : [""];
    if (!/^[0-9]{1,3}$/.test(index)) continue;
    if (!byRow.has(Number(index))) byRow.set(Number(index), []);
    byRow.get(Number(index)).push(pair);
  }
  const made = [...byRow].sort(([one], [other]) => one - other).map(([index, own]) => {
    const read = Object.entries(cells).map(([id, kind]) => [id, answer(kind, `${start}${index}/${id}`, own)]);
    const said = read.filter(([, value]) => value !== undefined);
    const identity = strip(own.filter(([one]) => one === `${start}${index}/${ROW_ID}`).at(-1)?.[1] ?? "");
    return { index, said: said.length, row: Object.fromEntries(identity ? [[ROW_ID, identity], ...said] : said) };
  });
  return made.filter(({ said }) => said);
}

function rows(pairs, name, cells) {
  const said = readRows(pairs, name, cells).map(({ row }) => row);
  return said.length ? { rows: said } : undefined;
}

// Where the rows of an answer stand in the page, which has empty ones too.
export const rowNumbers = (pairs, name, cells) => readRows(pairs, name, cells).map(({ index }) => index);

// `pairs`: names and values of the inputs of one field, as a form sends them; `cells`: see rows. Undefined where they
// say nothing.
export function answer(kind, name, pairs, cells = {}) {
  const all = pairs.filter(([one]) => one === name).map(([, value]) => value);
  const own = all.at(-1) ?? "";
  const other = pairs.filter(([one]) => one === `${name}/other`).at(-1)?.[1] ?? "";
  switch (kind) {
    case "declaration": return own === "oui" ? true : undefined;
    case "yes_no": return { oui: true, non: false }[own];
    case "one_of": return option(own, other);
    case "several_of": {
      const chosen = all.filter(Boolean).map((one) => option(one, other));
      return chosen.length ? chosen : undefined;
    }
    case "scale":
    case "integer":
    case "decimal":
    case "money":
    case "percentage": return number(own, kind);
    case "keywords": {
      const free = other.split(/[\n,;]/).map(strip).filter(Boolean).map((word) => ({ other: word }));
      const said = [...all.filter(Boolean), ...free];
      return said.length ? said : undefined;
    }
    case "period": return parts(pairs, `${name}/`, day);
    case "person":
    case "linked_choice":
    case "postal_address":
    case "organisation":
    case "foreign_id": return parts(pairs, `${name}/`);
    case "block":
    case "table": return rows(pairs, name, cells);
    case "date": return day(own) || undefined;
    default: {
      const text = strip(own.replaceAll("\r\n", "\n"));
      return (Object.hasOwn(NORMAL, kind) ? NORMAL[kind](text) : text) || undefined;
    }
  }
}

// A total, exact as Python's: amounts are added as whole numbers of their smallest decimal.
const PLACES = 24;
const french = new Intl.NumberFormat("fr-FR", { roundingMode: "halfEven" });

// A computed value as people read it; a dash for none.
export function computedText(value, { shownAs, decimals, unit }) {
  if (value === undefined) return "–";
  const least = shownAs === "money" && !Number.isInteger(value) ? 2 : 0;
  const most = Math.max(Number(decimals), least);
  const said = new Intl.NumberFormat("fr-FR", { minimumFractionDigits: least, maximumFractionDigits: most }).format(value);
  const suffix = { money: "€", percentage: "%" }[shownAs] ?? unit;
  return suffix ? `${said}\u00a0${suffix}` : said;
}

export function total(texts, kind) {
  let sum = 0n;
  for (const text of texts) {
    const read = decimal(text, kind);
    if (!read) continue;
    const [whole, rest = ""] = read.replace(/^[+-]/, "").split(".");
    const scaled = BigInt((whole || "0") + rest.padEnd(PLACES, "0"));
    sum += read.startsWith("-") ? -scaled : scaled;
  }
  const digits = String(sum < 0n ? -sum : sum).padStart(PLACES + 1, "0");
  return french.format(`${sum < 0n ? "-" : ""}${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`);
}
