/**
 * The reference portal page: what someone sees and does who came through the link in an e-mail.
 *
 * Whatever the server says is written as text, never as markup. The link's token leaves the address bar before
 * anything else happens, and the session it is exchanged for lives in this tab alone.
 */

const API = new URL("../api/v1/", import.meta.url);
const STORAGE_KEY = "ticketdesk.portal";
const PAGE_SIZE = 20;
const PATIENCE_MS = 30_000;
const RESULT_SHOWN_MS = 8_000;

const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const days = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const byId = (id) => document.getElementById(id);
const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

// ---- The session

let session = storedSession();

function storedSession() {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY));
  } catch {
    return null;
  }
}

/** Keeps `next` for this tab, or forgets the session when it is `null`. */
function keepSession(next) {
  session = next;
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(next));
  } catch {
    // Storage may be switched off; the session then lasts until the page is left.
  }
}

function showVisitor() {
  byId("navigation").hidden = !session;
  byId("visitor").textContent = session?.contact.name ?? "";
  byId("desk").textContent = session?.desk_name ?? "Tickets";
}

// ---- Talking to the server

/** Any answer but success; `status` is 0 when there was none. `problem` is the server's document (RFC 9457). */
class Refusal extends Error {
  constructor(status, problem = {}, retryAfter = 0) {
    super(problem.detail);
    Object.assign(this, { status, problem, retryAfter });
  }

  /** Whether the very same request may succeed later. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The sentence to show; what is wrong with the field that `pointer` names goes first. */
  sentence(pointer) {
    if (this.status === 0) return "The desk could not be reached. Please check your connection and try again.";
    if (this.status === 401) {
      return "Your session has ended. Open the link in your e-mail again; what you typed here can still be copied.";
    }
    const field = this.problem.errors?.find((error) => error.pointer === pointer);
    const detail = field?.detail ?? this.problem.detail ?? "The desk could not answer.";
    return this.retryAfter ? `${detail} Please try again in ${plural(this.retryAfter, "second")}.` : detail;
  }
}

// A POST without a lasting answer keeps its key, so that sending it again does nothing twice.
const unansweredKeys = new Map();

function idempotencyKey(request) {
  if (!unansweredKeys.has(request)) {
    // Not randomUUID(): browsers keep that from pages on plain http, where a desk may be tried out.
    const numbers = crypto.getRandomValues(new Uint32Array(4));
    unansweredKeys.set(request, Array.from(numbers, (number) => number.toString(36)).join("-"));
  }
  return unansweredKeys.get(request);
}

/** Returns the answer's JSON; throws a `Refusal` for anything but success. */
async function call(method, path, input) {
  const body = input && JSON.stringify(input);
  const request = `${method} ${path} ${body}`;
  const headers = { Accept: "application/json" };
  if (session) headers.Authorization = `Bearer ${session.access_token}`;
  if (body) headers["Content-Type"] = "application/json";
  if (method === "POST") headers["Idempotency-Key"] = idempotencyKey(request);
  const { refusal, result } = await send(new URL(path, API), { method, headers, body });
  if (!refusal?.isPassing) unansweredKeys.delete(request);
  if (refusal) throw refusal;
  return result;
}

async function send(url, options) {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, { ...options, signal, cache: "no-store", credentials: "omit" });
    if (response.ok) return { result: await response.json() };
    const problem = await response.json().catch(() => ({}));
    return { refusal: new Refusal(response.status, problem, Number(response.headers.get("Retry-After")) || 0) };
  } catch {
    return { refusal: new Refusal(0) };
  }
}

// ---- Writing to the page

/** Returns a copy of a template of index.html with `values` in its slots. */
function stamp(template, values = {}) {
  const node = byId(template).content.firstElementChild.cloneNode(true);
  write(node, values);
  return node;
}

/** Writes each value into its slot, as text; a slot without a value is hidden. */
function write(root, values) {
  for (const [name, value] of Object.entries(values)) {
    const node = slot(root, name);
    node.hidden = !value;
    node.textContent = node instanceof HTMLTimeElement && value ? moments.format(new Date(value)) : value;
    if (node instanceof HTMLTimeElement) node.dateTime = value ?? "";
  }
}

function writeHead(root, ticket) {
  write(root, { number: `Ticket ${ticket.number}`, status: ticket.status_label, title: ticket.title });
  slot(root, "status").dataset.color = ticket.status_color;
}

/** Says the outcome of an action, to eyes and to screen readers. */
function announce(text) {
  byId("result").textContent = text;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => (byId("result").textContent = ""), RESULT_SHOWN_MS);
}

// ---- Views

let visits = 0;

/** Shows "loading", then what `load` returns; what comes after the reader has moved on is dropped. */
async function visit(load) {
  const mine = ++visits;
  byId("view").replaceChildren(stamp("loading"));
  try {
    const node = await load();
    if (mine === visits) present(node);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (mine === visits) presentRefusal(refusal, load);
  }
}

function present(node) {
  showVisitor();
  byId("view").replaceChildren(node);
  const heading = node.querySelector("h1");
  document.title = [heading.textContent, session?.desk_name].filter(Boolean).join(" · ");
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

// What no second try can mend; the sentences tell what to do instead.
const NOTICES = {
  start: ["Open the link in your e-mail", "Your tickets open with the link in the e-mail that was sent to you."],
  401: ["Your session has ended", "For your safety it lasts a while only. Open the link in your e-mail again."],
  404: ["Ticket not found", "It may have been withdrawn, or it is not addressed to you."],
  410: [
    "This link no longer works",
    "It may have expired, or a newer one replaced it. Open the link in the latest e-mail about your ticket. " +
      "If that does not help, ask the person who wrote to you for a new one.",
  ],
};

function presentRefusal(refusal, load) {
  if (refusal.status === 401) keepSession(null);
  if (NOTICES[refusal.status]) return presentNotice(...NOTICES[refusal.status]);
  const heading = { 0: "No connection", 429: "One moment, please", 503: "One moment, please" }[refusal.status];
  const options = { again: () => visit(load), reference: refusal.problem.request_id };
  presentNotice(heading ?? "That did not work", refusal.sentence(), options);
}

function presentNotice(heading, text, { again, reference } = {}) {
  const notice = stamp("notice", { heading, text, reference: reference && `Reference: ${reference}` });
  slot(notice, "retry").hidden = !again;
  slot(notice, "retry").onclick = again;
  slot(notice, "home").hidden = !session;
  present(notice);
}

/** Turns the token of a link into a session and opens the link's ticket. */
async function exchange(token) {
  try {
    keepSession(await call("POST", "auth/links/exchange", { token }));
  } catch (refusal) {
    // 422: a token that a mail program cut off at the end of a line.
    throw [401, 410, 422].includes(refusal.status) ? new Refusal(410) : refusal;
  }
  history.replaceState(null, "", `#/tickets/${session.ticket_id}`);
  return loadTicket(session.ticket_id);
}

// ---- My tickets

async function loadList() {
  const list = stamp("ticket-list");
  const first = await appendPage(list, "");
  write(list, { empty: first ? "" : "Nothing has been asked of you yet." });
  return list;
}

/** Adds the tickets after `cursor` and returns the first of them. */
async function appendPage(list, cursor) {
  const query = new URLSearchParams({ limit: PAGE_SIZE, ...(cursor && { cursor }) });
  const page = await call("GET", `portal/tickets?${query}`);
  const rows = page.items.map(ticketRow);
  slot(list, "rows").append(...rows);
  slot(list, "more").hidden = !page.next_cursor;
  slot(list, "more").onclick = () => showMore(list, page.next_cursor);
  return rows[0];
}

async function showMore(list, cursor) {
  slot(list, "more").onclick = null;
  try {
    const first = await appendPage(list, cursor);
    write(list, { error: "" });
    if (first) slot(first, "link").focus();
    announce(`${plural(slot(list, "rows").children.length, "ticket")} shown.`);
  } catch (refusal) {
    write(list, { error: refusal.sentence() });
    slot(list, "more").onclick = () => showMore(list, cursor);
  }
}

function ticketRow(ticket) {
  const day = days.format(new Date(ticket.closed_at ?? ticket.sent_at ?? ticket.created_at));
  const open = ticket.open_action_count ? ` · ${plural(ticket.open_action_count, "action")} open` : "";
  const row = stamp("ticket-row", { facts: ticket.closed_at ? `Closed ${day}` : `Sent ${day}${open}` });
  writeHead(row, ticket);
  slot(row, "link").href = `#/tickets/${ticket.id}`;
  slot(row, "link").dataset.color = ticket.status_color;
  return row;
}

// ---- One ticket

const OUTCOMES = {
  pending_verification: "You are done for now: the desk checks what was completed.",
  closed: "This ticket is closed. There is nothing left to do.",
};
const SUPPORT_OUTCOMES = {
  pending_verification: "The desk has done what you asked for, and checks it now.",
  closed: "This ticket is closed. If something is missing, write so below, and it is open again.",
};

async function loadTicket(id) {
  const path = `portal/tickets/${id}`;
  const ticket = await call("GET", path);
  const page = stamp("ticket", {
    sender: [ticket.sender?.name, ticket.sender?.team].filter(Boolean).join(", "),
    sent_at: ticket.sent_at ?? ticket.created_at,
    description: ticket.description,
  });
  writeReference(page, ticket);
  writeTicket(page, path, ticket);
  prepareComment(page, path, ticket);
  prepareCompletion(page, path, ticket);
  return page;
}

/** Writes all that can change while the page is open; what is being typed stays. */
function writeTicket(page, path, ticket) {
  const may = (action) => ticket.allowed_actions.includes(action);
  writeHead(page, ticket);
  slot(page, "actions").replaceChildren(...ticket.requested_actions.map((action) => actionRow(page, path, action)));
  const isSupport = ticket.kind === "support";
  slot(page, "boxes").disabled = isSupport || (!may("complete") && !may("comment"));
  showProgress(page);
  slot(page, "comments").replaceChildren(...ticket.comments.map(commentEntry));
  write(page, {
    action_error: "",
    outcome: may("complete") ? "" : (isSupport ? SUPPORT_OUTCOMES : OUTCOMES)[ticket.status],
    no_comments: ticket.comments.length ? "" : "No comments yet.",
  });
  slot(page, "finish").hidden = !may("complete");
  slot(page, "comment_form").hidden = !may("comment");
}

function actionRow(page, path, action) {
  const row = stamp("action", { text: action.text, note: action.note });
  const box = slot(row, "box");
  box.checked = action.is_done;
  slot(row, "note").id = `note-${action.id}`;
  if (action.note) box.setAttribute("aria-describedby", `note-${action.id}`);
  const showDone = () => {
    write(row, { done: action.is_done ? `Done ${moments.format(new Date(action.done_at))}` : "" });
    showProgress(page);
  };
  box.addEventListener("change", async () => {
    showProgress(page);
    await saveTick(page, box, action, `${path}/requested-actions/${action.id}`);
    showDone();
  });
  showDone();
  return row;
}

/** Saves a tick at once. A box has one request at a time: a change of mind meanwhile is sent when that is answered. */
async function saveTick(page, box, action, path) {
  if (box.ariaBusy === "true") return;
  box.ariaBusy = "true";
  try {
    while (box.checked !== action.is_done) {
      Object.assign(action, await call("PATCH", path, { is_done: box.checked }));
    }
    write(page, { action_error: "" });
    announce(action.is_done ? "Saved as done." : "Saved as not done.");
  } catch (refusal) {
    box.checked = action.is_done;
    write(page, { action_error: `Not saved. ${refusal.sentence("/is_done")}` });
  } finally {
    box.ariaBusy = null;
  }
}

function showProgress(page) {
  const boxes = page.querySelectorAll('[data-slot="box"]');
  const open = page.querySelectorAll('[data-slot="box"]:not(:checked)').length;
  write(page, {
    progress: boxes.length ? `${boxes.length - open} of ${boxes.length} done` : "",
    unticked: open ? `${plural(open, "action")} ${open === 1 ? "is" : "are"} not ticked yet.` : "",
  });
}

function prepareComment(page, path, ticket) {
  onSubmit(slot(page, "comment_form"), "/body", async (body) => {
    ticket.comments.push(await call("POST", `${path}/comments`, { body }));
    // The comment is safe, whether or not the ticket can be read again for its new status.
    Object.assign(ticket, await call("GET", path).catch(() => ({})));
    writeTicket(page, path, ticket);
    announce("Your comment was sent.");
  });
}

function prepareCompletion(page, path, ticket) {
  const dialog = slot(page, "dialog");
  slot(page, "open_dialog").onclick = () => {
    dialog.showModal();
    slot(dialog, "finish_heading").focus();
  };
  slot(page, "cancel").onclick = () => dialog.close();
  onSubmit(slot(page, "finish_form"), "/comment", async (comment) => {
    const input = { action: "complete", ...(comment && { comment }) };
    Object.assign(ticket, await call("POST", `${path}/transitions`, input));
    dialog.close();
    writeTicket(page, path, ticket);
    slot(page, "ask_heading").focus();
    announce("Marked completed. Thank you.");
  });
}

/** Sends a form, once at a time. A refusal is shown at its field, and what was typed stays. */
function onSubmit(form, pointer, submit) {
  const field = form.querySelector("textarea");
  const complain = (sentence) => {
    write(form, { error: sentence });
    field.ariaInvalid = sentence ? "true" : null;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    complain("");
    try {
      await submit(field.value.trim());
      form.reset();
    } catch (refusal) {
      complain(refusal.sentence(pointer));
      field.focus();
    } finally {
      form.ariaBusy = null;
    }
  });
}

function commentEntry({ author, created_at, body }) {
  const side = author.side === "staff" ? session.desk_name : "Recipient";
  const entry = stamp("comment-entry", { author: author.name, side, created_at, body });
  entry.dataset.side = author.side;
  return entry;
}

/** Writes what the ticket is about: the post or profile as it was found, and the rules concerned. */
function writeReference(page, { item, violation_categories: categories }) {
  slot(page, "rules_card").hidden = !categories.length;
  slot(page, "rules").append(...categories.map(({ name, regulation }) => stamp("finding", { text: name, regulation })));
  slot(page, "item_card").hidden = !item;
  if (!item) return;
  write(page, {
    item_heading: `The ${item.kind} on ${item.platform}`,
    captured_text: item.captured_text,
    captured_at: item.captured_at && `Captured ${moments.format(new Date(item.captured_at))}`,
  });
  slot(page, "alerts").append(...item.alerts.map(({ text, regulation }) => stamp("finding", { text, regulation })));
  slot(page, "address").append(item.url ? address(item.url, item.kind) : "");
}

/** Returns a link for an address of the web, and the plain text of any other. */
function address(text, kind) {
  if (!/^https?:\/\/[^/]/i.test(text)) return text;
  const link = document.createElement("a");
  Object.assign(link, { href: text, target: "_blank", rel: "noopener noreferrer" });
  link.textContent = `Open the ${kind} on ${link.hostname} (new tab)`;
  return link;
}

// ---- Where to

function route() {
  visits++;
  announce("");
  const token = /^#\/t\/(.+)$/.exec(location.hash)?.[1];
  if (token) {
    // First of all: whoever looks over a shoulder, or at the history, is not to see the token.
    history.replaceState(null, "", "#/");
    keepSession(null);
    visit(() => exchange(token));
  } else if (session) {
    enter(location.hash);
  } else {
    presentNotice(...NOTICES.start);
  }
}

function enter(place) {
  const id = /^#\/tickets\/([\w-]+)$/.exec(place)?.[1];
  const isList = place === "" || place === "#/";
  byId("my-tickets").ariaCurrent = isList ? "page" : null;
  if (id) visit(() => loadTicket(id));
  else if (isList) visit(loadList);
  else presentNotice("Page not found", "This address leads nowhere.");
}

byId("skip").addEventListener("click", (event) => {
  // Followed as a link, it would change the address that the views are found by.
  event.preventDefault();
  byId("view").focus();
});
addEventListener("hashchange", route);
showVisitor();
route();
