/** The reader's tickets: the list of them, and one with its requested actions, its comments and its next step. */

import { onSubmit } from "./forms.js";
import { showQuestions } from "./questions.js";
import { call, session } from "./server.js";
import { announce, days, moments, plural, slot, stamp, write, writeDay } from "./writing.js";

const PAGE_SIZE = 20;

function writeHead(root, ticket) {
  write(root, { number: `Ticket ${ticket.number}`, status: ticket.status_label, title: ticket.title });
  slot(root, "status").dataset.color = ticket.status_color;
}

// ---- My tickets

export async function loadList() {
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
  const due = ticket.due_on ? ` · due ${writeDay(ticket.due_on)}` : "";
  const row = stamp("ticket-row", { facts: ticket.closed_at ? `Closed ${day}` : `Sent ${day}${due}${open}` });
  writeHead(row, ticket);
  slot(row, "link").href = `#/tickets/${ticket.id}`;
  slot(row, "link").dataset.color = ticket.status_color;
  return row;
}

// ---- One ticket

const OUTCOMES = {
  corrective: {
    pending_verification: "You are done for now: the desk checks what was completed.",
    closed: "This ticket is closed. There is nothing left to do.",
  },
  support: {
    pending_verification: "The desk has done what you asked for, and checks it now.",
    closed: "This ticket is closed. If something is missing, write so below, and it is open again.",
  },
  task: { closed: "This task is closed. Its answers stay as they are unless somebody opens it again." },
};
// The steps that a reader takes with a button; a ticket offers one of them at a time.
const STEPS = {
  complete: {
    open_dialog: "Mark completed",
    finish_heading: "Mark this ticket completed?",
    consequence: "The desk is told that you are done and checks the result.",
    confirm: "Yes, mark completed",
    done: "Marked completed. Thank you.",
  },
  close: {
    open_dialog: "Close the task",
    finish_heading: "Close this task?",
    consequence: "It is closed for everybody on it, and all others are told so by e-mail.",
    confirm: "Yes, close it",
    done: "The task is closed. Thank you.",
  },
  reopen: {
    open_dialog: "Open it again",
    finish_heading: "Open this task again?",
    consequence: "Everybody on it can answer again, and all others are told so by e-mail.",
    confirm: "Yes, open it again",
    done: "The task is open again.",
  },
};

export async function loadTicket(id) {
  const path = `portal/tickets/${id}`;
  const ticket = await call("GET", path);
  const page = stamp("ticket", {
    sender: [ticket.sender?.name, ticket.sender?.team].filter(Boolean).join(", "),
    sent_at: ticket.sent_at ?? ticket.created_at,
    due: ticket.due_on && `Due ${writeDay(ticket.due_on)}`,
    description: ticket.description,
  });
  writeReference(page, ticket);
  writeTicket(page, path, ticket);
  prepareComment(page, path, ticket);
  prepareStep(page, path, ticket);
  if (ticket.kind === "task") await showQuestions(page, path);
  return page;
}

/** Writes all that can change while the page is open; what is being typed stays. */
function writeTicket(page, path, ticket) {
  const may = (action) => ticket.allowed_actions.includes(action);
  writeHead(page, ticket);
  slot(page, "actions").replaceChildren(...ticket.requested_actions.map((action) => actionRow(page, path, action)));
  slot(page, "boxes").disabled = ticket.kind === "support" || (!may("complete") && !may("comment"));
  showProgress(page);
  slot(page, "comments").replaceChildren(...ticket.comments.map(commentEntry));
  write(page, {
    action_error: "",
    outcome: may("complete") ? "" : OUTCOMES[ticket.kind][ticket.status],
    no_comments: ticket.comments.length ? "" : "No comments yet.",
  });
  const { open_dialog, finish_heading, consequence, confirm } = STEPS[stepOf(ticket)] ?? {};
  write(page, { open_dialog, finish_heading, consequence, confirm });
  slot(page, "finish").hidden = !open_dialog;
  slot(page, "comment_form").hidden = !may("comment");
}

/** Returns the one of `STEPS` that the reader may take now, if there is one. */
function stepOf(ticket) {
  return Object.keys(STEPS).find((action) => ticket.allowed_actions.includes(action));
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
  onTextSubmit(slot(page, "comment_form"), "/body", async (body) => {
    ticket.comments.push(await call("POST", `${path}/comments`, { body }));
    // The comment is safe, whether or not the ticket can be read again for its new status.
    Object.assign(ticket, await call("GET", path).catch(() => ({})));
    writeTicket(page, path, ticket);
    announce("Your comment was sent.");
  });
}

function prepareStep(page, path, ticket) {
  const dialog = slot(page, "dialog");
  slot(page, "open_dialog").onclick = () => {
    dialog.showModal();
    slot(dialog, "finish_heading").focus();
  };
  slot(dialog, "cancel").onclick = () => dialog.close();
  onTextSubmit(slot(page, "finish_form"), "/comment", async (comment) => {
    const action = stepOf(ticket);
    Object.assign(ticket, await call("POST", `${path}/transitions`, { action, ...(comment && { comment }) }));
    dialog.close();
    writeTicket(page, path, ticket);
    if (ticket.kind === "task") await showQuestions(page, path);
    slot(page, "ask_heading").focus();
    announce(STEPS[action].done);
  });
}

/** Sends a form with one text, which `submit` gets. */
function onTextSubmit(form, pointer, submit) {
  const field = form.querySelector("textarea");
  onSubmit(form, field, () => submit(field.value.trim()), (refusal) => refusal.sentence(pointer));
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
