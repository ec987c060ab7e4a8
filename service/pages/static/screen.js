// The review screen: from one proposal to the next without loading the page again, the next one fetched ahead. What is
// left is saved behind one's back; it stays in memory until it is, and comes back as it was left.

import { named } from "./account.js";
import { keys } from "./keys.js";
import { review } from "./review.js";

const announcer = document.querySelector("[data-announce]");
const fetched = new Map();
const left = new Set();
let current = null;
let turn = 0;
let backwards = false;
const STAYING = 2000;

function announce(text) {
  announcer.textContent = "";
  // The same sentence twice is said twice.
  window.setTimeout(() => (announcer.textContent = text), 50);
}

const link = (way) => current.root.querySelector(`.al-strip__way a[rel="${way}"]`)?.href || "";
const pathOf = (address) => new URL(address, window.location.href).pathname;

// Where one stands, as the service knows it now.
function heard(one, { walk, earlier }) {
  const { root } = one;
  const say = (place, text) => (root.querySelector(place).textContent = text);
  delete root.dataset.ahead;
  for (const list of root.querySelectorAll("[data-list]")) list.querySelector("[data-count]").textContent = walk[list.dataset.list];
  root.querySelector("[data-progress-bar]").value = walk.done;
  say("[data-done]", `${walk.done}\u00a0${walk.done < 2 ? "remise" : "remises"} sur ${walk.all}`);
  say("[data-place]", walk.place);
  say("[data-of]", walk.count);
  one.grid?.measure(earlier);
}

// What was fetched ahead is read once it is shown: the service is told with what an open page asks for anyway.
const news = ({ root }) => root.dataset.standing + (root.dataset.ahead === undefined ? "" : "&opened=true");

async function load(address, part = "screen") {
  const answer = await fetch(address, { headers: { Accept: "text/html", "Alliance-Part": part, ...named } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-screen]");
}

// Only what one may go to next is kept; what lies behind, once one stays a while, as few go back.
function ahead(both = backwards) {
  const wanted = [link("next"), ...(both ? [link("prev")] : [])].filter(Boolean);
  for (const address of [...fetched.keys()]) if (!wanted.includes(address)) fetched.delete(address);
  for (const address of wanted) {
    if ([...left].some((one) => pathOf(one.address) === pathOf(address)) || fetched.has(address)) continue;
    const found = load(address, "screen-ahead").catch(() => null);
    fetched.set(address, found);
    found.then((root) => root ?? fetched.delete(address));
  }
  const { root } = current;
  if (!both) window.setTimeout(() => current.root === root && ahead(true), STAYING);
}

function finish(one) {
  if (one === current || !left.has(one)) return;
  left.delete(one);
  fetched.delete(one.address);
  const waits = one.grid.saving.unsaved();
  one.end.abort();
  const place = current.root.querySelector(`[data-waiting="${one.grid.form.dataset.review}"]`);
  place?.remove();
  if (waits) tellWaiting(one, "attend votre choix, ou est à corriger");
}

// What could not be saved as it was left is told where one is now.
function tellWaiting(one, what) {
  const line = document.createElement("p");
  line.className = "fr-message fr-message--error al-waiting";
  line.dataset.waiting = one.grid.form.dataset.review;
  const back = document.createElement("a");
  back.href = one.address;
  back.textContent = one.title;
  line.append("Votre saisie sur ", back, ` ${what}.`);
  current.root.querySelector(".al-strip").after(line);
  announce(line.textContent);
}

function leave(one) {
  if (!one.grid) {
    one.end.abort();
    return;
  }
  one.grid.saving.remember();
  left.add(one);
  one.grid.saving.save();
  window.setTimeout(() => left.has(one) && one.grid.saving.stuck() && tellWaiting(one, "est gardée dans ce navigateur et n’est pas encore enregistrée ; elle le sera d’elle-même".replace(" ;", "\u00a0;")), 1500);
}

// The parts of a long proposal, at hand while one reads.
function contents(root) {
  const parts = [...root.querySelectorAll("#la-candidature section[id]")].filter((part) => part.querySelector("h2"));
  if (parts.length < 3) return;
  const nav = document.createElement("nav");
  nav.className = "al-contents";
  nav.setAttribute("aria-label", "Dans la candidature");
  const list = document.createElement("ul");
  for (const part of parts) {
    const line = document.createElement("li");
    const to = document.createElement("a");
    to.href = `#${part.id}`;
    to.textContent = part.querySelector("h2").textContent;
    line.append(to);
    list.append(line);
  }
  nav.append(list);
  root.querySelector(".al-desk__head").after(nav);
}

// One that can't be written on any more asks for no news.
function look(one) {
  window.setTimeout(async () => {
    if (current !== one) return;
    const answer = await fetch(news(one), { headers: { Accept: "application/json", ...named } }).catch(() => null);
    if (answer?.ok) heard(one, await answer.json());
    else if (!answer) look(one);
  }, STAYING);
}

function mount(root, address) {
  const end = new AbortController();
  const one = { root, address, end, title: root.querySelector("h1").textContent };
  one.grid = review(root, {
    signal: end.signal,
    announce,
    news: () => news(one),
    heard: (told) => heard(one, told),
    idle: () => finish(one),
    submitted(following) {
      if (following) go(new URL(following, window.location.href).href, { said: "L’évaluation est remise." });
      else {
        one.grid.form.dataset.sent = "yes";
        window.location.assign("/evaluations?fait=evaluation-remise");
      }
    },
  });
  // The design system's script keeps whatever ever had the focus, and with it each proposal that one has left.
  root.addEventListener("focusin", (event) => event.stopPropagation());
  contents(root);
  if (!one.grid && root.dataset.ahead !== undefined) look(one);
  // The count of doubts, once this one is saved.
  root.querySelector("#c-doubt")?.addEventListener("change", () => look(one), { signal: end.signal });
  root.querySelectorAll("[hidden].al-strip__help, [hidden].al-pages__tools").forEach((part) => (part.hidden = false));
  return one;
}

// Without a connection one stays where one is: what is written here is kept, and leaving would lead to an empty page.
function cut(is) {
  const told = "Pas de connexion\u00a0: vous restez sur cette candidature. Réessayez dans un moment.";
  current.root.querySelector("[data-cut]")?.remove();
  if (!is) return;
  const line = document.createElement("p");
  line.className = "fr-message fr-message--error";
  line.dataset.cut = "";
  line.textContent = told;
  current.root.querySelector(".al-desk__head").after(line);
  announce(told);
}

async function go(address, { push = true, said = "" } = {}) {
  turn += 1;
  const mine = turn;
  const known = [...left].find((one) => pathOf(one.address) === pathOf(address));
  current.root.setAttribute("aria-busy", "true");
  let reached = true;
  const asked = () => load(address).catch(() => (reached = false) || null);
  const root = known ? known.root : ((await fetched.get(address)) ?? (await asked()));
  fetched.delete(address);
  if (mine !== turn) return;
  current.root.removeAttribute("aria-busy");
  cut(!reached);
  if (!reached) {
    if (!push) window.history.pushState({}, "", current.address);
    return;
  }
  if (!root) {
    window.location.assign(address);
    return;
  }
  const before = current;
  left.delete(known);
  before.root.replaceWith(root);
  current = known ?? mount(root, address);
  current.address = address;
  leave(before);
  if (push) window.history.pushState({}, "", address);
  document.title = root.dataset.title;
  window.scrollTo(0, 0);
  root.querySelector("h1").focus({ preventScroll: true });
  announce(`${said} ${current.title}, candidature ${root.querySelector("[data-place]").textContent} sur ${root.querySelector("[data-of]").textContent}`.trim());
  window.setTimeout(() => ahead(), 0);
}

function show(pane) {
  const { root } = current;
  const places = (root.scrolled ??= {});
  places[root.dataset.shown] = window.scrollY;
  root.dataset.shown = pane;
  for (const tab of root.querySelectorAll("[data-pane]")) {
    if (tab.dataset.pane === pane) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  const part = root.querySelector(pane === "grille" ? "#la-grille" : "#la-candidature");
  part.focus({ preventScroll: true });
  window.scrollTo(0, places[pane] ?? 0);
  return part;
}

const ZOOMS = ["1", "1.5", "2", "3"];
function zoom(view, by) {
  const at = ZOOMS.indexOf(view.dataset.zoom) + by;
  if (at < 0 || at >= ZOOMS.length) return;
  view.dataset.zoom = ZOOMS[at];
  announce(`Pages à ${Number(ZOOMS[at]) * 100}\u00a0%`);
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const at = (what) => event.target.closest(what);
  const opens = at("[data-opens]");
  const tab = at("[data-pane]");
  const way = at('.al-strip a[href^="/evaluations/"], .al-onwards a[href^="/evaluations/"], .al-waiting a, .al-earlier a');
  if (at("[data-closes]")) at("dialog").close();
  else if (at("[data-zooms]")) zoom(at(".al-pages__view"), Number(at("[data-zooms]").dataset.zooms));
  else if (opens || tab || way) {
    event.preventDefault();
    if (opens) document.getElementById(opens.dataset.opens).showModal();
    else if (tab) show(tab.dataset.pane);
    else {
      backwards = way.rel === "prev";
      go(way.href);
    }
  } else if (at('a[href^="#c-"]') && current.root.dataset.shown !== "grille") show("grille");
});

// Whoever gives a proposal back leaves nothing behind that would be saved later.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.leaves === undefined || !current.grid) return;
  current.grid.saving.forget();
  current.grid.form.dataset.sent = "yes";
  current.end.abort();
}, { capture: true });

window.addEventListener("popstate", () => {
  const { pathname, search, href } = window.location;
  const here = new URL(current.address, href);
  if (pathname !== here.pathname || search !== here.search) go(href, { push: false });
});

const first = document.querySelector("[data-screen]");
current = mount(first, window.location.href.split("#")[0]);
if (current.grid?.form.dataset.queue ?? true) ahead();

keys({
  announce,
  show,
  zoom,
  root: () => current.root,
  grid: () => current.grid,
  go(way) {
    backwards = way === "prev";
    const address = link(way);
    if (address) go(address);
    else announce(way === "next" ? "C’est la dernière candidature de cette liste." : "C’est la première candidature de cette liste.");
  },
});
