// Beside the curves: the steps of the training, what the model does in two languages, and what there is to notice.
//
// What it is told comes from data and models: it only ever becomes a text node.

const STEP_ICONS = { done: "check", now: "dot", paused: "pause", failed: "cross", waiting: "clock" };
const STEP_WORDS = { done: "done", now: "at work", paused: "waiting", failed: "failed here", waiting: "to come" };
const REMARK_ICONS = { info: "info", warning: "warning", serious: "alarm" };
const REMARK_WORDS = { info: "Remark", warning: "Warning", serious: "Serious" };
const SEVERITY_ORDER = ["serious", "warning", "info"];
const LANGUAGE_KEY = "praxis-explanation";
const FORM_ADDRESS = "train?";

function element(name, { className = "", text = "", ...attributes } = {}, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function icon(name) {
  const root = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  svg("path", { d: ICONS[name] }, root);
  return root;
}

class ExplainView {
  // parts: the marked nodes of the panel. onTry(key): a person wants to start again with the change of a remark.
  constructor(parts, onTry) {
    this.parts = parts;
    this.onTry = onTry;
    this.chosenStep = null;
    this.drawn = {};
    this.language = this.rememberedLanguage();
    for (const name of ["technical", "kitchen"]) {
      const input = parts[`say-${name}`];
      input.checked = name === this.language;
      input.addEventListener("change", () => this.speak(name));
    }
  }

  begin() {
    this.chosenStep = null;
    this.drawn = {};
    this.seen = null;
  }

  rememberedLanguage() {
    try {
      return localStorage.getItem(LANGUAGE_KEY) === "kitchen" ? "kitchen" : "technical";
    } catch {
      return "technical"; // a browser that keeps nothing
    }
  }

  speak(language) {
    this.language = language;
    try {
      localStorage.setItem(LANGUAGE_KEY, language);
    } catch {
      // It holds for as long as the page is open.
    }
    this.render(this.run);
  }

  render(run) {
    this.run = run;
    const { status, about, words, hasPoints } = run;
    // Most drawings bring points and no new status: they cost nothing here.
    const facts = [status, about, hasPoints, this.language, this.chosenStep];
    if (this.seen?.every((fact, index) => fact === facts[index])) return;
    this.seen = facts;
    const steps = status.workflow ?? [];
    this.once("steps", [steps, this.chosenStep], () => this.renderSteps(steps));
    this.once("about", [about, this.language], () => this.renderAbout(about));
    const isOver = TERMINAL.has(status.status) || status.status === "lost";
    this.parts.run.toggleAttribute("data-over", isOver);
    this.parts.run.toggleAttribute("data-empty", isOver && !hasPoints);
    const remarks = [...(status.remarks ?? [])].reverse();
    if (isOver) remarks.sort((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity));
    this.once("remarks", [remarks, status.error, isOver, status.step_name], () => this.renderRemarks(remarks, status, isOver, words));
    const step = this.shownStep(steps);
    say(this.parts["step-text"], step ? String(step[this.language]) : "");
  }

  // Calls draw() when what it would draw is new.
  once(name, facts, draw) {
    const key = JSON.stringify(facts);
    if (this.drawn[name] === key) return;
    this.drawn[name] = key;
    draw();
  }

  // The step that was clicked, or else the one at work, or the last that is done.
  shownStep(steps) {
    const present = steps.find(({ state }) => !["done", "waiting"].includes(state));
    return steps.find(({ key }) => key === this.chosenStep) ?? present ?? steps.findLast(({ state }) => state === "done") ?? steps[0];
  }

  renderSteps(steps) {
    const shown = this.shownStep(steps);
    this.parts.steps.replaceChildren(
      ...steps.map((step, index) => {
        const button = element("button", { type: "button", title: STEP_WORDS[step.state] ?? "" });
        button.append(icon(STEP_ICONS[step.state] ?? "clock"), element("span", { text: step.title }));
        button.setAttribute("aria-label", `${index + 1}. ${step.title}: ${STEP_WORDS[step.state]}`);
        button.setAttribute("aria-pressed", String(step === shown));
        button.addEventListener("click", () => {
          this.chosenStep = this.chosenStep === step.key ? null : step.key;
          this.render(this.run);
          this.parts.steps.children[index]?.firstElementChild.focus();
        });
        return element("li", { "data-state": step.state }, button);
      }),
    );
  }

  renderAbout(about) {
    this.parts.about.hidden = !about;
    if (!about) return;
    say(this.parts["about-name"], String(about.label));
    say(this.parts["about-text"], String(about[this.language]));
  }

  renderRemarks(remarks, status, isOver, words) {
    const cards = remarks.map((remark) => this.remark(remark, isOver, words));
    if (status.error) cards.unshift(this.failure(status.error));
    const nothing = isOver ? "Nothing stood out." : "Nothing stands out so far.";
    if (!cards.length) cards.push(element("li", { className: "nothing", text: nothing }));
    this.parts.remarks.replaceChildren(...cards);
    say(this.parts["remarks-title"], status.error ? "What went wrong" : "Remarks");
    say(this.parts["remarks-count"], remarks.length ? String(remarks.length) : "");
  }

  remark({ key, severity, title, step, seen, advice, change, href }, isOver, words) {
    const level = severity in REMARK_ICONS ? severity : "info";
    const head = element("h4", {}, icon(REMARK_ICONS[level]), element("span", { className: "unseen", text: `${REMARK_WORDS[level]}: ` }));
    head.append(element("b", { text: title }), element("small", { text: step ? words.at(step) : "from the start" }));
    const card = element("li", { className: "remark", "data-severity": level }, head);
    card.append(element("p", { text: seen }), element("p", { className: "advice", text: advice }));
    if (change) card.append(isOver ? this.link(key, `Try: ${change}`, href) : element("p", { className: "next", text: `Next time: ${change}` }));
    return card;
  }

  failure({ title, hint, cause, cure, docs, change, href }) {
    const head = element("h4", {}, icon("alarm"), element("b", { text: title || "Failed" }));
    const card = element("li", { className: "remark", "data-severity": "serious" }, head);
    if (cause) card.append(element("p", {}, element("b", { text: "Cause. " }), cause));
    if (cure || hint) card.append(element("p", {}, element("b", { text: "Cure. " }), cure || hint));
    if (href) card.append(this.link("error", change ? `Change this and start again: ${change.label}` : "Change this and start again", href));
    if (docs) card.append(element("p", { className: "next", text: `More in ${docs}` }));
    return card;
  }

  // Opens the form within the page; a new tab by Ctrl, Shift or the middle button stays what it is.
  link(key, text, href) {
    const anchor = element("a", { className: "try", text });
    if (String(href).startsWith(FORM_ADDRESS)) anchor.setAttribute("href", href);
    anchor.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.onTry(key);
    });
    return anchor;
  }
}
