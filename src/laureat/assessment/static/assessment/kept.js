// @ts-check
// Typed text that waits on the device until the server has it.

const lang = document.documentElement.lang || "ru";

/** @param {string | undefined | null} text */
export function read(text) {
  const bare = (text ?? "").replace(/[\s%]/g, "").replace(",", ".");
  if (!bare) return null;
  const value = Number(bare);
  return Number.isFinite(value) ? value : null;
}

/** Whether the server would store both alike: spaces at the ends, 60 and "60 %". @param {string} one @param {string} two */
function alike(one, two) {
  const number = read(one);
  return one.trim() === two.trim() || (number !== null && number === read(two));
}

const KEPT = "scorebook-text:";

/**
 * @typedef {{ fields: [string, string][], at: number }} Kept
 * Typed text outlives a lost connection, an ended session, a closed window and a crash: it waits on
 * the device until it is saved. Where the page shows the mark that it was typed over, it comes back
 * by itself in this window; else it is offered. It is never dropped unread: what was sent may have
 * met an ended session. Whoever else signs in here finds nothing of it.
 */
export class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    const own = `${KEPT}${form.dataset.scorebook}:`;
    this.key = `${own}${location.pathname}`;
    for (const store of [sessionStorage, localStorage]) {
      try {
        for (const key of Object.keys(store)) if (key.startsWith(KEPT) && !key.startsWith(own)) store.removeItem(key);
      } catch {
        // This browser keeps nothing, so there is nothing of others either.
      }
    }
  }

  /** @returns {[string, string][]} */
  fields() {
    return [...new FormData(this.form)]
      .filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string")
      .map(([name, value]) => [name, String(value)]);
  }

  keep() {
    const kept = JSON.stringify({ fields: this.fields(), at: Date.now() });
    for (const store of [sessionStorage, localStorage]) {
      try {
        store.setItem(this.key, kept);
      } catch {
        // No room on the device: the server still has what was saved.
      }
    }
  }

  drop() {
    for (const store of [sessionStorage, localStorage]) {
      try {
        store.removeItem(this.key);
      } catch {
        // Nothing was kept.
      }
    }
  }

  /** @param {Storage} store @returns {Kept | null} */
  read(store) {
    try {
      const kept = JSON.parse(store.getItem(this.key) ?? "null");
      return Array.isArray(kept?.fields) ? kept : null;
    } catch {
      return null;
    }
  }

  /** What differs from the page, by field. @param {Kept} kept */
  changes(kept) {
    const now = new Map(this.fields());
    return kept.fields.filter(([name, value]) => {
      const input = this.form.elements.namedItem(name);
      const hidden = input instanceof HTMLInputElement && input.type === "hidden";
      return input && !hidden && !alike(now.get(name) ?? "", value);
    });
  }

  /** @param {Kept} kept */
  put(kept) {
    const fields = new Map(kept.fields);
    for (const element of this.form.elements) {
      const input = /** @type {HTMLInputElement} */ (element);
      if (!input.name || !fields.has(input.name) || input.type === "hidden") continue;
      const wanted = String(fields.get(input.name));
      if (input.type === "radio") input.checked = input.value === wanted;
      else input.value = wanted;
    }
  }

  /** Puts back what this window did not save; says what is left from elsewhere. */
  restore() {
    const here = this.read(sessionStorage), kept = here ?? this.read(localStorage);
    if (!kept) return { restored: false, left: null };
    if (!this.changes(kept).length) {
      this.drop();
      return { restored: false, left: null };
    }
    // Which mark it was typed over: the version counts other parts, too, so it speaks for sheets only.
    const stamp = (/** @type {Map<string, unknown>} */ fields) => fields.get("seen") ?? fields.get("version");
    const same = stamp(new Map(kept.fields)) === stamp(new Map(this.fields()));
    if (!here || !same) return { restored: false, left: kept };
    this.put(kept);
    return { restored: true, left: null };
  }
}

/** Offers text that another window left behind. @param {HTMLFormElement} form @param {Draft} draft @param {Kept} kept @param {() => void} taken */
export function offer(form, draft, kept, taken) {
  const template = /** @type {HTMLTemplateElement | null} */ (form.querySelector("template[data-kept]"));
  if (!template) return;
  const notice = /** @type {HTMLElement} */ (document.createElement("div"));
  notice.append(template.content.cloneNode(true));
  const at = notice.querySelector("[data-kept-at]");
  const zone = /** @type {HTMLElement | null} */ (form.querySelector("[data-zone]"))?.dataset.zone; // as the page has it
  if (at) at.textContent = new Date(kept.at).toLocaleString(lang, { dateStyle: "long", timeStyle: "short", timeZone: zone });
  const words = notice.querySelector("[data-kept-words]");
  for (const [name, value] of draft.changes(kept)) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    const label = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.labels?.[0] : null;
    const term = document.createElement("dt"), said = document.createElement("dd");
    term.textContent = (field instanceof HTMLInputElement && field.type === "radio" ? field.closest("fieldset")?.querySelector("legend")?.textContent : label?.textContent)?.trim() || name;
    said.textContent = value || "—";
    words?.append(term, said);
  }
  notice.querySelector("[data-kept-take]")?.addEventListener("click", () => {
    draft.put(kept);
    notice.remove();
    taken();
  });
  notice.querySelector("[data-kept-drop]")?.addEventListener("click", () => {
    draft.drop();
    notice.remove();
  });
  template.after(notice);
}
