// @ts-check
// A form that saves itself also shows what the server refused, and is not left with unsaved words.

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-guarded]"));

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if ([409, 422].includes(detail.xhr.status)) detail.shouldSwap = true;
});

// Somebody saved the same answer in between: nothing is sent until the reader has decided.
let stale = false;
document.addEventListener("htmx:confirm", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (stale && detail.triggeringEvent?.type !== "submit") event.preventDefault();
});

// Words that are typed and not saved yet: how many changes there were, and how many were sent.
let typed = 0;
let sent = 0;
let saved = 0;
form?.addEventListener("input", () => { typed += 1; });
document.addEventListener("htmx:beforeRequest", () => { sent = typed; });

document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, successful } = /** @type {CustomEvent} */ (event).detail;
  if (successful) saved = sent;
  stale = xhr?.status === 409;
  const refused = stale || xhr?.status === 422;
  // “Saved” and “not saved: no connection” would both be wrong: the reason stands above the form.
  setTimeout(() => {
    const problems = document.getElementById("problems");
    const line = document.querySelector("[data-autosave]");
    if (line && (refused || problems?.querySelector("[role=alert], .notice.error"))) line.textContent = "";
    if (refused) problems?.scrollIntoView({ block: "center" });
  });
});

let leaving = false;
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-leave]")) leaving = true;
});
form?.addEventListener("submit", () => { leaving = !form.hasAttribute("hx-post"); });
window.addEventListener("beforeunload", (event) => {
  if (leaving || saved >= typed) return;
  event.preventDefault();
});
