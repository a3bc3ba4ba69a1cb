// @ts-check
// The scorebook while it is typed: running points, suggested overall mark, lines of comments,
// keys, and nothing lost. Everything that counts is computed again on the server.

const lang = document.documentElement.lang || "ru";
const show = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });

/** @param {string | undefined | null} text */
function read(text) {
  const bare = (text ?? "").replace(/[\s%]/g, "").replace(",", ".");
  if (!bare) return null;
  const value = Number(bare);
  return Number.isFinite(value) ? value : null;
}

/** Half to even, as the server rounds. @param {number} value */
function even(value) {
  const low = Math.floor(value);
  const rest = Math.round((value - low) * 1e9) / 1e9;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** @param {ParentNode} root @returns {HTMLInputElement[]} */
const values = (root) => [...root.querySelectorAll("[data-value]")].map((each) => /** @type {HTMLInputElement} */ (each));

/** The share 0..1 that the typed mark earns, or null. @param {HTMLElement} box */
function share(box) {
  const inputs = values(box);
  const chosen = inputs.find((each) => each.type === "radio" && each.checked);
  if (chosen) return chosen.value === "" ? null : read(chosen.dataset.share);
  const input = inputs.find((each) => each.type !== "radio");
  const value = read(input?.value);
  if (!input || value === null) return null;
  for (const row of box.querySelectorAll("[data-band]")) row.classList.remove("here");
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("[data-band]"))) {
    const from = read(row.dataset.from), to = read(row.dataset.to);
    if ((from === null || value >= from) && (to === null || value < to)) {
      row.classList.add("here");
      return read(row.dataset.share);
    }
  }
  if (box.dataset.kind === "banded") return null;
  const most = read(input.dataset.most) ?? 100;
  return value < 0 || value > most ? null : value / most;
}

/** Suggest the overall mark from the attribute marks. @param {HTMLElement} box */
function suggest(box) {
  const attributes = [.../** @type {NodeListOf<HTMLInputElement>} */ (box.querySelectorAll("[data-attribute]"))];
  if (!attributes.length) return;
  const step = read(box.dataset.step) ?? 1;
  const marks = attributes.map((each) => read(each.value));
  attributes.forEach((each, place) => {
    const bar = box.querySelector(`[data-bar="${each.id}"]`);
    bar?.setAttribute("width", String(Math.min(100, Math.max(0, marks[place] ?? 0))));
  });
  const overall = values(box)[0];
  const cap = attributes.find((each) => each.dataset.attribute === box.dataset.cap);
  const limit = read(cap?.value) ?? 100;
  overall.max = String(limit);
  const line = /** @type {HTMLElement | null} */ (box.querySelector("[data-suggestion]"));
  if (marks.some((mark) => mark === null)) {
    if (line) line.textContent = "";
    return;
  }
  const given = /** @type {number[]} */ (marks);
  const start = box.dataset.start === "least" ? Math.min(...given) : given.reduce((a, b) => a + b, 0) / given.length;
  const suggestion = Math.min(even(start / step) * step, limit);
  if (line) line.textContent = (line.dataset.template ?? "").replace("{value}", show.format(suggestion));
  if (overall.value === "" || overall.value === overall.dataset.suggested) overall.value = String(suggestion);
  overall.dataset.suggested = String(suggestion);
}

/** @param {HTMLElement} box */
function anchors(box) {
  const earned = share(box);
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("[data-anchor-to]"))) row.classList.remove("here");
  const value = read(values(box).find((each) => each.type !== "radio" || each.checked)?.value);
  const rows = [.../** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("[data-anchor-to]"))];
  const here = value === null ? undefined : rows.find((row) => value <= (read(row.dataset.anchorTo) ?? 0));
  here?.classList.add("here");
  const words = /** @type {HTMLElement | null} */ (box.querySelector("[data-anchor]"));
  if (words && rows.length) words.textContent = here && earned !== null ? `«${here.querySelector("dd")?.textContent}»` : "";
}

/** Points of one part; returns null where nothing is marked. @param {HTMLElement} box */
function figures(box) {
  const earned = share(box);
  const points = earned === null ? null : even(earned * (read(box.dataset.weight) ?? 0) * 100) / 100;
  const out = box.querySelector("[data-points]");
  if (out) out.textContent = points === null ? "—" : show.format(points);
  anchors(box);
  return points;
}

/** @param {HTMLFormElement} form */
function running(form) {
  const parts = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-part]")]);
  const boxes = parts.length ? parts : [form];
  const points = boxes.map(figures);
  const before = read(form.dataset.without) ?? 0;
  const total = form.querySelector("[data-total]");
  if (!total) return;
  const any = before > 0 || points.some((each) => each !== null);
  total.textContent = any ? show.format(before + points.reduce((a, b) => a + (b ?? 0), 0)) : "—";
}

/** @param {HTMLFormElement} form */
function lines(form) {
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-lines]"))) {
    const box = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(line.dataset.lines ?? ""));
    if (!box || !line.dataset.template?.includes("{have}")) continue;
    const have = box.value.split("\n").filter((each) => each.trim()).length;
    line.textContent = line.textContent && line.dataset.template.replace("{have}", String(have));
    const most = Number(line.dataset.most);
    line.classList.toggle("enough", have >= Number(line.dataset.least) && have > 0 && (!most || have <= most));
    line.classList.toggle("many", most > 0 && have > most);
  }
}

/** Typed text outlives a lost connection: it waits on the device until it is saved. */
class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.key = `scorebook:${location.pathname}`;
  }

  fields() {
    return [...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  }

  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.fields()));
    } catch {
      // No room on the device: the server still has what was saved.
    }
  }

  drop() {
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }

  restore() {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    } catch {
      return false;
    }
    if (!Array.isArray(kept)) return false;
    const fields = new Map(kept);
    const now = new FormData(this.form);
    if (fields.get("version") !== now.get("version")) return false;
    let changed = false;
    for (const element of this.form.elements) {
      const input = /** @type {HTMLInputElement} */ (element);
      if (!input.name || !fields.has(input.name) || input.type === "hidden") continue;
      const wanted = String(fields.get(input.name));
      if (input.type === "radio") {
        if (input.value === wanted && !input.checked) changed = input.checked = true;
      } else if (input.value !== wanted) {
        input.value = wanted;
        changed = true;
      }
    }
    return changed;
  }
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-scorebook]"))) {
  const draft = new Draft(form);
  let unsaved = false;
  const status = /** @type {HTMLElement | null} */ (form.querySelector("[data-autosave]"));

  const boxes = () => /** @type {HTMLElement[]} */ ([form, ...form.querySelectorAll("[data-part]")]);
  const overall = values(form)[0];
  if (overall && overall.type !== "radio" && form.dataset.kind === "percent") {
    const before = overall.value;
    suggest(form);
    overall.value = before;
  }
  running(form);
  lines(form);

  form.addEventListener("input", (event) => {
    unsaved = true;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.matches("[data-attribute]")) boxes().forEach(suggest);
    running(form);
    lines(form);
    draft.keep();
  });

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const way = event.shiftKey ? "[data-before]" : "[data-next]";
    const button = /** @type {HTMLButtonElement | null} */ (form.querySelector(way) ?? form.querySelector("button[type=submit]"));
    button?.click();
  });

  // What the server says about a wrong mark or a conflict is shown, not swallowed.
  form.addEventListener("htmx:beforeSwap", (event) => {
    const detail = /** @type {CustomEvent} */ (event).detail;
    if ([403, 409, 422].includes(detail.xhr.status)) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const detail = /** @type {CustomEvent} */ (event).detail;
    if (detail.elt !== form) return;
    const code = detail.xhr?.status ?? 0;
    if (code >= 200 && code < 300) {
      unsaved = false;
      draft.drop();
    } else if (code === 401) {
      unsaved = false; // signed out: the draft waits on the device for the next sign-in
    } else if (status && [403, 409, 422].includes(code)) {
      status.textContent = form.dataset.wrong ?? "";
      status.dataset.state = "failed";
    }
  });
  document.addEventListener("htmx:afterSwap", () => running(form));

  form.addEventListener("submit", () => { unsaved = false; });
  form.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-discard]")) {
      unsaved = false;
      draft.drop();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  if (draft.restore()) {
    boxes().forEach(suggest);
    running(form);
    lines(form);
    // Saved as soon as somebody listens: htmx starts after the modules.
    addEventListener("load", () => form.dispatchEvent(new Event("change", { bubbles: true })));
  }
}
