/** Writing to the page: templates, slots, times, and what is said aloud. Everything is written as text. */

const RESULT_SHOWN_MS = 8_000;

export const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
export const days = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
// A day as such is the same in every zone.
export const writeDay = (day) => new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
export const byId = (id) => document.getElementById(id);
export const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

/** Returns a copy of a template of index.html with `values` in its slots. */
export function stamp(template, values = {}) {
  const node = byId(template).content.firstElementChild.cloneNode(true);
  write(node, values);
  return node;
}

/** Writes each value into its slot, as text; a slot without a value is hidden. */
export function write(root, values) {
  for (const [name, value] of Object.entries(values)) {
    const node = slot(root, name);
    node.hidden = !value;
    node.textContent = node instanceof HTMLTimeElement && value ? moments.format(new Date(value)) : value;
    if (node instanceof HTMLTimeElement) node.dateTime = value ?? "";
  }
}

/** Says the outcome of an action, to eyes and to screen readers. */
export function announce(text) {
  byId("result").textContent = text;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => (byId("result").textContent = ""), RESULT_SHOWN_MS);
}
