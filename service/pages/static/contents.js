// What a file is by its first bytes, as far as a page can tell before anything is sent; the service looks again.

const starts = (...bytes) => (head) => bytes.every((byte, index) => head[index] === byte);
const ascii = (head, from, text) => [...text].every((char, index) => head[from + index] === char.charCodeAt(0));
const archive = starts(0x50, 0x4b);
const plain = (head) => !head.some((byte) => byte < 32 && ![9, 10, 12, 13].includes(byte));

const SIGNS = {
  "application/pdf": (head) => ascii(head, 0, "%PDF-"),
  "image/png": starts(0x89, 0x50, 0x4e, 0x47),
  "image/jpeg": starts(0xff, 0xd8, 0xff),
  "video/mp4": (head) => ascii(head, 4, "ftyp"),
  "text/plain": plain,
  "text/csv": plain,
};

// Whether a file may be of one of these types: of office documents and archives only that they are archives.
export async function mayBe(file, types) {
  const head = new Uint8Array(await file.slice(0, 512).arrayBuffer());
  return types.some((type) => (SIGNS[type] ?? archive)(head));
}
