// Saves a form in the background: a second after the last change, one request at a time, and says so in plain words.

const PAUSE = 1000;
const PENDING = "Modifications à enregistrer…";

export function saver(form, { collect, received }) {
  const status = form.querySelector("[data-status]");
  let timer = 0;
  let busy = false;
  let again = false;
  let dirty = false;

  function say(text, state = "") {
    if (!status || status.textContent === text) return;
    status.textContent = text;
    status.dataset.state = state;
  }

  async function save() {
    // What was collected is what the answer will be about: nothing is collected while a request is under way.
    if (busy) {
      again = true;
      return;
    }
    const body = collect();
    if (!body) {
      say("");
      return;
    }
    busy = true;
    dirty = false;
    say("Enregistrement…");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.redirected || !(answer.headers.get("content-type") ?? "").includes("json")) throw new Error(String(answer.status));
      const told = await answer.json();
      const trouble = received(told);
      const at = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" }).replace(":", "\u00a0h\u00a0");
      if (trouble) say(trouble, "error");
      else if (dirty) say(PENDING);
      else say(`Enregistré à ${at}`, "saved");
    } catch {
      say("L’enregistrement automatique a échoué. Utilisez le bouton « Enregistrer ».", "error");
    } finally {
      busy = false;
      if (again) {
        again = false;
        schedule();
      }
    }
  }

  function schedule() {
    dirty = true;
    say(PENDING);
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  }

  form.addEventListener("input", schedule);
  form.addEventListener("change", schedule);
  form.addEventListener("submit", () => window.clearTimeout(timer));
  return { schedule, say };
}

export function grow(area) {
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 900)}px`;
  };
  area.addEventListener("input", fit);
  if (area.value) fit();
}
