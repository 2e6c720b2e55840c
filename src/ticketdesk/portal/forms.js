/** Forms: sent once at a time. A refusal is said at the field that it is about, and what was typed stays. */

import { Refusal } from "./server.js";
import { write } from "./writing.js";

/** Says what is wrong with the first thing that the server names, or with the whole. */
export const firstSentence = (refusal) => refusal.sentence(refusal.problem.errors?.[0]?.pointer);

/** Sends `form` with `submit`; what it is refused with is written as `say` puts it, and `field` has the focus then. */
export function onSubmit(form, field, submit, say = firstSentence) {
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
      await submit();
      form.reset();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      complain(say(refusal));
      field.focus();
    } finally {
      form.ariaBusy = null;
    }
  });
}
