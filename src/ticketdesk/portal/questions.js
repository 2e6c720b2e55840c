/** The questions of a task: shown by kind, saved in between, with what is still missing. */

import { prepareDelegations } from "./delegations.js";
import { Refusal, call, upload } from "./server.js";
import { announce, moments, plural, slot, stamp, write, writeDay } from "./writing.js";

const SAVED_AT_ONCE = 200;
const FILES_LISTED = 200;
const YES_NO = [
  { key: "yes", label: "Yes" },
  { key: "no", label: "No" },
  { key: "not_applicable", label: "Not applicable" },
];

/** Shows the questions of the ticket at `path` on its page; what was typed and not saved before is gone. */
export async function showQuestions(page, path) {
  const form = stamp("questions");
  const state = { form, path, entries: [], files: new Map() };
  const [answers, { people }] = await Promise.all([call("GET", `${path}/answers`), others(path)]);
  state.delegations = prepareDelegations(path, people, (entry, question) => showAnew(state, entry, question));
  fill(state, answers);
  slot(page, "questions").replaceChildren(form, state.delegations.dialog);
  if (state.entries.some(({ question }) => question.kind === "file")) await nameFiles(state);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(state);
  });
}

/** Returns who else was asked; without them the questions are still there. */
async function others(path) {
  return call("GET", `${path}/people`).catch(() => ({ people: [] }));
}

function fill(state, answers) {
  state.entries = [];
  const sections = answers.questionnaires.map((questionnaire) => questionnaireSection(state, questionnaire));
  slot(state.form, "questionnaires").replaceChildren(...sections);
  offerSaving(state);
  write(state.form, { save_error: "", missing: told(answers.completeness) });
}

function offerSaving({ form, entries }) {
  slot(form, "save").hidden = !entries.some(({ question }) => question.can_answer);
}

/** Puts one question in the place of what it was before, and leaves what was typed at the others. */
function showAnew(state, entry, question) {
  const next = questionEntry(state, question);
  state.entries[state.entries.indexOf(entry)] = next;
  entry.item.replaceWith(next.item);
  offerSaving(state);
  return next;
}

function told({ total, answered, missing }) {
  if (!total) return "Nothing is asked of you here.";
  const open = missing ? `${plural(missing, "required answer")} missing` : "nothing required is missing";
  return `${answered} of ${total} answered, ${open}.`;
}

function questionnaireSection(state, { name, instructions, completeness, questions }) {
  const { answered, total } = completeness;
  const section = stamp("questionnaire", { name, instructions, progress: `${answered} of ${total} answered` });
  const entries = questions.map((question) => questionEntry(state, question));
  state.entries.push(...entries);
  slot(section, "list").append(...entries.map(({ item }) => item));
  return section;
}

function questionEntry(state, question) {
  const { answer, delegation } = question;
  const item = stamp("question", {
    text: question.text,
    required: question.is_required ? "(required)" : "",
    guidance: question.guidance,
    known: question.known_answer === null ? "" : `In the document so far: ${shown(state, question, question.known_answer)}`,
    answered: answer && `Answered by ${answer.author_name}, ${moments.format(new Date(answer.answered_at))}` +
      (answer.is_accepted ? " · accepted" : ""),
    delegated: delegation && `${delegation.from_name} asked ${delegation.to.name} to answer this.`,
    delegation_note: delegation && delegation.note,
  });
  slot(item, "text").id = `question-${question.id}`;
  slot(item, "field").disabled = !question.can_answer;
  const entry = { question, item, saved: answer?.value ?? null };
  entry.read = KINDS[question.kind](state, entry, slot(item, "input"));
  state.delegations.offer(entry, isChanged);
  return entry;
}

/** Returns an answer in words, for reading. */
function shown(state, { kind, options, unit }, value) {
  const choices = kind === "yes_no" ? YES_NO : options ?? [];
  const label = (key) => choices.find((option) => option.key === key)?.label ?? key;
  if (kind === "date") return writeDay(value);
  if (kind === "file") return plural(value.length, "file");
  if (Array.isArray(value)) return value.map(label).join(", ");
  return [label(value), unit].filter((part) => part !== null).join(" ");
}

// ---- Inputs by kind. Each returns how to read the answer: its value, or null for none.

const KINDS = {
  text: (_, entry, root) => plainField(entry, root, "input", { type: "text", maxLength: 1000, dir: "auto" }),
  long_text: (_, entry, root) => plainField(entry, root, "textarea", { rows: 4, maxLength: 20000, dir: "auto" }),
  date: (_, entry, root) => plainField(entry, root, "input", { type: "date" }),
  number: numberField,
  yes_no: (_, entry, root) => choiceField(entry, root, YES_NO),
  single_choice: (_, entry, root) => choiceField(entry, root, entry.question.options),
  multiple_choice: (_, entry, root) => boxesField(entry, root),
  file: fileField,
};

function made(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

/** Makes a control that is called by its question's text. */
function control(entry, tag, properties) {
  const field = made(tag, properties);
  field.ariaLabel = entry.question.text;
  return field;
}

function plainField(entry, root, tag, properties) {
  const field = control(entry, tag, properties);
  field.value = entry.saved ?? "";
  root.append(field);
  return () => field.value.trim() || null;
}

function numberField(_, entry, root) {
  const field = control(entry, "input", { type: "text", inputMode: "decimal" });
  field.value = entry.saved ?? "";
  root.append(field, " ", entry.question.unit ?? "");
  return () => {
    const typed = field.value.trim();
    // What is no number goes as it is, so that the desk says what is wrong with it.
    return typed === "" ? null : Number.isFinite(Number(typed)) ? Number(typed) : typed;
  };
}

function choiceField(entry, root, options) {
  const field = control(entry, "select", {});
  field.append(new Option("– no answer –", ""), ...options.map(({ key, label }) => new Option(label, key)));
  field.value = entry.saved ?? "";
  root.append(field);
  return () => field.value || null;
}

function boxesField(entry, root) {
  const boxes = entry.question.options.map(({ key, label }) => {
    const box = made("input", { type: "checkbox", value: key, checked: (entry.saved ?? []).includes(key) });
    const line = made("label", { className: "option" });
    line.append(box, label);
    root.append(line);
    return box;
  });
  return () => {
    const keys = boxes.filter((box) => box.checked).map((box) => box.value);
    return keys.length ? keys : null;
  };
}

/** Files are attached as soon as they are chosen, and named as the answer with the next saving. */
function fileField(state, entry, root) {
  let ids = [...(entry.saved ?? [])];
  const list = made("ul", { role: "list" });
  const field = control(entry, "input", { type: "file" });
  entry.showFiles = () => list.replaceChildren(...ids.map((id) => fileLine(state, id, () => drop(id))));
  const drop = (id) => {
    ids = ids.filter((each) => each !== id);
    entry.showFiles();
  };
  field.addEventListener("change", async () => {
    const [file] = field.files;
    if (!file || field.ariaBusy === "true") return;
    field.ariaBusy = "true";
    try {
      const added = await upload(`${state.path}/attachments`, file, { question_id: entry.question.id });
      state.files.set(added.id, added.name);
      ids.push(added.id);
      entry.showFiles();
      write(entry.item, { error: "" });
      announce("The file is there. Save your answers to hand it in.");
    } catch (refusal) {
      complain(entry, refusal, "/file");
    } finally {
      field.value = "";
      field.ariaBusy = null;
    }
  });
  entry.showFiles();
  root.append(list, field);
  return () => (ids.length ? ids : null);
}

function fileLine(state, id, remove) {
  const line = made("li", { className: "choices" });
  const name = state.files.get(id) ?? "File";
  const button = made("button", { type: "button", textContent: "Remove", ariaLabel: `Remove ${name}`, onclick: remove });
  line.append(made("span", { textContent: name, dir: "auto" }), button);
  return line;
}

/** Looks up how the files are called; without their names they are still there. */
async function nameFiles(state) {
  const page = await call("GET", `${state.path}/attachments?limit=${FILES_LISTED}`).catch(() => ({ items: [] }));
  for (const { id, name } of page.items) state.files.set(id, name);
  for (const entry of state.entries) entry.showFiles?.();
}

// ---- Saving

function complain(entry, refusal, pointer) {
  if (!(refusal instanceof Refusal)) throw refusal;
  write(entry.item, { error: refusal.sentence(pointer) });
}

/** Saves what was changed, in one request at a time; what is refused is said at its question, and nothing is lost. */
async function save(state) {
  const { form } = state;
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  for (const entry of state.entries) write(entry.item, { error: "" });
  write(form, { save_error: "" });
  const changed = state.entries.filter(isChanged).slice(0, SAVED_AT_ONCE);
  try {
    if (!changed.length) return announce("Nothing was changed.");
    fill(state, await call("PUT", `${state.path}/answers`, { answers: changed.map(toSave) }));
    announce("Your answers are saved.");
  } catch (refusal) {
    presentRefusal(form, changed, refusal);
  } finally {
    form.ariaBusy = null;
  }
}

function isChanged({ question, read, saved }) {
  return question.can_answer && JSON.stringify(read()) !== JSON.stringify(saved);
}

/** The version keeps two people from writing over each other's answers unseen. */
function toSave({ question, read }) {
  return { question_id: question.id, value: read(), version: question.answer?.version ?? null };
}

function presentRefusal(form, changed, refusal) {
  if (!(refusal instanceof Refusal)) throw refusal;
  const { errors = [], question_ids: named = [] } = refusal.problem;
  write(form, { save_error: refusal.sentence() });
  changed.forEach(({ question, item }, index) => {
    const error = errors.find(({ pointer }) => pointer.startsWith(`/answers/${index}/`));
    const sentence = error?.detail ?? (named.includes(question.id) ? refusal.sentence() : "");
    write(item, { error: sentence });
  });
  const first = changed.find(({ item }) => !slot(item, "error").hidden);
  first?.item.querySelector("input, select, textarea")?.focus();
}
