// Whose page this is: another account may be signed in by now, in this browser. Whatever a script asks for says so, and
// the service does nothing of it in another's name.

export const account = document.querySelector("[data-account]")?.dataset.account ?? "";
export const named = account ? { "Alliance-Account": account } : {};
