// The digest of a chosen file, made in the browser: the file itself is not sent.

const form = document.querySelector("[data-digest]");
const place = form?.querySelector("[data-file]");

if (place && window.crypto?.subtle) {
  place.hidden = false;
  place.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const digest = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const digits = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
    form.elements.empreinte.value = digits.join("");
    form.requestSubmit();
  });
}
