// @ts-check
// A form that saves itself also shows what the server refused.

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (detail.xhr.status === 409) detail.shouldSwap = true;
});

// Somebody saved in between: nothing is sent any more until the reader has decided.
let stale = false;
document.addEventListener("htmx:confirm", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (stale && detail.triggeringEvent?.type !== "submit") event.preventDefault();
});

// “Not saved: no connection” would be wrong here: the reason stands above the form.
document.addEventListener("htmx:afterRequest", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  stale = detail.xhr?.status === 409;
  if (!stale) return;
  const line = document.querySelector("[data-autosave]");
  if (line) line.textContent = "";
  document.getElementById("problems")?.scrollIntoView({ block: "center" });
});
