/** Handing a question on: another recipient of the task is asked to answer it, until it is taken back. */

import { firstSentence, onSubmit } from "./forms.js";
import { Refusal, call } from "./server.js";
import { announce, slot, stamp, write } from "./writing.js";

/**
 * Prepares handing the questions of the ticket at `path` on to one of `people`.
 *
 * `show(entry, question)` shows a question anew and returns its new entry. The answer has the dialog, which belongs
 * outside of the questions' form, and `offer`, which gives an entry its buttons.
 */
export function prepareDelegations(path, people, show) {
  const { dialog, open } = prepareDialog(path, people, show);
  const offer = (entry, isChanged) => {
    const { question, item } = entry;
    const canHandOn = question.can_answer && !question.delegation && people.length > 0;
    const canTakeBack = Boolean(question.delegation?.can_end);
    const [handOn, takeBack] = [slot(item, "hand_on"), slot(item, "take_back")];
    slot(item, "handing").hidden = !canHandOn && !canTakeBack;
    handOn.hidden = !canHandOn;
    handOn.onclick = () => open(entry, isChanged(entry));
    takeBack.hidden = !canTakeBack;
    takeBack.onclick = () => end(path, entry, show);
    for (const button of [handOn, takeBack]) button.setAttribute("aria-describedby", slot(item, "text").id);
  };
  return { dialog, offer };
}

function prepareDialog(path, people, show) {
  const dialog = stamp("delegation");
  const [form, person, note] = ["form", "person", "note"].map((name) => slot(dialog, name));
  let asked = null;
  const choices = people.map(({ name, contact_id }) => new Option(name, contact_id));
  person.append(new Option("– choose –", ""), ...choices);
  slot(dialog, "cancel").onclick = () => dialog.close();
  onSubmit(form, person, async () => {
    const input = { question_ids: [asked.question.id], contact_id: person.value, note: note.value.trim() };
    const { delegations } = await call("POST", `${path}/delegations`, input);
    const delegation = { ...delegations[0], can_end: true };
    dialog.close();
    const { item } = show(asked, { ...asked.question, can_answer: false, delegation });
    slot(item, "take_back").focus();
    announce(`${delegation.to.name} was asked to answer.`);
  });
  const open = (entry, isChanged) => {
    asked = entry;
    form.reset();
    person.ariaInvalid = null;
    const unsaved = isChanged ? "What you typed there was not saved, and is gone then." : "";
    write(dialog, { question: entry.question.text, unsaved, error: "" });
    dialog.showModal();
    slot(dialog, "heading").focus();
  };
  return { dialog, open };
}

/** Takes a question back, once at a time; what was answered meanwhile is shown. */
async function end(path, entry, show) {
  const button = slot(entry.item, "take_back");
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  write(entry.item, { error: "" });
  try {
    await call("DELETE", `${path}/delegations/${entry.question.delegation.id}`).catch(unlessGone);
    const { item } = show(entry, await readAgain(path, entry.question));
    item.querySelector("input, select, textarea")?.focus();
    announce("The question was taken back.");
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    write(entry.item, { error: firstSentence(refusal) });
    button.ariaBusy = null;
  }
}

/** Lets pass that somebody has taken it back before, or that this very request did and its answer was lost. */
function unlessGone(refusal) {
  if (refusal.status !== 404) throw refusal;
}

/** Returns the question as it is now; it is taken back, whether or not it can be read. */
async function readAgain(path, question) {
  const answers = await call("GET", `${path}/answers`).catch(() => ({ questionnaires: [] }));
  const all = answers.questionnaires.flatMap(({ questions }) => questions);
  const taken = { ...question, delegation: null, can_answer: !question.answer?.is_accepted };
  return all.find(({ id }) => id === question.id) ?? taken;
}
