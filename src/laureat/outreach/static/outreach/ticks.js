// @ts-check
// The list of a campaign: one box ticks all, and the page says how many are ticked.

for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-ticks]"))) {
  const all = /** @type {HTMLInputElement | null} */ (list.querySelector("[data-all]"));
  const told = list.querySelector("[data-ticked]");
  const boxes = /** @type {HTMLInputElement[]} */ ([...list.querySelectorAll("[name=pick]")]);
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (told) told.textContent = String(ticked);
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
