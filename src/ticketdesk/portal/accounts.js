/** The pages of guests: registering with the link of an invite, signing in, and choosing another password. */

import { firstSentence, onSubmit } from "./forms.js";
import { call, keepSession } from "./server.js";
import { slot, stamp, write } from "./writing.js";

// What a 401 says on these pages is not that a session has ended.
const NO_INVITE = "This link cannot be used (any more). Open the one in the latest e-mail, or ask for a new one.";
const WRONG = "E-mail address or password is wrong.";
const RESET_OVER = "This link was used, has expired, or was followed by a newer one. Ask for a new link below.";
const RESET_UNKNOWN = "This link is not complete. Open it in the e-mail once more, or ask for a new link below.";

/** Keeps what registering and signing in answer in the shape of a session that came by a link. */
function keepGuest({ access_token, refresh_token, user }) {
  keepSession({ access_token, refresh_token, contact: { name: user.name }, desk_name: "The desk" });
}

/** Returns the form that makes an account with an invite's token; `enter` goes on to the tickets. */
export function registration(token, enter) {
  const page = stamp("registration");
  const password = slot(page, "password");
  const register = async () => {
    const input = { token, name: slot(page, "name").value.trim(), password: password.value };
    keepGuest(await call("POST", "invites/redeem", input));
    enter();
  };
  onSubmit(slot(page, "form"), password, register, (refusal) => said(refusal, { 401: NO_INVITE, 410: NO_INVITE }));
  return page;
}

/** Returns the form that signs a guest in, with a `message` first if there is one; `enter` goes on to the tickets. */
export function signIn(enter, message = "") {
  const page = stamp("sign-in", { message });
  const password = slot(page, "password");
  const begin = async () => {
    const input = { email: slot(page, "email").value.trim(), password: password.value };
    keepGuest(await call("POST", "auth/sessions", input));
    enter();
  };
  onSubmit(slot(page, "form"), password, begin, (refusal) => said(refusal, { 401: WRONG }));
  return page;
}

/** Returns the form that asks for a link to choose a new password; what follows is the same for every address. */
export function forgottenPassword() {
  const page = stamp("forgotten-password", { told: "" });
  const form = slot(page, "form");
  const email = slot(page, "email");
  onSubmit(form, email, async () => {
    const { detail } = await call("POST", "auth/password-resets", { email: email.value.trim() });
    write(page, { told: detail });
    form.hidden = true;
    slot(page, "heading").focus();
  });
  return page;
}

/** Returns the form that replaces the password with the token of a mail's link; `leave` goes on to signing in. */
export function newPassword(token, leave) {
  const page = stamp("new-password");
  const password = slot(page, "password");
  const replace = async () => {
    await call("POST", "auth/password-resets/redeem", { token, password: password.value });
    leave();
  };
  const say = (refusal) => said(refusal, { 401: RESET_UNKNOWN, 410: RESET_OVER });
  onSubmit(slot(page, "form"), password, replace, say);
  return page;
}

function said(refusal, sentences) {
  return sentences[refusal.status] ?? firstSentence(refusal);
}
