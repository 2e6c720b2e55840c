/** The session of this tab, and the requests made with it. */

import { plural } from "./writing.js";

const API = new URL("../api/v1/", import.meta.url);
const STORAGE_KEY = "ticketdesk.portal";
const PATIENCE_MS = 30_000;
const UPLOAD_PATIENCE_MS = 600_000;

// ---- The session

export let session = storedSession();

function storedSession() {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY));
  } catch {
    return null;
  }
}

/** Keeps `next` for this tab, or forgets the session when it is `null`. */
export function keepSession(next) {
  session = next;
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(next));
  } catch {
    // Storage may be switched off; the session then lasts until the page is left.
  }
}

// ---- Talking to the server

/** Any answer but success; `status` is 0 when there was none. `problem` is the server's document (RFC 9457). */
export class Refusal extends Error {
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
export async function call(method, path, input) {
  const body = input && JSON.stringify(input);
  return request(method, path, body, `${method} ${path} ${body}`, PATIENCE_MS);
}

/** Sends a file with further fields as a form; answers and throws as `call` does. */
export async function upload(path, file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  const same = ["POST", path, ...Object.values(fields), file.name, file.size, file.lastModified].join(" ");
  return request("POST", path, form, same, UPLOAD_PATIENCE_MS);
}

async function request(method, path, body, same, patience) {
  const headers = { Accept: "application/json" };
  if (session) headers.Authorization = `Bearer ${session.access_token}`;
  if (typeof body === "string") headers["Content-Type"] = "application/json";
  if (method === "POST") headers["Idempotency-Key"] = idempotencyKey(same);
  let { refusal, result } = await send(new URL(path, API), { method, headers, body }, patience);
  if (refusal?.status === 401 && headers.Authorization && (await renewed(headers.Authorization))) {
    headers.Authorization = `Bearer ${session.access_token}`;
    ({ refusal, result } = await send(new URL(path, API), { method, headers, body }, patience));
  }
  if (!refusal?.isPassing) unansweredKeys.delete(same);
  if (refusal) throw refusal;
  return result;
}

let renewal = null;

/** Exchanges a guest's refresh token, once for all requests that wait; tells whether there is another access token. */
async function renewed(refused) {
  if (!session?.refresh_token) return false;
  if (refused !== `Bearer ${session.access_token}`) return true;
  renewal ??= renew().finally(() => (renewal = null));
  return renewal;
}

async function renew() {
  const body = JSON.stringify({ refresh_token: session.refresh_token });
  const headers = { "Content-Type": "application/json", "Idempotency-Key": idempotencyKey(body) };
  const { result } = await send(new URL("auth/sessions/refresh", API), { method: "POST", headers, body }, PATIENCE_MS);
  if (!result) return false;
  unansweredKeys.delete(body);
  keepSession({ ...session, access_token: result.access_token, refresh_token: result.refresh_token });
  return true;
}

async function send(url, options, patience) {
  try {
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(url, { ...options, signal, cache: "no-store", credentials: "omit" });
    if (response.ok) return { result: response.status === 204 ? null : await response.json() };
    const problem = await response.json().catch(() => ({}));
    return { refusal: new Refusal(response.status, problem, Number(response.headers.get("Retry-After")) || 0) };
  } catch {
    return { refusal: new Refusal(0) };
  }
}
