/**
 * One corrective ticket from finding to close, with the client that @hey-api/openapi-ts generates: a function for each
 * operation, named after it.
 *
 *     TICKETDESK_API_URL=http://127.0.0.1:8000 TICKETDESK_API_KEY=td_... node hey-api.js
 *
 * The key needs the scopes contacts:read, contacts:write, tickets:read, tickets:write, dispatches:read and
 * dispatches:write. How the client is generated: examples/README.md.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { type Client, createClient } from "./generated/hey-api/client/index.js";
import {
  type Activity,
  type Contact,
  createContact,
  createDispatch,
  createPortalComment,
  createComment,
  createTicket,
  editPortalAction,
  editTicket,
  exchangeLink,
  getDispatch,
  getPortalTicket,
  getTicket,
  listActivity,
  listContacts,
  type Problem,
  type Ticket,
  transitionPortalTicket,
  transitionTicket,
} from "./generated/hey-api/index.js";
import { tokenFromMail } from "./mailbox-link.js";

const URL_OF_DESK = process.env.TICKETDESK_API_URL ?? "http://127.0.0.1:8000";
const EMAIL = "jonas.weber@harborview.example";

async function main(): Promise<void> {
  const key = process.env.TICKETDESK_API_KEY;
  if (key === undefined) throw new Error("Set TICKETDESK_API_KEY.");
  const desk = signedIn(key);
  const contact = await findOrCreateContact(desk, "Jonas Weber", EMAIL);
  const ticket = await holdTicket(desk, contact, randomUUID());
  await raisePriority(desk, ticket);
  await sendTicket(desk, ticket);

  const portal = await followLink(ticket);
  await talk(portal, desk, ticket);
  await complete(portal, ticket);

  await close(desk, ticket);
  for await (const entry of record(desk, ticket)) {
    console.log(`record     ${entry.seq} ${entry.actor.name}: ${entry.kind}`);
  }
}

/** Every refusal throws its problem document, so that a call has its data or does not return. */
function signedIn(token: string) {
  return { client: createClient({ baseUrl: URL_OF_DESK, auth: token }), throwOnError: true } as const;
}
type Caller = { readonly client: Client; readonly throwOnError: true };

/** Looks first: an address belongs to one contact. */
async function findOrCreateContact(desk: Caller, name: string, email: string): Promise<Contact> {
  const { data: page } = await listContacts({ ...desk, query: { q: email } });
  const known = page.items.find(({ addresses }) => addresses.includes(email));
  const contact = known ?? (await createContact({ ...desk, body: { name, addresses: [email] } })).data;
  console.log(`contact    ${contact.name} <${contact.email}>`);
  return contact;
}

/** Holds a ticket. An answer may get lost, so the same request is sent twice here: the key makes it one ticket. */
async function holdTicket(desk: Caller, contact: Contact, reference: string): Promise<Ticket> {
  const request = () =>
    createTicket({
      ...desk,
      headers: { "Idempotency-Key": `finding-${reference}` },
      body: {
        kind: "corrective",
        title: "Take the promise out of your post",
        contact_id: contact.id,
        requested_actions: [{ text: "Take out “you cannot lose”.", note: "FINRA Rule 2210(d)(1)" }],
        send: "later",
      },
    });
  const { data: ticket } = await request();
  const { data: same, response } = await request();
  expect(same.id === ticket.id, "The same key made a second ticket.");
  expect(response.headers.get("Idempotent-Replayed") === "true", "The second answer was no replay.");
  console.log(`ticket     #${ticket.number} ${ticket.status}, and again #${same.number}`);
  return ticket;
}

/** Changes what was read and nothing newer: a change to an old version is refused. */
async function raisePriority(desk: Caller, ticket: Ticket): Promise<void> {
  const path = { ticket_id: ticket.id };
  const { response } = await getTicket({ ...desk, path });
  const headers = { "If-Match": response.headers.get("ETag") ?? undefined };
  const { data: edited } = await editTicket({ ...desk, path, headers, body: { priority: "high" } });

  const stale = await editTicket({ client: desk.client, path, headers, body: { priority: "low" } });
  expect(stale.error?.code === "stale_version", "A change to an old version was taken.");
  console.log(`edited     #${edited.number} (${edited.priority})`);
}

/** Sends what is held, and waits for the result: a worker does it, usually within a second. */
async function sendTicket(desk: Caller, ticket: Ticket): Promise<void> {
  const { data: created } = await createDispatch({ ...desk, body: { ticket_ids: [ticket.id] } });
  for (let tries = 0; tries < 150; tries += 1) {
    const { data: dispatch } = await getDispatch({ ...desk, path: { dispatch_id: created.id } });
    if (dispatch.state === "done") {
      const outcome = dispatch.tickets[0]?.outcome;
      expect(outcome === "sent", `The ticket was not sent: ${outcome}.`);
      console.log(`sent       #${ticket.number}`);
      return;
    }
    await sleep(200);
  }
  throw new Error("The dispatch is not done. Does a worker run?");
}

/** Becomes the recipient: the token in the mail's link gives a session of the portal. */
async function followLink(ticket: Ticket): Promise<Caller> {
  const token = await tokenFromMail(URL_OF_DESK, EMAIL, ticket.number);
  const visitor = createClient({ baseUrl: URL_OF_DESK });
  const { data: session } = await exchangeLink({ client: visitor, throwOnError: true, body: { token } });
  console.log(`portal     ${session.contact.name} until ${new Date(session.expires_at).toISOString()}`);
  return signedIn(session.access_token);
}

/** The recipient asks, the desk answers. */
async function talk(portal: Caller, desk: Caller, ticket: Ticket): Promise<void> {
  const path = { ticket_id: ticket.id };
  const asked = await createPortalComment({ ...portal, path, body: { body: "Or shall I delete it?" } });
  console.log(`comment    ${asked.data.author.name} (${asked.data.author.side})`);
  const answered = await createComment({ ...desk, path, body: { body: "Either will do.", visibility: "public" } });
  console.log(`reply      ${answered.data.author.name} (${answered.data.author.side})`);
}

/** Ticks what is asked, then says that all is done. */
async function complete(portal: Caller, ticket: Ticket): Promise<void> {
  const path = { ticket_id: ticket.id };
  const { data: seen } = await getPortalTicket({ ...portal, path });
  for (const { id } of seen.requested_actions) {
    await editPortalAction({ ...portal, path: { ...path, action_id: id }, body: { is_done: true } });
  }
  const { data: done } = await transitionPortalTicket({ ...portal, path, body: { action: "complete" } });
  console.log(`completed  #${ticket.number} ${done.status_label}`);
}

/** Closes exactly the version that was looked at. A mail that goes out meanwhile makes a newer one: look again. */
async function close(desk: Caller, ticket: Ticket): Promise<void> {
  const path = { ticket_id: ticket.id };
  for (let tries = 0; tries < 5; tries += 1) {
    const { data: seen, response } = await getTicket({ ...desk, path });
    expect(seen.allowed_actions.includes("close"), "The ticket cannot be closed now.");
    const headers = { "If-Match": response.headers.get("ETag") ?? undefined };
    const body = { action: "close" as const };
    const { data: closed, error } = await transitionTicket({ client: desk.client, path, headers, body });
    if (error?.code === "stale_version") continue;
    if (closed === undefined) throw error;
    console.log(`closed     #${ticket.number} ${closed.resolution}`);
    return;
  }
  throw new Error("The ticket kept changing.");
}

/** Yields the record page by page; nobody can change an entry. */
async function* record(desk: Caller, ticket: Ticket): AsyncGenerator<Activity> {
  let cursor: string | undefined;
  do {
    const { data: page } = await listActivity({ ...desk, path: { ticket_id: ticket.id }, query: { limit: 4, cursor } });
    yield* page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function isProblem(thrown: unknown): thrown is Problem {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "detail" in thrown;
}

await main().catch((thrown: unknown) => {
  if (!isProblem(thrown)) throw thrown;
  throw new Error(`${thrown.status} ${thrown.code}: ${thrown.detail}`);
});
