// Files chosen in the page: several at once, each with its progress; what a cut or a closed page interrupted goes on.
// Without this file a page of its own does it, one file at a time.

import { named } from "./account.js";
import { mayBe } from "./contents.js";
import * as shelf from "./shelf.js";
import { begin, giveUp, markOf, Refused, send, SignedOut, unfinished, untilDone } from "./tus.js";

const AT_ONCE = 2; // as many as the service takes of one person
const french = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
// Below a tenth of a megabyte a file would weigh nothing.
const weight = (bytes) => (bytes < 1e5 ? `${french.format(bytes / 1e3)}\u00a0ko` : `${french.format(bytes / 1e6)}\u00a0Mo`);
const quoted = (name) => `«\u00a0${name}\u00a0»`;
const LOST = "Connexion interrompue : l’envoi reprendra de lui-même.".replace(" :", "\u00a0:");
const SIGNED_OUT = "Votre session a pris fin : connectez-vous dans un autre onglet, l’envoi reprendra.".replace(" :", "\u00a0:");
const OTHER = "Un autre compte est connecté : connectez-vous de nouveau avec le vôtre dans un autre onglet, l’envoi reprendra.".replace(" :", "\u00a0:");
const GONE = "Cet envoi a expiré : choisissez à nouveau le fichier.".replace(" :", "\u00a0:");
const AGAIN = "Envoi interrompu : choisissez à nouveau le même fichier, il reprendra où il en était.".replace(" :", "\u00a0:");

const waiting = [];
let running = 0;

function next() {
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    waiting.shift()().finally(() => {
      running -= 1;
      next();
    });
  }
}

// Two windows do not send the same file: the second one waits, and finds it sent or goes on.
const alone = (address, act) => (navigator.locks ? navigator.locks.request(address, act) : act());

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(label, name) {
  const made = element("button", "fr-btn fr-btn--tertiary-no-outline fr-btn--sm", label);
  made.type = "button";
  made.setAttribute("aria-label", `${label} ${name}`);
  return made;
}

// One file on its way, as the page shows it.
class Line {
  constructor(list, name) {
    this.item = element("li", "al-sending__item");
    this.text = element("p", "al-sending__text", quoted(name));
    this.progress = element("progress", "al-progress");
    this.progress.max = 100;
    this.progress.value = 0;
    this.progress.setAttribute("aria-label", `Envoi de ${name}`);
    this.stop = button("Annuler", name);
    this.name = name;
    this.item.append(this.text, this.stop, this.progress);
    list.append(this.item);
  }

  moved(bytes, size) {
    this.progress.value = (100 * bytes) / size;
    this.say(`${Math.floor(this.progress.value)}\u00a0% de ${weight(size)}`);
  }

  say(text, state = "") {
    this.text.textContent = `${quoted(this.name)} – ${text}`;
    this.text.dataset.state = state;
  }

  // It stays until somebody has read it.
  fail(text) {
    this.say(text, "error");
    this.progress.remove();
    this.stop.textContent = "Fermer";
    this.stop.setAttribute("aria-label", `Fermer le message sur ${this.name}`);
    this.stop.onclick = () => this.item.remove();
  }
}

// Files on their way, in one list of the page. `form`: what is left with them.
class Sending {
  constructor(form) {
    this.form = form;
    this.list = element("ul", "al-sending");
    this.status = element("p", "fr-sr-only");
    this.status.setAttribute("role", "status");
  }

  resume(one, file) {
    const line = new Line(this.list, file.name);
    line.moved(one.received, one.size);
    this.run(line, file, async () => one.address);
  }

  run(line, file, opening) {
    const stopping = new AbortController();
    const { signal } = stopping;
    let address = "";
    this.underWay(1);
    line.stop.onclick = () => stopping.abort();
    const lost = (error) => {
      if (error) line.say(error instanceof SignedOut ? (error.other ? OTHER : SIGNED_OUT) : LOST, "error");
      else line.moved((line.progress.value / 100) * file.size, file.size);
    };
    waiting.push(async () => {
      try {
        address = await opening({ lost, signal });
        await alone(address, () => send(address, file, { lost, signal, progressed: (bytes) => line.moved(bytes, file.size) }));
        line.item.remove();
        this.status.textContent = `${quoted(file.name)} est joint.`;
      } catch (error) {
        await this.ended(line, error, address, signal.aborted);
      }
      if (address) await shelf.drop(address);
      this.underWay(-1);
      await this.redraw();
    });
    next();
  }

  async ended(line, error, address, stopped) {
    if (stopped) {
      line.item.remove();
      if (address) await giveUp(address).catch(() => undefined);
      this.status.textContent = `L’envoi de ${quoted(line.name)} est annulé.`;
      return;
    }
    line.fail(error instanceof Refused ? error.message : GONE);
    this.status.textContent = line.text.textContent;
  }

  // Leaving the page interrupts what is on its way: the form asks first.
  underWay(more) {
    this.form.dataset.uploads = Number(this.form.dataset.uploads ?? 0) + more;
  }

  async redraw() {}
}

// Files of other sections, which go on wherever one writes.
class Elsewhere extends Sending {
  constructor(form) {
    super(form);
    form.querySelector(".al-actions").before(this.list, this.status);
  }

  async goOn(one) {
    const told = { ...one, address: `/api/uploads/${one.id}` };
    const file = await shelf.find(told.address);
    if (file) this.resume(told, file);
  }
}

// The files of one field.
class Place extends Sending {
  constructor(form, place) {
    super(form);
    this.place = place;
    this.block = place.closest("[data-field]");
    this.proposal = place.dataset.proposalId;
    this.field = place.dataset.attach;
    this.types = place.dataset.types.split(",");
    this.most = Number(place.dataset.most);
    this.left = Number(place.dataset.left);
    this.interrupted = new Map();
    this.together = []; // the addresses of what is on its way, in the order in which it was chosen
    this.input = element("input", "fr-upload");
    this.input.type = "file";
    this.input.id = `fichier-${this.field}`;
    this.input.accept = this.types.join(",");
    this.input.setAttribute("aria-labelledby", `c-${this.field}-titre`);
    // What is chosen here is no answer to be saved.
    for (const name of ["input", "change"]) this.input.addEventListener(name, (event) => event.stopPropagation());
    this.input.addEventListener("change", () => this.chosen([...this.input.files]));
    place.replaceChildren(this.input, this.list, this.status);
    this.block.addEventListener("click", (event) => this.clicked(event));
    this.room();
  }

  room() {
    this.input.multiple = this.left > 1;
    this.input.hidden = this.left < 1 && this.interrupted.size === 0;
  }

  clicked(event) {
    const asked = event.target.closest('button[value^="remplacer:"]');
    if (!asked) return;
    event.preventDefault();
    const other = document.createElement("input");
    other.type = "file";
    other.accept = this.input.accept;
    other.addEventListener("change", () => other.files[0] && this.start(other.files[0], asked.value.split(":")[1]));
    other.click();
  }

  async chosen(files) {
    this.input.value = "";
    let left = this.left;
    for (const file of files) {
      const known = [...this.interrupted.values()].find((one) => one.mark === markOf(file));
      if (known) this.resume(known, file);
      else if (left > 0) left -= (await this.start(file, "")) ? 1 : 0;
      else new Line(this.list, file.name).fail("ce champ ne reçoit pas plus de fichiers.");
    }
  }

  async fault(file) {
    if (file.size === 0) return "ce fichier est vide.";
    if (file.size > this.most) return `ce fichier pèse ${weight(file.size)}, la limite est de ${weight(this.most)}.`;
    const good = await mayBe(file, this.types);
    return good ? "" : `formats acceptés\u00a0: ${this.place.dataset.formats}.`;
  }

  async start(file, replaces) {
    const line = new Line(this.list, file.name);
    const wrong = await this.fault(file);
    if (wrong) {
      line.fail(wrong);
      this.status.textContent = line.text.textContent;
      return false;
    }
    const one = { address: "" };
    if (!replaces) {
      this.left -= 1;
      this.together.push(one);
    }
    this.room();
    line.say("en attente");
    this.run(line, file, async (options) => {
      const address = await untilDone(() => begin(this.proposal, this.field, file, replaces), options);
      one.address = address;
      await shelf.keep(address, file);
      return address;
    });
    return true;
  }

  resume(one, file) {
    this.interrupted.delete(one.address);
    one.line?.item.remove();
    super.resume(one, file);
  }

  // Small files overtake large ones: once all are there, they stand in the order in which they were chosen.
  async arrange() {
    const chosen = this.together.map((one) => one.address.split("/").pop());
    this.together = [];
    const there = [...this.block.querySelectorAll('[data-files] button[value^="retirer:"]')].map((one) => one.value.split(":")[1]);
    const wanted = [...there.filter((id) => !chosen.includes(id)), ...chosen.filter((id) => there.includes(id))];
    if (chosen.length < 2 || this.field.startsWith("@") || wanted.join() === there.join()) return;
    const body = JSON.stringify({ field: this.field, files: wanted });
    const headers = { "Content-Type": "application/json", Accept: "application/json", ...named };
    const answer = await fetch(`/api/proposals/${this.proposal}/attachments`, { method: "PUT", headers, body });
    if (answer.ok) await this.redraw();
  }

  // The list of files is drawn by the service; what is typed elsewhere on the page stays as it is.
  async redraw() {
    try {
      const answer = await fetch(window.location.href, { headers: { Accept: "text/html", ...named } });
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = drawn.querySelector(`[data-field="${CSS.escape(this.field)}"]`);
      this.block.querySelector("[data-files]").replaceChildren(...fresh.querySelector("[data-files]").childNodes);
      const coming = this.list.querySelectorAll("progress").length;
      this.left = Math.max(0, Number(fresh.querySelector("[data-attach]").dataset.left) - coming);
      if (!coming && this.together.length) await this.arrange();
    } catch {
      // The next page shows them.
    }
    this.room();
  }

  async goOn(one) {
    const told = { ...one, address: `/api/uploads/${one.id}` };
    const file = await shelf.find(told.address);
    this.left = Math.max(0, this.left - 1);
    if (file) {
      this.resume(told, file);
      return;
    }
    const line = new Line(this.list, one.name);
    line.moved(one.received, one.size);
    line.say(AGAIN, "error");
    line.stop.onclick = async () => {
      this.interrupted.delete(told.address);
      line.item.remove();
      await giveUp(told.address).catch(() => undefined);
      await this.redraw();
    };
    this.interrupted.set(told.address, { ...told, line });
    this.room();
  }
}

export async function uploads(form) {
  const places = [...form.querySelectorAll("[data-attach]")].map((place) => new Place(form, place));
  if (!form.dataset.proposal) return;
  try {
    const coming = await unfinished(form.dataset.proposal);
    const elsewhere = coming.length && form.querySelector(".al-actions") ? new Elsewhere(form) : null;
    for (const one of coming) await (places.find((place) => place.field === one.field) ?? elsewhere)?.goOn(one);
  } catch {
    // Not reached: what is chosen now goes its own way.
  }
}
