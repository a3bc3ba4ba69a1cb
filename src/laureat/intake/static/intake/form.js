// @ts-check
// A form that saves itself also shows what the server refused.

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (detail.xhr.status === 409) detail.shouldSwap = true;
});

// “Not saved: no connection” would be wrong here: the reason stands above the form.
document.addEventListener("htmx:afterRequest", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (detail.xhr?.status !== 409) return;
  const line = document.querySelector("[data-autosave]");
  if (line) line.textContent = "";
  document.getElementById("problems")?.scrollIntoView({ block: "center" });
});
