// @ts-check
// The list of a campaign: one box ticks all; the page says how many are ticked, and its figures
// are of those.

/** @param {string} name @param {string | number} value */
const figure = (name, value) => {
  const told = document.querySelector(`.ticked-${name} dd`);
  if (told) told.textContent = String(value);
};

for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-ticks]"))) {
  const all = /** @type {HTMLInputElement | null} */ (list.querySelector("[data-all]"));
  const told = list.querySelector("[data-ticked]");
  const boxes = /** @type {HTMLInputElement[]} */ ([...list.querySelectorAll("[name=pick]")]);
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked);
    const ticked = chosen.length;
    if (told) told.textContent = String(ticked);
    if (boxes.length) {
      figure("count", ticked);
      // Numbers run on without a gap: the last one stands beside the box of that place.
      figure("last", ticked ? boxes[ticked - 1].dataset.number ?? "" : "—");
      figure("silent", chosen.filter((box) => "silent" in box.dataset).length);
      figure("unsure", chosen.filter((box) => "unsure" in box.dataset).length);
    }
    if (!all) return;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  list.addEventListener("change", (event) => {
    if (all && event.target === all) for (const box of boxes) box.checked = all.checked;
    tell();
  });
  tell();
}
