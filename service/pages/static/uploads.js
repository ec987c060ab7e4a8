// Files chosen in the page and sent at once, with their progress. Without this file a page of its own does it.

const megabytes = (bytes) => `${new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 }).format(bytes / 1e6)}\u00a0Mo`;

export function uploads(form) {
  for (const place of form.querySelectorAll("[data-attach]")) {
    const id = `fichier-${place.dataset.attach}`;
    const input = document.createElement("input");
    input.type = "file";
    input.id = id;
    input.className = "fr-upload";
    input.setAttribute("aria-labelledby", `c-${place.dataset.attach}-titre`);
    const status = document.createElement("span");
    status.className = "al-status";
    status.setAttribute("role", "status");
    const progress = document.createElement("progress");
    progress.className = "al-progress";
    progress.max = 100;
    progress.hidden = true;
    progress.setAttribute("aria-label", "Envoi du fichier");
    place.replaceChildren(input, progress, status);
    input.addEventListener("change", () => send(input.files[0]));

    const fail = (text) => {
      status.textContent = text;
      status.dataset.state = "error";
      progress.hidden = true;
      input.disabled = false;
      input.value = "";
    };
    // Leaving the page stops a file on its way: the page counts them, and the last one to arrive draws it again.
    const underWay = (more) => (form.dataset.uploads = Number(form.dataset.uploads ?? 0) + more);

    function send(file) {
      if (!file) return;
      if (file.size > Number(place.dataset.most)) {
        fail(`Ce fichier pèse ${megabytes(file.size)} ; la limite est de ${megabytes(Number(place.dataset.most))}.`);
        return;
      }
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("fichier", file);
      request.open("POST", place.dataset.address);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        progress.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
        status.textContent = `${Math.round(progress.value)}\u00a0%`;
      });
      let joined = false;
      request.addEventListener("load", () => {
        let told = {};
        try {
          told = JSON.parse(request.responseText);
        } catch {
          // A page instead of an answer: the session has ended, or the service is not there.
        }
        joined = told.joined === true;
        if (joined) status.textContent = `«\u00a0${file.name}\u00a0» est joint.`;
        else fail(told.errors?.join(" ") ?? "Ce fichier n’a pas été joint. Vérifiez que votre session est toujours ouverte, puis réessayez.");
      });
      request.addEventListener("loadend", () => {
        // The list of files is drawn by the server; what was typed goes along with the same button as ever.
        if (underWay(-1) === 0 && joined) form.requestSubmit(form.querySelector('[name="_suite"][value=""]'));
      });
      request.addEventListener("error", () => fail("L’envoi a échoué. Vérifiez votre connexion, puis réessayez."));
      delete status.dataset.state;
      progress.hidden = false;
      input.disabled = true;
      underWay(1);
      request.send(body);
    }
  }
}
