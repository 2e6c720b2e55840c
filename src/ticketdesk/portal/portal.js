/**
 * The reference portal page: what someone sees and does who came through the link in an e-mail.
 * This module decides which view is shown; the tickets themselves are in tickets.js.
 *
 * Whatever the server says is written as text, never as markup. The link's token leaves the address bar before
 * anything else happens, and the session it is exchanged for lives in this tab alone.
 */

import { forgottenPassword, newPassword, registration, signIn } from "./accounts.js";
import { Refusal, call, keepSession, session } from "./server.js";
import { loadList, loadTicket } from "./tickets.js";
import { announce, byId, slot, stamp } from "./writing.js";

function showVisitor() {
  byId("navigation").hidden = !session;
  byId("visitor").textContent = session?.contact.name ?? "";
  byId("desk").textContent = session?.desk_name ?? "Tickets";
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

function presentNotice(heading, text, { again, reference, signIn: offersSignIn = false } = {}) {
  const notice = stamp("notice", { heading, text, reference: reference && `Reference: ${reference}` });
  slot(notice, "retry").hidden = !again;
  slot(notice, "retry").onclick = again;
  slot(notice, "home").hidden = !session;
  slot(notice, "sign_in").hidden = !offersSignIn;
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

// ---- Where to

// What each kind of link in a mail opens with its token.
const DOORS = {
  t: (token) => visit(() => exchange(token)),
  i: (token) => present(registration(token, enterList)),
  r: (token) => present(newPassword(token, leadToSignIn)),
};

function route() {
  visits++;
  announce("");
  const [, door, token] = /^#\/([tir])\/(.+)$/.exec(location.hash) ?? [];
  if (door) {
    // First of all: whoever looks over a shoulder, or at the history, is not to see the token.
    history.replaceState(null, "", "#/");
    keepSession(null);
    DOORS[door](token);
  } else if (location.hash === "#/sign-in") {
    present(signIn(enterList));
  } else if (location.hash === "#/forgotten-password") {
    present(forgottenPassword());
  } else if (session) {
    enter(location.hash);
  } else {
    presentNotice(...NOTICES.start, { signIn: true });
  }
}

function enterList() {
  history.replaceState(null, "", "#/");
  route();
}

function leadToSignIn() {
  history.replaceState(null, "", "#/sign-in");
  present(signIn(enterList, "Your new password is saved. Sign in with it."));
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
