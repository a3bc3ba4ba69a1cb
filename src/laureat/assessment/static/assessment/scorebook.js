// @ts-check
// The scorebook while it is typed: running points, suggested overall mark, lines of comments,
// keys, and nothing lost. Everything that counts is computed again on the server.

import { Draft, offer, read } from "./kept.js";

const lang = document.documentElement.lang || "ru";
const show = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });

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
  const least = read(input.dataset.least) ?? 0, by = read(input.dataset.by) ?? 1;
  const most = read(input.dataset.most) ?? 100, full = read(input.dataset.full) ?? most;
  const steps = (value - least) / by; // what lies beside the scale earns nothing: the server refuses it
  return value < least || value > most || Math.abs(steps - Math.round(steps)) > 1e-6 ? null : value / full;
}

/** The boxes that each hold one mark: the parts of a sheet, or the form itself. @param {HTMLFormElement} form @returns {HTMLElement[]} */
function boxesOf(form) {
  const parts = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-part]")]);
  return parts.length ? parts : [form];
}

/** Suggest the overall mark from the attribute marks. @param {HTMLElement} box */
function suggest(box) {
  const attributes = [.../** @type {NodeListOf<HTMLInputElement>} */ (box.querySelectorAll("[data-attribute]"))];
  if (!attributes.length) return;
  values(box)[0].dataset.full = "100"; // the limit narrows the field, not what a percent earns
  const step = read(box.dataset.step) ?? 1;
  const marks = attributes.map((each) => read(each.value));
  attributes.forEach((each, place) => {
    const bar = box.querySelector(`[data-bar="${each.id}"]`);
    bar?.setAttribute("width", String(Math.min(100, Math.max(0, marks[place] ?? 0))));
  });
  const overall = values(box)[0];
  const cap = attributes.find((each) => each.dataset.attribute === box.dataset.cap);
  const limit = read(cap?.value) ?? 100;
  overall.dataset.most = String(limit);
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
  const points = boxesOf(form).map(figures);
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

/** One step up or down from the keyboard. @param {HTMLInputElement} input @param {number} way */
function step(input, way) {
  const by = read(input.dataset.by) ?? 1, least = read(input.dataset.least) ?? 0, most = read(input.dataset.most) ?? 100;
  const from = read(input.value) ?? (way > 0 ? least - by : least + by);
  const next = Math.round((from + way * by) * 1e6) / 1e6;
  input.value = String(Math.min(most, Math.max(least, next)));
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Lines that colleagues wrote go into the team's text by a press. @param {HTMLFormElement} form */
function takeable(form) {
  for (const said of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-said]"))) {
    const box = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(said.dataset.said ?? ""));
    if (!box) continue;
    const inside = () => new Set(box.value.split("\n").map((line) => line.trim().toLocaleLowerCase(lang)));
    for (const item of said.querySelectorAll("li")) {
      const words = item.textContent?.trim() ?? "";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "take";
      button.textContent = words;
      button.title = said.dataset.take ?? "";
      button.addEventListener("click", () => {
        box.value = `${box.value.trimEnd()}\n${words}`.trimStart();
        box.dispatchEvent(new Event("input", { bubbles: true }));
      });
      const show = () => {
        const taken = inside().has(words.toLocaleLowerCase(lang));
        button.disabled = taken;
        item.classList.toggle("taken", taken);
      };
      item.replaceChildren(button);
      box.addEventListener("input", show);
      show();
    }
  }
}

/** What is wrong is said at its field, and at the part of a sheet, too. @param {HTMLFormElement} form */
function wrong(form) {
  const state = /** @type {HTMLElement | null} */ (form.querySelector("[data-wrong-fields]"));
  if (!state) return;
  const fields = new Set((state.dataset.wrongFields ?? "").split(" ").filter(Boolean));
  for (const input of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("input[id], textarea[id]"))) {
    if (fields.has(input.id)) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-errors]"))) {
    const here = [.../** @type {NodeListOf<HTMLElement>} */ (state.querySelectorAll("[data-wrong]"))].filter(
      (each) => each.dataset.wrong?.startsWith(place.dataset.errors ?? ""));
    place.replaceChildren(...here.map((each) => {
      const line = document.createElement("p");
      line.textContent = each.querySelector("span")?.textContent ?? "";
      return line;
    }));
  }
}

/** A text that grows too long says so before it is refused. @param {HTMLFormElement} form */
function lengths(form) {
  for (const box of /** @type {NodeListOf<HTMLTextAreaElement>} */ (form.querySelectorAll("textarea[data-longest]"))) {
    box.classList.toggle("too-long", box.value.length > Number(box.dataset.longest));
  }
}

const BY_KEYS = "scorebook:by-keys";

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-scorebook]"))) {
  const draft = new Draft(form);
  let unsaved = false, cut = false, pause = 4000;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again;
  /** @type {HTMLElement | null} */
  let wanted = null; // the button that was pressed without a connection, or while saving
  let saved = false, leaving = false;
  const status = /** @type {HTMLElement | null} */ (form.querySelector("[data-autosave]"));

  /** @param {string | undefined} words */
  const say = (words) => {
    if (!status) return;
    status.textContent = words ?? "";
    status.dataset.state = "failed";
  };
  const redraw = () => {
    boxesOf(form).forEach(suggest);
    running(form);
    lines(form);
    lengths(form);
  };
  const save = () => form.dispatchEvent(new Event("save-now", { bubbles: true }));
  const changed = () => {
    unsaved = true;
    redraw();
    draft.keep();
    save();
  };

  for (const box of boxesOf(form)) {
    const overall = values(box)[0];
    if (!overall || overall.type === "radio" || box.dataset.kind !== "percent") continue;
    const before = overall.value;
    suggest(box);
    overall.value = before;
  }
  running(form);
  lines(form);
  lengths(form);
  takeable(form);

  form.addEventListener("input", (event) => {
    unsaved = true;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.matches("[data-attribute]")) boxesOf(form).forEach(suggest);
    running(form);
    lines(form);
    lengths(form);
    draft.keep();
  });

  form.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target instanceof HTMLInputElement && target.dataset.by && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      step(target, event.key === "ArrowUp" ? 1 : -1);
      return;
    }
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const way = event.shiftKey ? "[data-before]" : "[data-next]";
    const button = /** @type {HTMLButtonElement | null} */ (form.querySelector(way) ?? form.querySelector("button[type=submit]"));
    sessionStorage.setItem(BY_KEYS, "yes");
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
    clearTimeout(again);
    cut = code === 0 || code >= 500;
    if (code >= 200 && code < 300) {
      unsaved = false;
      pause = 4000;
      draft.drop();
      saved = true;
    } else if (code === 401) {
      unsaved = false; // signed out: the draft waits on the device for the next sign-in
    } else if ([403, 409, 422].includes(code)) {
      say(form.dataset.wrong);
    } else {
      say(form.dataset.waits);
      again = setTimeout(save, pause);
      pause = Math.min(pause * 2, 60_000);
    }
    if (!cut && !saved) wanted = null;
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (/** @type {CustomEvent} */ (event).detail.elt === form) say(form.dataset.waits);
    });
  }
  document.addEventListener("htmx:afterSwap", () => {
    running(form);
    wrong(form);
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (saved) wanted?.click(); // now that the page knows the new version
    saved = false;
  });
  addEventListener("online", () => unsaved && save());
  document.addEventListener("visibilitychange", () => document.hidden && unsaved && save());

  // Leaving the page without a connection would show the browser's error page in place of the text;
  // leaving it while it saves itself would be a conflict with oneself, as two windows have. So the
  // saving comes first, and the page is left as soon as that is done.
  form.addEventListener("submit", (event) => {
    const off = cut || !navigator.onLine;
    if (off || form.classList.contains("htmx-request")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      draft.keep();
      wanted = /** @type {SubmitEvent} */ (event).submitter;
      if (off) say(form.dataset.waits);
      if (off && navigator.onLine) save();
      return;
    }
    draft.keep(); // until the next page shows it: the session may have ended
    unsaved = false;
    leaving = true;
  });
  form.addEventListener("htmx:beforeRequest", (event) => leaving && event.preventDefault());
  addEventListener("pageshow", () => (leaving = false)); // come back to
  form.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-discard]")) {
      unsaved = false;
      draft.drop();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  const { restored, left } = draft.restore();
  if (restored) {
    unsaved = true;
    redraw();
    addEventListener("load", save); // as soon as somebody listens: htmx starts after the modules
  } else if (left) {
    offer(form, draft, left, changed);
  }
  if (sessionStorage.getItem(BY_KEYS)) {
    sessionStorage.removeItem(BY_KEYS);
    const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("textarea, input:not([type=hidden])")]);
    const wrong = fields.find((each) => each.getAttribute("aria-invalid"));
    (wrong ?? fields.find((each) => !each.value) ?? fields[0])?.focus();
  }
}
