// A box to look something up in a long list. The list itself stays what it is without this file: a select, which opens
// while one looks, or boxes to tick, of which those that are ticked stay in view.

const MANY = 15;
const SHOWN = 8;
const found = (count) => (count === 0 ? "Aucun choix ne correspond" : `${count}\u00a0${count < 2 ? "choix correspond" : "choix correspondent"}`);
// Without accents and case, as people type who know how it is written and as those who do not.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/gi, "oe").replace(/[’'-]/g, " ").toLowerCase();

function fits(text, wanted) {
  const words = plain(text).split(/\s+/);
  return plain(wanted).split(/\s+/).every((start) => words.some((word) => word.startsWith(start)));
}

// `narrow(wanted)` shows what fits and returns how many; "" shows all.
function box(narrow) {
  const label = document.createElement("label");
  label.className = "fr-label al-filter";
  label.append("Chercher dans la liste");
  const input = document.createElement("input");
  input.type = "search";
  input.className = "fr-input";
  input.autocomplete = "off";
  const said = document.createElement("p");
  said.className = "fr-hint-text al-filter__said";
  said.setAttribute("role", "status");
  label.append(input);
  // What is looked for is no answer to be saved.
  for (const name of ["input", "change"]) input.addEventListener(name, (event) => event.stopPropagation());
  input.addEventListener("input", () => {
    const count = narrow(input.value.trim());
    said.textContent = input.value.trim() ? found(count) : "";
  });
  return { label, input, said };
}

function select(list) {
  const options = [...list.options].filter((option) => option.value);
  const blanks = [...list.options].filter((option) => !option.value);
  const open = () => options.filter((option) => !option.hidden && !option.parentElement.hidden);

  function narrow(wanted) {
    for (const option of options) option.hidden = option.hasAttribute("data-away") || (Boolean(wanted) && !fits(option.textContent, wanted));
    const count = open().length;
    for (const blank of blanks) blank.hidden = Boolean(wanted) && count > 0;
    list.size = wanted && count ? Math.max(2, Math.min(SHOWN, count)) : 0;
    list.classList.toggle("al-filter__open", list.size > 0);
    return count;
  }

  const { label, input, said } = box(narrow);
  const close = () => {
    input.value = said.textContent = "";
    narrow("");
  };
  const choose = (value) => {
    if (value !== undefined && list.value !== value) {
      list.value = value;
      list.dispatchEvent(new Event("change", { bubbles: true }));
    }
    close();
    list.focus();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (input.value.trim() && open().length) choose(open()[0].value);
    } else if (event.key === "ArrowDown" && list.size > 0) {
      event.preventDefault();
      list.focus();
      if (!open().some((option) => option.selected)) {
        open()[0].selected = true;
        list.dispatchEvent(new Event("change", { bubbles: true }));
      }
    } else if (event.key === "Escape") close();
  });
  list.addEventListener("click", () => list.size > 0 && choose());
  list.addEventListener("keydown", (event) => {
    if (list.size > 0 && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      choose();
    }
  });
  const outside = (event) => list.size > 0 && event.relatedTarget !== input && event.relatedTarget !== list && close();
  list.addEventListener("focusout", outside);
  input.addEventListener("focusout", outside);
  list.before(label);
  list.after(said);
}

function ticks(list) {
  const lines = [...list.children];

  function narrow(wanted) {
    const fitting = lines.filter((line) => !line.hasAttribute("data-away") && (!wanted || fits(line.textContent, wanted)));
    for (const line of lines) line.hidden = !fitting.includes(line) && !line.querySelector("input").checked;
    return fitting.length;
  }

  const { label, input, said } = box(narrow);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it would send the form
  });
  list.before(label, said);
}

const done = new WeakSet();

export function filters(part) {
  for (const list of part.querySelectorAll("select")) {
    if (list.options.length <= MANY || list.closest("[data-table]") || done.has(list)) continue;
    done.add(list);
    select(list);
  }
  for (const list of part.querySelectorAll(".al-vocabulary")) {
    if (list.children.length <= MANY || done.has(list)) continue;
    done.add(list);
    ticks(list);
  }
}
