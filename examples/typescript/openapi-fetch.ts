/**
 * One corrective ticket from finding to close, with types from openapi-typescript and requests by openapi-fetch.
 *
 *     TICKETDESK_API_URL=http://127.0.0.1:8000 TICKETDESK_API_KEY=td_... node openapi-fetch.js
 *
 * The key needs the scopes contacts:read, contacts:write, tickets:read, tickets:write, dispatches:read and
 * dispatches:write. How the types are generated: examples/README.md.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./generated/openapi-typescript.js";
import { tokenFromMail } from "./mailbox-link.js";

type Api = Client<paths>;
type Contact = components["schemas"]["Contact"];
type Problem = components["schemas"]["Problem"];
type Ticket = components["schemas"]["Ticket"];
type TicketPatch = components["schemas"]["TicketPatch"];

/** What every call resolves to: data or a problem, and the answer with its headers. */
type Answer<Data> = { data?: Data; error?: Problem; response: Response };

const URL_OF_DESK = process.env.TICKETDESK_API_URL ?? "http://127.0.0.1:8000";
const EMAIL = "maya.torres@harborview.example";

async function main(): Promise<void> {
  const key = process.env.TICKETDESK_API_KEY;
  if (key === undefined) throw new Error("Set TICKETDESK_API_KEY.");
  const desk = signedIn(key);
  const contact = await findOrCreateContact(desk, "Maya Torres", EMAIL);
  const ticket = await createTicket(desk, contact, randomUUID());
  await editTicket(desk, ticket);
  await sendTicket(desk, ticket);

  const portal = await followLink(ticket);
  await comment(portal, ticket);
  await reply(desk, ticket);
  await complete(portal, ticket);

  await close(desk, ticket);
  await showRecord(desk, ticket);
}

function signedIn(token: string): Api {
  return createClient<paths>({ baseUrl: URL_OF_DESK, headers: { Authorization: `Bearer ${token}` } });
}

/** Looks first: an address belongs to one contact. */
async function findOrCreateContact(desk: Api, name: string, email: string): Promise<Contact> {
  const page = checked(await desk.GET("/api/v1/contacts", { params: { query: { q: email } } }));
  const known = page.items.find(({ addresses }) => addresses.includes(email));
  const contact = known ?? checked(await desk.POST("/api/v1/contacts", { body: { name, addresses: [email] } }));
  console.log(`contact    ${contact.name} <${contact.email}>`);
  return contact;
}

/** Holds a ticket. An answer may get lost, so the same request is sent twice here: the key makes it one ticket. */
async function createTicket(desk: Api, contact: Contact, reference: string): Promise<Ticket> {
  const request = () =>
    desk.POST("/api/v1/tickets", {
      params: { header: { "Idempotency-Key": `finding-${reference}` } },
      body: {
        kind: "corrective",
        title: "Correct your profile",
        contact_id: contact.id,
        requested_actions: [{ text: "Add your NMLS identifier.", note: "12 CFR 1007.105" }],
        send: "later",
      },
    });
  const ticket = checked(await request());
  const again = await request();
  expect(checked(again).id === ticket.id, "The same key made a second ticket.");
  expect(again.response.headers.get("Idempotent-Replayed") === "true", "The second answer was no replay.");
  console.log(`ticket     #${ticket.number} ${ticket.status}, and again #${checked(again).number}`);
  return ticket;
}

/** Changes what was read and nothing newer; reads again if somebody else was faster. */
async function editTicket(desk: Api, ticket: Ticket): Promise<void> {
  const params = { path: { ticket_id: ticket.id } };
  const read = await desk.GET("/api/v1/tickets/{ticket_id}", { params });
  const etag = read.response.headers.get("ETag") ?? undefined;

  const patch = (body: TicketPatch, version: string | undefined) =>
    desk.PATCH("/api/v1/tickets/{ticket_id}", { params: { ...params, header: { "If-Match": version } }, body });
  checked(await patch({ priority: "high" }, etag));
  const stale = await patch({ title: "Correct your LinkedIn profile" }, etag);
  expect(stale.error?.code === "stale_version", "A change to an old version was taken.");

  const newer = (await desk.GET("/api/v1/tickets/{ticket_id}", { params })).response.headers.get("ETag") ?? undefined;
  const edited = checked(await patch({ title: "Correct your LinkedIn profile" }, newer));
  console.log(`edited     #${edited.number} ${edited.title} (${edited.priority})`);
}

/** Sends what is held, and waits for the result: a worker does it, usually within a second. */
async function sendTicket(desk: Api, ticket: Ticket): Promise<void> {
  const { id } = checked(await desk.POST("/api/v1/dispatches", { body: { ticket_ids: [ticket.id] } }));
  for (let tries = 0; tries < 150; tries += 1) {
    const params = { path: { dispatch_id: id } };
    const dispatch = checked(await desk.GET("/api/v1/dispatches/{dispatch_id}", { params }));
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
async function followLink(ticket: Ticket): Promise<Api> {
  const token = await tokenFromMail(URL_OF_DESK, EMAIL, ticket.number);
  const visitor = createClient<paths>({ baseUrl: URL_OF_DESK });
  const session = checked(await visitor.POST("/api/v1/auth/links/exchange", { body: { token } }));
  console.log(`portal     ${session.contact.name} until ${new Date(session.expires_at).toISOString()}`);
  return signedIn(session.access_token);
}

async function comment(portal: Api, ticket: Ticket): Promise<void> {
  const params = { path: { ticket_id: ticket.id } };
  const body = { body: "Is the headline enough?" };
  const { author } = checked(await portal.POST("/api/v1/portal/tickets/{ticket_id}/comments", { params, body }));
  console.log(`comment    ${author.name} (${author.side})`);
}

async function reply(desk: Api, ticket: Ticket): Promise<void> {
  const params = { path: { ticket_id: ticket.id } };
  const body = { body: "Yes, and the “About” section.", visibility: "public" as const };
  const { author } = checked(await desk.POST("/api/v1/tickets/{ticket_id}/comments", { params, body }));
  console.log(`reply      ${author.name} (${author.side})`);
}

/** Ticks what is asked, then says that all is done. */
async function complete(portal: Api, ticket: Ticket): Promise<void> {
  const params = { path: { ticket_id: ticket.id } };
  const { requested_actions } = checked(await portal.GET("/api/v1/portal/tickets/{ticket_id}", { params }));
  for (const { id } of requested_actions) {
    const path = { ticket_id: ticket.id, action_id: id };
    checked(
      await portal.PATCH("/api/v1/portal/tickets/{ticket_id}/requested-actions/{action_id}", {
        params: { path },
        body: { is_done: true },
      }),
    );
  }
  const done = await portal.POST("/api/v1/portal/tickets/{ticket_id}/transitions", {
    params,
    body: { action: "complete", comment: "Both places are done." },
  });
  console.log(`completed  #${ticket.number} ${checked(done).status_label}`);
}

/** Closes exactly the version that was looked at. A mail that goes out meanwhile makes a newer one: look again. */
async function close(desk: Api, ticket: Ticket): Promise<void> {
  const path = { ticket_id: ticket.id };
  for (let tries = 0; tries < 5; tries += 1) {
    const read = await desk.GET("/api/v1/tickets/{ticket_id}", { params: { path } });
    expect(checked(read).allowed_actions.includes("close"), "The ticket cannot be closed now.");
    const header = { "If-Match": read.response.headers.get("ETag") ?? undefined };
    const closed = await desk.POST("/api/v1/tickets/{ticket_id}/transitions", {
      params: { path, header },
      body: { action: "close", evidence: "https://www.linkedin.com/in/maya-torres" },
    });
    if (closed.error?.code === "stale_version") continue;
    console.log(`closed     #${ticket.number} ${checked(closed).resolution}`);
    return;
  }
  throw new Error("The ticket kept changing.");
}

/** Reads the record page by page; nobody can change an entry. */
async function showRecord(desk: Api, ticket: Ticket): Promise<void> {
  const path = { ticket_id: ticket.id };
  let cursor: string | undefined;
  do {
    const params = { path, query: { limit: 4, cursor } };
    const page = checked(await desk.GET("/api/v1/tickets/{ticket_id}/activity", { params }));
    for (const entry of page.items) console.log(`record     ${entry.seq} ${entry.actor.name}: ${entry.kind}`);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

/** Returns the data, or throws what the problem document says. */
function checked<Data>({ data, error }: Answer<Data>): Data {
  if (error === undefined) return data as Data;
  const fields = error.errors?.map(({ pointer, detail }) => `\n  ${pointer}: ${detail}`).join("") ?? "";
  throw new Error(`${error.status} ${error.code}: ${error.detail}${fields}`);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

await main();
