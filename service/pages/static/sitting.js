// A sitting as it goes: the page waits until it has changed, and shows it. Without this file one loads it again.

const PAUSE = 3000;
const host = document.querySelector("[data-follow]");

async function follow() {
  for (;;) {
    try {
      const asked = await fetch(`${host.dataset.follow}?version=${host.dataset.version}`, {
        headers: { Accept: "application/json" },
      });
      if ([401, 403, 404].includes(asked.status)) {
        location.reload(); // signed out, or it is not theirs any more: nothing old stays on the screen
        return;
      }
      const { version } = await asked.json();
      if (String(version) !== host.dataset.version && !(await show(version))) throw new Error("not shown");
    } catch {
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }
}

async function show(version) {
  const page = await fetch(`${location.pathname}?direct=oui`, { headers: { Accept: "text/html" } });
  if (!page.ok) return false;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[data-follow]");
  if (!fresh) {
    location.reload();
    return true;
  }
  const held = document.activeElement?.closest("[data-follow]") ? document.activeElement : null;
  const again = held && { name: held.name, value: held.value };
  host.replaceChildren(...fresh.childNodes);
  host.dataset.version = fresh.dataset.version ?? version;
  const same = again && [...host.querySelectorAll("[name]")].find((one) => one.name === again.name && one.value === again.value);
  if (same) same.focus();
  return true;
}

if (host) follow();
