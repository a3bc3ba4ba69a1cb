// @ts-check
// What the browser adds. Every page works without it.

const lang = document.documentElement.lang || "ru";

// ------------------------------------------------------------------ appearance

for (const group of document.querySelectorAll("[data-themes]")) {
  const now = document.documentElement.dataset.theme ?? "system";
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (group.querySelectorAll("input"))) {
    input.checked = input.value === now;
    input.addEventListener("change", () => {
      if (input.value === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = input.value;
      try {
        if (input.value === "system") localStorage.removeItem("theme");
        else localStorage.setItem("theme", input.value);
      } catch {
        // Not remembered, but shown.
      }
    });
  }
}

// ------------------------------------------------------------------ menu on phones

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-menu]"))) {
  /** @param {boolean} open */
  const show = (open) => button.setAttribute("aria-expanded", String(open));
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      show(false);
      button.focus();
    }
  });
}

// ------------------------------------------------------------------ “are you sure?”

/**
 * @param {string} question
 * @returns {Promise<boolean>}
 */
function ask(question) {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm stack";
  const words = document.createElement("p");
  words.id = "confirm-question";
  words.textContent = question;
  const row = document.createElement("form");
  row.method = "dialog";
  row.className = "row";
  for (const [value, label, look] of [
    ["yes", document.body.dataset.yes ?? "OK", "btn"],
    ["no", document.body.dataset.no ?? "Cancel", "btn plain"],
  ]) {
    const button = document.createElement("button");
    button.value = value;
    button.className = look;
    button.textContent = label;
    row.append(button);
  }
  dialog.setAttribute("aria-labelledby", words.id);
  dialog.append(words, row);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
  });
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLElement | null} */ (event.submitter);
  const question = button?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(question).then((sure) => {
    if (!sure) return;
    form.dataset.sure = "yes";
    form.requestSubmit(button);
    delete form.dataset.sure;
  });
}, { capture: true });

document.addEventListener("htmx:confirm", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (!detail.question) return;
  event.preventDefault();
  ask(detail.question).then((sure) => sure && detail.issueRequest(true));
});

// ------------------------------------------------------------------ what a link leads to is unfolded

function unfold() {
  const place = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  for (let fold = place?.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
}

addEventListener("hashchange", unfold);
unfold();

// ------------------------------------------------------------------ print

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
});

/** @type {HTMLDetailsElement[]} */
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details")].filter((details) => !details.open);
  for (const details of unfolded) details.open = true;
});
window.addEventListener("afterprint", () => {
  for (const details of unfolded) details.open = false;
});

// ------------------------------------------------------------------ what is wrong, first

/** @type {HTMLElement | null} */ (document.querySelector("[data-focus]:not([data-still] *)"))?.focus();

// ------------------------------------------------------------------ characters left

/** @param {ParentNode} root */
function counts(root) {
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-count]"))) {
    const box = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(line.dataset.count ?? ""));
    if (!box || line.dataset.ready) continue;
    line.dataset.ready = "yes";
    const show = () => {
      const left = Number(line.dataset.most) - box.value.length;
      line.textContent = (line.dataset.left ?? "{count}").replace("{count}", left.toLocaleString(lang));
      line.classList.toggle("near", left < 50);
    };
    box.addEventListener("input", show);
    show();
  }
}

// ------------------------------------------------------------------ saved?

/** @param {EventTarget | null} target @param {"saving" | "saved" | "failed" | "changed"} state */
function tell(target, state) {
  const form = target instanceof Element ? target.closest("form") : null;
  const line = /** @type {HTMLElement | null} */ ((form ?? document).querySelector("[data-autosave]"));
  if (!line) return;
  const time = new Date().toLocaleTimeString(lang, { hourCycle: "h23", timeZone: line.dataset.zone });
  line.textContent = (line.dataset[state] ?? "").replace("{time}", time);
  line.dataset.state = state;
}

document.addEventListener("input", (event) => tell(event.target, "changed"));
document.addEventListener("htmx:beforeRequest", (event) => tell(event.target, "saving"));
document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, xhr } = /** @type {CustomEvent} */ (event).detail;
  // Signed out meanwhile is no lost connection: the notice above says what becomes of the words.
  tell(event.target, successful ? "saved" : xhr?.status === 401 ? "out" : "failed");
});
document.addEventListener("htmx:sendError", (event) => tell(event.target, "failed"));

// ------------------------------------------------------------------ signed in anew elsewhere

/** Signing in changes the token of all pages: each sends the newest, whenever it was opened. */
const token = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1];

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=csrfmiddlewaretoken]"));
  if (input) input.value = token() ?? input.value;
});
document.addEventListener("htmx:configRequest", (event) => {
  const { parameters } = /** @type {CustomEvent} */ (event).detail;
  const newest = token();
  if (newest && parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = newest;
});

// ------------------------------------------------------------------ signed out meanwhile

const kept = `kept:${location.pathname}`;

/** @param {HTMLFormElement} form */
const typed = (form) => [...new FormData(form)].filter(
  ([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, elt } = /** @type {CustomEvent} */ (event).detail;
  if (xhr.status !== 401) return;
  const form = /** @type {HTMLFormElement | null} */ (elt.closest("form"));
  const place = form ?? document.querySelector("main");
  if (!place) return;
  const said = place.querySelector(":scope > .signed-out") ?? document.createElement("div");
  said.className = "signed-out";
  said.setAttribute("role", "alert");
  said.innerHTML = xhr.responseText;
  place.prepend(said);
  said.scrollIntoView({ block: "center" });
  if (form?.querySelector("[data-autosave]")) sessionStorage.setItem(kept, JSON.stringify(typed(form)));
});

// Back again: what was typed comes back over what was saved, and is saved in its turn. Whoever
// saved in between is noticed by the version, which comes back as well.
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[hx-post]:not([data-scorebook])"))) {
  const text = form.querySelector("[data-autosave]") && sessionStorage.getItem(kept);
  if (!text) continue;
  sessionStorage.removeItem(kept);
  const fields = /** @type {[string, string][]} */ (JSON.parse(text));
  for (const input of /** @type {Iterable<HTMLInputElement>} */ (form.elements)) {
    const said = fields.filter(([name]) => name === input.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(input.type)) input.checked = said.includes(input.value);
    else if (said.length && input.type !== "file") input.value = said[0];
  }
  addEventListener("load", () => form.dispatchEvent(new Event("change", { bubbles: true })));
}

// ------------------------------------------------------------------ time that is left

/** @param {number} ms */
function left(ms) {
  const minutes = Math.floor(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  /** @type {[number, string][]} */
  const parts = days ? [[days, "day"], [hours, "hour"]] : [[hours, "hour"], [minutes % 60, "minute"]];
  if (minutes < 10) parts.splice(0, 2, [minutes, "minute"], [Math.floor(ms / 1000) % 60, "second"]);
  return parts
    .filter(([count], index) => count || index)
    .map(([count, unit]) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(count))
    .join(" ");
}

/** @param {ParentNode} root */
function countdowns(root) {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (root.querySelectorAll("[data-countdown]"))) {
    if (time.dataset.ready) continue;
    time.dataset.ready = "yes";
    const end = Date.parse(time.dateTime);
    const shown = document.createElement("span");
    shown.className = "left";
    time.append(" ", shown);
    const tick = () => {
      const ms = end - Date.now();
      time.classList.toggle("soon", ms < 86_400_000);
      shown.textContent = ms > 0 ? left(ms) : (time.dataset.over ?? "");
      if (ms > 0 && time.isConnected) setTimeout(tick, ms < 600_000 ? 1000 : 30_000);
    };
    tick();
  }
}

// ------------------------------------------------------------------ a row that comes alone

/** A row swapped into a table knows no headings: it takes them from the heads of its columns. */
/** @param {Element} row */
function labels(row) {
  const heads = row.closest("table.cards")?.querySelectorAll("thead th") ?? [];
  [...row.children].forEach((cell, column) => {
    const head = heads[column]?.cloneNode(true);
    if (!(head instanceof Element) || cell.tagName !== "TD") return;
    for (const heard of head.querySelectorAll(".only-heard")) heard.remove();
    const words = head.textContent?.trim();
    if (words) /** @type {HTMLElement} */ (cell).dataset.label = words;
    cell.setAttribute("role", "cell");
  });
  row.setAttribute("role", "row");
}

counts(document);
countdowns(document);
document.addEventListener("htmx:load", (event) => {
  if (!(event.target instanceof Element)) return;
  counts(event.target);
  countdowns(event.target);
  if (event.target.matches("table.cards tr")) labels(event.target);
});
