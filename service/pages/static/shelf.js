// Files on their way, kept by the browser so that a page that is opened again goes on by itself. Where the browser keeps
// nothing (no room, a private window), the file has to be chosen once more, and goes on from there all the same.

const NAME = "alliance-envois";
const FILES = "files";
const KEPT = 7 * 24 * 3600 * 1000; // as long as the service keeps its part

function opened() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES, { keyPath: "address" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function use(mode, act) {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const transaction = database.transaction(FILES, mode);
      const asked = act(transaction.objectStore(FILES));
      transaction.oncomplete = () => done(asked?.result);
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
  } finally {
    database.close();
  }
}

const quietly = async (act, otherwise) => {
  try {
    return await act();
  } catch {
    return otherwise;
  }
};

export const keep = (address, file) =>
  quietly(() => use("readwrite", (files) => files.put({ address, file, at: Date.now() })));

// Of everybody: whose files they are is not written on them, and they can be chosen once more.
export function clear() {
  try {
    indexedDB.deleteDatabase(NAME);
  } catch {
    // Nothing is kept here.
  }
}

export const drop = (address) => quietly(() => use("readwrite", (files) => files.delete(address)));

// The file of an upload, or undefined. What has had its time goes.
export const find = (address) =>
  quietly(async () => {
    const all = await use("readonly", (files) => files.getAll());
    for (const one of all) if (one.at < Date.now() - KEPT) await drop(one.address);
    return all.find((one) => one.address === address)?.file;
  });
