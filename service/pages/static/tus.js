// One file to the service by the tus protocol: in pieces, from where the service says that it is, until it has all of it.

import { named } from "./account.js";

const VERSION = { "Tus-Resumable": "1.0.0", Accept: "application/json", ...named };
const PIECE = 16 * 1024 * 1024; // between two of them others may have their turn
const SHORTEST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

// The service does not take this file: `message` says why.
export class Refused extends Error {}
// The service knows nothing of this upload any more.
export class Gone extends Error {}
// Nobody is signed in any more, or somebody else (`other`): it goes on when its own person is.
export class SignedOut extends Error {
  constructor(code) {
    super(code);
    this.other = code === "other_account";
  }
}

const utf8 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const spaced = (text) => text.replace(/ (?=[:;?!»])/g, "\u00a0").replace(/« /g, "«\u00a0");
// What a file chosen again is known by.
export const markOf = (file) => `${file.size}/${file.lastModified}/${file.name}`.slice(0, 60);

async function refusal(status, text) {
  if (status === 404) return new Gone();
  // Busy or down: it is tried again.
  if (status === 408 || status === 429 || status >= 500 || status === 0) return new Error(String(status));
  try {
    const told = JSON.parse(text);
    if (status === 401) return new SignedOut(told.code);
    if (told.code === "wrong_offset" || told.code === "upload_interrupted") return new Error(told.code);
    return new Refused(spaced(told.errors?.length ? told.errors.map((one) => one.detail).join(" ") : told.detail));
  } catch {
    return new Error(String(status));
  }
}

async function ask(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { ...VERSION, ...options.headers } });
  if (!answer.ok) throw await refusal(answer.status, await answer.text());
  return answer;
}

export async function unfinished(proposal) {
  return (await (await ask(`/api/proposals/${proposal}/uploads`)).json()).items;
}

export const giveUp = (address) => ask(address, { method: "DELETE" });

// The address of the upload, or throws Refused, Gone (it may not be written to any more) and Error (not reached).
export async function begin(proposal, field, file, replaces) {
  const query = new URLSearchParams(replaces ? { field, replaces } : { field });
  const mark = utf8(markOf(file));
  const answer = await ask(`/api/proposals/${proposal}/uploads?${query}`, {
    method: "POST",
    headers: { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${utf8(file.name)},mark ${mark}` },
  });
  return answer.headers.get("Location");
}

function patch(address, offset, content, { progressed, signal }) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has left
    const stop = () => request.abort();
    request.open("PATCH", address);
    for (const [name, value] of Object.entries(VERSION)) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/offset+octet-stream");
    request.setRequestHeader("Upload-Offset", String(offset));
    request.upload.addEventListener("progress", (event) => progressed(offset + event.loaded));
    request.addEventListener("loadend", async () => {
      signal.removeEventListener("abort", stop);
      if (request.status === 204) done(Number(request.getResponseHeader("Upload-Offset")));
      else failed(await refusal(request.status, request.responseText));
    });
    signal.addEventListener("abort", stop);
    request.send(content);
  });
}

function pause(milliseconds, signal) {
  return new Promise((done) => {
    const end = () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      done();
    };
    const timer = window.setTimeout(end, milliseconds);
    window.addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}

// Tries until it works, ever more rarely, and at once when the connection is back. `lost(error)` while it does not.
export async function untilDone(act, { lost, signal }) {
  for (let wait = SHORTEST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
    signal.throwIfAborted();
    try {
      const done = await act(() => (wait = SHORTEST_PAUSE));
      lost(null);
      return done;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refused || error instanceof Gone) throw error;
      if (error.message !== "wrong_offset") lost(error);
      await pause(wait, signal);
    }
  }
}

// Sends what the service does not have yet; ends when the file is an attachment.
export function send(address, file, { progressed, lost, signal }) {
  // What is said of a cut stays until bytes leave again.
  let failing = false;
  const told = (error) => {
    failing = Boolean(error);
    lost(error);
  };
  return untilDone(
    async (moved) => {
      const state = await (await ask(address)).json();
      let at = state.received;
      if (!failing) progressed(at);
      let whole = state.touched_at === null;
      while (!whole) {
        at = await patch(address, at, file.slice(at, at + PIECE), { progressed, signal });
        moved();
        whole = at === file.size;
      }
    },
    { lost: told, signal },
  );
}
