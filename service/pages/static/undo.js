// Rows that were taken away are put back as they were, the last one first, for as long as the page stays.

import { content } from "./content.js";

const blank = (row) => content(row).every(([name, value]) => !value || name.endsWith("/@id"));

// `place`: where it is said; `list`: the rows; `most`: of them there may be; `fill()`: adds an empty row, where the last one
// goes; `back(row)`: one is there again; `full()`: there is no room for it.
export function undoing(place, { list, most, fill, back, full }) {
  const said = place.querySelector("[data-undo-said]");
  const gone = [];

  function tell(text) {
    said.textContent = text;
    place.querySelector("button")?.remove();
    if (!gone.length) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fr-btn fr-btn--tertiary fr-btn--sm fr-btn--icon-left fr-icon-arrow-go-back-line";
    button.dataset.putBack = "";
    button.textContent = "Annuler";
    button.setAttribute("aria-label", `Annuler – ${gone.at(-1).told}`);
    place.append(button);
  }

  const taken = ({ told }) => `${told}. Il en reste ${list.children.length}.`;

  // `told`: that it is taken away, in words. Returns the row where one goes on.
  function take(row, told) {
    const one = { row, told, before: row.previousElementSibling, after: row.nextElementSibling };
    row.remove();
    one.filler = list.children.length ? null : fill();
    gone.push(one);
    tell(taken(one));
    return one.after ?? one.before ?? one.filler;
  }

  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-put-back]")) return;
    const { row, before, after, filler } = gone.at(-1);
    const idle = filler?.parentElement === list && blank(filler);
    if (list.children.length - Number(idle) >= most) {
      full();
      return;
    }
    gone.pop();
    if (idle) filler.remove();
    if (before?.parentElement === list) before.after(row);
    else if (after?.parentElement === list) after.before(row);
    else list.prepend(row);
    tell(gone.length ? taken(gone.at(-1)) : "La ligne est remise à sa place.");
    back(row);
  });
  return take;
}
