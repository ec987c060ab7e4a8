// What is typed and not acknowledged yet, kept in this browser, so that it outlives the page: by account and proposal,
// and by page, as another window's is being sent by that window. A page that is gone has let go of its lock.

const PREFIX = "alliance:queue:";
export const TEXTS = "alliance:texts:"; // of forms that are sent by their button: keepsake.js
export const LEFT = "alliance:left";
const SETTLING = 3000; // a page that is being left may hold its lock a moment longer

const keys = (start = PREFIX) => Object.keys(window.localStorage).filter((key) => key.startsWith(start));
let closed = false;

// Whether whoever this page belongs to has left: nothing of theirs is kept any more. `left`: they have.
export function gone(left = false) {
  closed ||= left;
  return closed;
}

const ofAccount = (account) => [PREFIX, TEXTS].flatMap((start) => keys(`${start}${account}:`));

export function waiting(account) {
  try {
    return ofAccount(account).length;
  } catch {
    return 0;
  }
}

// Whoever signs out leaves nothing behind, on this computer that may be everybody's; nor do their other windows.
export function forget(account) {
  closed = true;
  try {
    new BroadcastChannel(LEFT).postMessage(account);
    for (const key of ofAccount(account)) window.localStorage.removeItem(key);
  } catch {
    // A browser that lets nothing be kept has nothing to forget.
  }
}

async function held() {
  const found = await navigator.locks?.query();
  return new Set((found?.held ?? []).map((lock) => lock.name));
}

function read(key) {
  try {
    return JSON.parse(window.localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

// However old it is by a clock that may have been wrong: its version tells what was changed meanwhile. Two texts of one
// field are both somebody's work: the second stays where it is, for the next page, which asks about it.
function take(key, taken) {
  const left = {};
  const fresh = {};
  for (const [field, entry] of Object.entries(read(key))) {
    const known = taken.get(field);
    if (known === undefined) fresh[field] = entry;
    else if (known !== JSON.stringify(entry.pairs)) left[field] = entry;
  }
  for (const [field, entry] of Object.entries(fresh)) taken.set(field, JSON.stringify(entry.pairs));
  if (Object.keys(left).length) window.localStorage.setItem(key, JSON.stringify(left));
  else window.localStorage.removeItem(key);
  return fresh;
}

// `scope`: account and proposal. `adopt(entries)`: takes what pages that are gone left, by field. `signal`: this page is
// gone too, and what it has kept is for another one.
export function queue(scope, adopt, signal) {
  const page = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const own = `${PREFIX}${scope}:${page}`;
  const taken = new Map();
  navigator.locks?.request(own, () => new Promise((done) => signal?.addEventListener("abort", done)));
  const left = new BroadcastChannel(LEFT);
  signal?.addEventListener("abort", () => left.close());
  left.addEventListener("message", ({ data }) => {
    if (!scope.startsWith(`${data}:`)) return;
    closed = true;
    window.localStorage.removeItem(own);
  });

  async function look() {
    const busy = await held();
    const found = keys(`${PREFIX}${scope}:`).filter((key) => key !== own);
    const newest = (key) => Math.max(0, ...Object.values(read(key)).map((entry) => entry.at));
    const gone = found.filter((key) => !busy.has(key)).sort((one, other) => newest(other) - newest(one));
    const entries = Object.assign({}, ...gone.map((key) => take(key, taken)));
    if (Object.keys(entries).length) adopt(entries);
    return found.some((key) => busy.has(key));
  }

  // Whether the browser keeps it: where it has no room, or gives no right to it, the page alone holds what was typed.
  function keep(entries) {
    if (closed || signal?.aborted) return false;
    try {
      if (Object.keys(entries).length) window.localStorage.setItem(own, JSON.stringify(entries));
      else window.localStorage.removeItem(own);
      return true;
    } catch {
      return false;
    }
  }

  look().then((again) => again && !signal?.aborted && window.setTimeout(look, SETTLING)).catch(() => undefined);
  return { keep };
}
