// What is typed and not acknowledged yet, kept in this browser, so that it outlives the page: by account and proposal,
// and by page, as another window's is being sent by that window. A page that is gone has let go of its lock.

const PREFIX = "alliance:queue:";
const LIFE = 30 * 86_400_000;
const SETTLING = 3000; // a page that is being left may hold its lock a moment longer

const keys = (start = PREFIX) => Object.keys(window.localStorage).filter((key) => key.startsWith(start));
let closed = false;

export function waiting(account) {
  try {
    return keys(`${PREFIX}${account}:`).length;
  } catch {
    return 0;
  }
}

// Whoever signs out leaves nothing behind, on this computer that may be everybody's.
export function forget(account) {
  closed = true;
  for (const key of keys(`${PREFIX}${account}:`)) window.localStorage.removeItem(key);
}

async function held() {
  const found = await navigator.locks?.query();
  return new Set((found?.held ?? []).map((lock) => lock.name));
}

function taken(key) {
  const text = window.localStorage.getItem(key);
  window.localStorage.removeItem(key);
  try {
    const entries = JSON.parse(text) ?? {};
    return Object.fromEntries(Object.entries(entries).filter(([, entry]) => Date.now() - entry.at < LIFE));
  } catch {
    return {};
  }
}

// `scope`: account and proposal. `adopt(entries)`: takes what pages that are gone left, by field.
export function queue(scope, adopt) {
  const page = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const own = `${PREFIX}${scope}:${page}`;
  navigator.locks?.request(own, () => new Promise(() => {}));

  async function look() {
    const busy = await held();
    const found = keys(`${PREFIX}${scope}:`).filter((key) => key !== own);
    const entries = {};
    for (const key of found.filter((one) => !busy.has(one))) {
      for (const [field, entry] of Object.entries(taken(key))) {
        if (!(entries[field]?.at > entry.at)) entries[field] = entry;
      }
    }
    if (Object.keys(entries).length) adopt(entries);
    return found.some((key) => busy.has(key));
  }

  function keep(entries) {
    if (closed) return;
    try {
      if (Object.keys(entries).length) window.localStorage.setItem(own, JSON.stringify(entries));
      else window.localStorage.removeItem(own);
    } catch {
      // No room, or no right to it: the page itself still holds what was typed.
    }
  }

  look().then((again) => again && window.setTimeout(look, SETTLING)).catch(() => undefined);
  return { keep };
}
