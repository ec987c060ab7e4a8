// The time that is left, by the server's clock: what the page said when it was drawn, plus what has passed since. Told
// aloud only at a few instants, not every second.

const MARKS = [86_400, 3600, 1800, 600, 300, 60];
const hours = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", second: "2-digit", timeZone: "Europe/Paris" });
const french = new Intl.NumberFormat("fr-FR");
const some = (count, one, many) => `${french.format(count)}\u00a0${count < 2 ? one : many}`;

export function remaining(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const days = Math.floor(left / 86_400);
  const hour = Math.floor((left % 86_400) / 3600);
  const minute = Math.floor((left % 3600) / 60);
  if (days > 0) return some(days, "jour", "jours") + (hour ? ` et ${some(hour, "heure", "heures")}` : "");
  if (hour > 0) return some(hour, "heure", "heures") + (minute ? ` et ${some(minute, "minute", "minutes")}` : "");
  if (minute >= 10) return some(minute, "minute", "minutes");
  return (minute ? `${some(minute, "minute", "minutes")} et ` : "") + some(left % 60, "seconde", "secondes");
}

function run(place) {
  const ahead = Number(place.dataset.now) * 1000 - Date.now();
  const until = Number(place.dataset.until);
  const left = place.querySelector("[data-left]");
  const time = place.querySelector("[data-time]");
  const said = place.querySelector("[data-said]");
  let before = until - Number(place.dataset.now);

  function tick() {
    const now = (Date.now() + ahead) / 1000;
    const rest = until - now;
    const parts = Object.fromEntries(hours.formatToParts(now * 1000).map(({ type, value }) => [type, value]));
    time.textContent = `${Number(parts.hour)}\u00a0h\u00a0${parts.minute}${rest < 3600 ? `\u00a0min\u00a0${parts.second}\u00a0s` : ""}`;
    left.textContent = remaining(rest);
    place.toggleAttribute("data-urgent", rest < 3600);
    const passed = MARKS.find((mark) => rest <= mark && before > mark);
    if (passed) said.textContent = `Il reste ${remaining(passed)} pour déposer cette candidature.`;
    if (rest <= 0 && before > 0) said.textContent = "Le délai de dépôt est passé.";
    before = rest;
    // Once a minute is enough for what is shown by the minute.
    window.setTimeout(tick, rest < 3700 ? 1000 : 15_000);
  }
  tick();
}

for (const place of document.querySelectorAll("[data-clock]")) run(place);
