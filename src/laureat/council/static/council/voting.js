// @ts-check
// Voting on a bad line: one click is one vote, and nothing chosen is lost. Pages work without it;
// the server counts a vote that arrives twice once.

const said = /** @type {HTMLElement | null} */ (document.querySelector("[data-offline]"));

/** @param {boolean} offline */
function tell(offline) {
  if (said) said.hidden = !offline;
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("[data-voting]"))) {
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      tell(true);
      said?.scrollIntoView({ block: "center" });
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault(); // a second click while the first is on its way
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
}

// A long agenda: what fits is shown and unfolded while one types; what was chosen stays chosen.
const find = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-find]"));
find?.addEventListener("input", () => {
  const fold = (/** @type {string} */ text) => text.toLocaleLowerCase().replaceAll("ё", "е");
  const words = fold(find.value).split(/[\s«»"]+/).filter(Boolean);
  let count = 0;
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#motions .agenda > li"))) {
    const about = fold(line.querySelector(".what")?.textContent ?? "");
    line.hidden = !words.every((word) => about.includes(word));
    count += Number(!line.hidden);
  }
  for (const group of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("#motions details"))) {
    const some = group.querySelector(".agenda > li:not([hidden])") !== null;
    group.hidden = !some;
    group.open = some && words.length > 0;
  }
  const found = /** @type {HTMLElement | null} */ (document.querySelector("[data-found]"));
  if (found) found.textContent = words.length ? (count ? String(count) : found.dataset.none ?? "") : "";
});

// Back on the page (also by “back”): the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("[data-voting]"))) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

addEventListener("offline", () => tell(true));
addEventListener("online", () => tell(false));
document.addEventListener("htmx:sendError", () => tell(true));
document.addEventListener("htmx:afterRequest", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.successful) tell(false);
});
