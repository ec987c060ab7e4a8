// What the line beside the buttons of a form says of saving: the first of these that is so.

const PENDING = "Modifications à enregistrer…";
const CHOOSE = "sauf ce qui a été modifié ailleurs\u00a0: enregistrez la page pour choisir.";
const MERGED = "D’autres lignes ont changé dans une autre fenêtre\u00a0: rechargez la page pour les voir.";

// `pending`: something was typed since it was sent; `trouble`: what is wrong with what was sent, in words; `clash`: an
// answer waits for a choice since an earlier save; `merged`: rows of others are saved that the page does not show; `at`:
// the hour.
export function told({ pending = false, trouble = "", clash = false, merged = false, at }) {
  if (pending) return [PENDING, ""];
  if (trouble) return [trouble, "error"];
  if (clash) return [`Enregistré à ${at}, ${CHOOSE}`, "error"];
  if (merged) return [`Enregistré à ${at}. ${MERGED}`, "saved"];
  return [`Enregistré à ${at}`, "saved"];
}
