// @ts-check
// The keyboard of a check stage: j and k move, p passes everything, Enter opens.

const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row]")]);
let place = -1;

/** @param {number} step */
function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  place = Math.min(all.length - 1, Math.max(0, (here < 0 ? place : here) + step));
  all[place].focus();
  all[place].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const typing = target.matches("input:not([type=checkbox]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "p") /** @type {HTMLElement | null} */ (rows()[place]?.querySelector("[data-pass]"))?.click();
  else if (event.key === "Enter" && target.matches("[data-row]")) location.assign(target.dataset.open ?? "");
});

document.addEventListener("change", (event) => {
  const target = event.target;
  if (!(target instanceof HTMLInputElement) || !target.matches("[data-all]")) return;
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-row] [name=entry]"))) {
    if (box.type === "checkbox") box.checked = target.checked;
  }
});

// What the server refused is shown too; the row stays where the reader was.
document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (detail.xhr.status === 422) detail.shouldSwap = true;
});
document.addEventListener("htmx:afterSettle", () => rows()[place]?.focus());
