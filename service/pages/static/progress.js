// How far a batch is: its page is asked for again every two seconds until it is over. Only what has changed is told.

const PAUSE = 2000;

async function look() {
  const place = document.querySelector("[data-progress]");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-progress]");
    if (answer.ok && next) {
      if (next.innerHTML !== place.innerHTML) place.replaceChildren(...next.childNodes);
      place.dataset.progress = next.dataset.progress;
    }
  } catch {
    // The network is away: the next round tries again.
  }
  if (place.dataset.progress === "running") window.setTimeout(look, PAUSE);
}

window.setTimeout(look, PAUSE);
