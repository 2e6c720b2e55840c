/** The pages of guests: registering with the link of an invite, and signing in. */

import { call, keepSession } from "./server.js";
import { slot, stamp, write } from "./writing.js";

/** Keeps what registering and signing in answer in the shape of a session that came by a link. */
function keepGuest({ access_token, refresh_token, user }) {
  keepSession({ access_token, refresh_token, contact: { name: user.name }, desk_name: "The desk" });
}

/** Returns the form that makes an account with an invite's token; `enter` goes on to the tickets. */
export function registration(token, enter) {
  const page = stamp("registration");
  const read = () => ({ token, name: slot(page, "name").value.trim(), password: slot(page, "password").value });
  onSubmit(page, "invites/redeem", read, enter);
  return page;
}

/** Returns the form that signs a guest in; `enter` goes on to the tickets. */
export function signIn(enter) {
  const page = stamp("sign-in");
  const read = () => ({ email: slot(page, "email").value.trim(), password: slot(page, "password").value });
  onSubmit(page, "auth/sessions", read, enter);
  return page;
}

// What a 401 says here is not that a session has ended.
const NO_LONGER = "This link cannot be used (any more). Open the one in the latest e-mail, or ask for a new one.";
const WRONG = { "invites/redeem": NO_LONGER, "auth/sessions": "E-mail address or password is wrong." };

function onSubmit(page, path, read, enter) {
  const form = slot(page, "form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    write(page, { error: "" });
    try {
      keepGuest(await call("POST", path, read()));
      enter();
    } catch (refusal) {
      const isOver = [401, 410].includes(refusal.status);
      write(page, { error: isOver ? WRONG[path] : refusal.sentence(refusal.problem?.errors?.[0]?.pointer) });
      slot(page, "password").focus();
    } finally {
      form.ariaBusy = null;
    }
  });
}
