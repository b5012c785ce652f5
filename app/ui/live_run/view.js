// Draws the panel from what is known of a run; holds what the reader chose, nothing of the run itself.
//
// A run here is {status, points, feed, statusAt, phase, pending, failure, isSending}: see panel.js.

const SUMMARY_EVERY_MS = 5_000;

class PanelView {
  // on: {command(name), open(), download(), tryChange(key)}
  constructor(root, on) {
    this.root = root;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]"), root].map((node) => [node.dataset.part, node]));
    const onStep = (step, how) => this.pointAt(step, how);
    this.charts = {
      loss: new CurveChart(this.parts.loss, { onStep }),
      metric: new CurveChart(this.parts.metric, { onStep }),
      spark: new CurveChart(this.parts.spark, { spark: true }),
    };
    this.explain = new ExplainView(this.parts, on.tryChange);
    this.listen(on);
  }

  listen(on) {
    for (const name of ["pause", "resume", "stop"]) this.parts[name].addEventListener("click", () => on.command(name));
    this.parts.csv.addEventListener("click", () => on.download());
    this.parts.table.addEventListener("click", () => this.toggleTable());
    this.parts.title.addEventListener("click", (event) => {
      // A new tab by Ctrl, Shift or the middle button stays what it is.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      on.open();
    });
  }

  // Another run: forget its axes and its choice.
  begin() {
    this.xDomain = new GrowingDomain();
    for (const chart of Object.values(this.charts)) chart.domains.clear();
    this.metric = null;
    this.choiceKey = null;
    this.summaryAt = 0;
    this.parts["log-lines"].replaceChildren();
    this.parts["log-last"].textContent = "";
    this.explain.begin();
    return new LogView(this.parts.log, this.parts["log-lines"], this.parts["log-last"]);
  }

  frame({ title, href, compact, about }) {
    this.about = about ?? null;
    this.isCompact = Boolean(compact);
    this.root.classList.toggle("compact", this.isCompact);
    this.setText("title", String(title ?? ""));
    this.parts.title.hidden = !title;
    if (href) this.parts.title.setAttribute("href", href);
    else this.parts.title.removeAttribute("href");
  }

  render(run) {
    this.run = run;
    this.words = stepWords(run.status.step_name);
    this.renderChoice();
    this.renderStatus();
    this.renderCharts();
    this.renderTable();
  }

  // What changes with the clock, too.
  renderStatus() {
    const { parts, words } = this;
    const { status, feed, statusAt } = this.run;
    const state = STATES[status.status] ?? STATES.queued;
    const quietS = (Date.now() - feed.lastNewsAt) / 1000;
    const waitedS = Math.min((Date.now() - statusAt) / 1000, QUIET_AFTER_S);
    const isFresh = feed.isOpen && quietS < QUIET_AFTER_S && status.worker_alive !== false;
    this.setText("word", status.status === "running" && status.command === "stop" ? "Stopping" : state.word);
    place(parts.icon, { d: ICONS[state.icon] });
    parts.pill.dataset.tone = parts.progress.dataset.tone = state.tone;
    parts.pill.toggleAttribute("data-pulse", status.status === "running" && isFresh);
    parts.pill.dataset.beat = Math.floor(Date.now() / 1_000) % 2;
    this.setText("where", progressPhrase(status, words, waitedS));
    const progress = status.status === "finished" ? 1 : Math.min(1, Math.max(0, status.progress || 0));
    parts.bar.style.transform = `scaleX(${progress})`;
    place(parts.progress, { "aria-valuenow": Math.round(progress * 100) });
    this.renderNote(quietS);
    this.renderButtons();
    this.renderFacts(quietS);
    if (!this.isCompact) this.explain.render({ status, about: this.about, words, hasPoints: this.run.points.byMetric.size > 0 });
    this.renderSummary();
  }

  renderNote(quietS) {
    const { status, feed, failure } = this.run;
    const note = failure
      ? { tone: "bad", text: failure }
      : noteFor(status, this.words, { quietS: feed.isOpen ? quietS : 0, isConnected: feed.failures === 0 });
    this.parts.note.dataset.tone = note.tone;
    place(this.parts["note-icon"], { d: ICONS.warning });
    this.setText("note-text", note.text);
  }

  renderButtons() {
    const { status, pending, isSending } = this.run;
    const { status: state, command } = status;
    const { pause, resume, stop } = this.parts;
    pause.hidden = this.isCompact || status.can_resume === false || state !== "running";
    resume.hidden = this.isCompact || state !== "paused";
    stop.hidden = !["queued", "running", "paused"].includes(state);
    const isBusy = Boolean(pending || isSending);
    pause.disabled = isBusy || Boolean(command);
    resume.disabled = isBusy;
    stop.disabled = isBusy || command === "stop";
    const asked = pending?.command ?? command;
    const isQueued = state === "queued";
    this.setText("pause", asked === "pause" ? "Pausing" : "Pause");
    this.setText("resume", asked === "resume" ? "Resuming" : "Resume");
    this.setText("stop", asked === "stop" ? "Stopping" : isQueued ? "Cancel" : this.isCompact ? "Stop" : "Stop and keep best");
    const best = bestPhrase(status, this.words);
    stop.title = isQueued ? "Takes the run out of the queue." : `Ends the training and keeps the best so far${best && `: ${best}`}.`;
  }

  renderFacts(quietS) {
    const { status, feed } = this.run;
    const { best } = status;
    const metric = best?.metric ?? status.primary_metric;
    const baseline = status.baseline?.[metric];
    const gap = against(best, baseline);
    const isOver = TERMINAL.has(status.status);
    const name = metric ? (best?.label ?? labelOf(status, metric)) : "Score";
    this.setText("best-name", `${name} at its best${isOver ? "" : " so far"}`);
    this.setText("best", short(best?.value));
    this.setText("best-where", best ? `validation, ${this.words.at(best.step)}: the lowest loss` : isOver ? "nothing was measured" : "not known yet");
    this.setText("baseline", short(baseline));
    this.setText("baseline-gap", gap?.text ?? "");
    this.parts["baseline-gap"].dataset.tone = gap?.isBetter ? "good" : "rest";
    this.setText("cpu", isNumber(status.cpu_percent) ? `${count(status.cpu_percent)}${NARROW_SPACE}%` : MISSING);
    this.setText("cpu-of", isNumber(status.cpu_percent) ? "of one core" : "");
    this.setText("memory", fileSize(status.memory_bytes));
    this.setText("memory-of", isNumber(status.memory_bytes) ? "of this training" : "");
    const age = Math.floor(quietS);
    this.setText("updated-name", isOver ? "Took" : "Updated");
    this.setText("updated", isOver ? duration(status.elapsed_s) : age < 1 ? "just now" : `${duration(age)} ago`);
    this.setText("source", isOver ? "" : feed.isStreaming ? "live" : "every 2 s");
    // What a training that is over uses is no fact about it.
    for (const part of ["cpu-fact", "memory-fact"]) this.parts[part].hidden = isOver;
  }

  renderSummary() {
    const { status, points } = this.run;
    const now = Date.now();
    if (now - this.summaryAt < SUMMARY_EVERY_MS && !TERMINAL.has(status.status)) return;
    this.summaryAt = now;
    const text = summary(status, points, this.words);
    this.setText("summary", text);
    const name = this.metric ? labelOf(status, this.metric) : "Metric";
    this.charts.loss.describe(`Loss for train and validation. ${text}`);
    this.charts.metric.describe(`${name} for train and validation. ${text} The arrow keys read single points.`);
    this.charts.spark.describe(text);
  }

  // Metrics beside the loss, the deciding one first.
  get metrics() {
    const { status, points } = this.run;
    const keys = new Set([status.primary_metric, ...Object.keys(status.metric_labels ?? {}), ...points.byMetric.keys()]);
    return [...keys].filter((key) => key && key !== "loss");
  }

  renderChoice() {
    const { metrics } = this;
    const { status } = this.run;
    if (!metrics.includes(this.metric)) this.metric = metrics[0] ?? null;
    const key = JSON.stringify(metrics.map((metric) => [metric, labelOf(status, metric)]));
    if (key !== this.choiceKey) {
      this.choiceKey = key;
      const legend = this.parts.choice.querySelector("legend");
      this.parts.choice.replaceChildren(legend, ...metrics.map((metric) => this.option(metric)));
    }
    const direction = directionOf(status, this.metric);
    this.setText("direction", direction ? `${direction} is better` : "");
  }

  option(metric) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = "metric";
    input.checked = metric === this.metric;
    input.addEventListener("change", () => {
      this.metric = metric;
      this.summaryAt = 0;
      this.render(this.run);
    });
    label.append(input, labelOf(this.run.status, metric));
    return label;
  }

  renderCharts() {
    const { words, parts } = this;
    const { status, points } = this.run;
    const x = this.xAxis();
    const emptyText = TERMINAL.has(status.status) ? "The run ended before its first point" : "The curve starts with the first point";
    const show = (chart, metric) =>
      chart.show({
        metric,
        label: metric ? labelOf(status, metric) : "",
        splits: metric ? points.of(metric) : [],
        x,
        words,
        baseline: status.baseline?.[metric],
        bestStep: status.best?.step,
        emptyText,
      });
    if (this.isCompact) {
      show(this.charts.spark, status.primary_metric ?? this.metric);
      return;
    }
    show(this.charts.loss, "loss");
    show(this.charts.metric, this.metric);
    const hasLoss = points.byMetric.has("loss") || !points.byMetric.size;
    parts["loss-figure"].hidden = !hasLoss;
    parts.curves.classList.toggle("single", !hasLoss);
    parts["baseline-key"].hidden = !Object.keys(status.baseline ?? {}).length;
  }

  // From nothing to the last step that is planned, from the start on; rows are spread by their logarithm.
  xAxis() {
    const { points, status } = this.run;
    const total = status.total_steps || 0;
    if (this.words.isLogarithmic && points.minStep < Infinity) {
      return { low: points.minStep, high: Math.max(total, points.maxStep, points.minStep * 2), logarithmic: true };
    }
    if (total) return { low: 0, high: Math.max(total, points.maxStep), logarithmic: false };
    this.xDomain.include(0, Math.max(10, points.maxStep));
    return { low: 0, high: this.xDomain.high, logarithmic: false };
  }

  pointAt(step, { isKeyboard = false } = {}) {
    this.charts.loss.setCross(step);
    this.charts.metric.setCross(step);
    if (!isKeyboard) return;
    const { status, points } = this.run;
    const said = ["loss", this.metric].flatMap((metric) =>
      points
        .of(metric)
        .filter(({ split }) => split !== "test")
        .map(({ split, series }) => `${labelOf(status, metric)} ${split} ${significant(series.valueAt(step))}`),
    );
    this.setText("pointed", `${capital(this.words.at(step))}: ${said.join(", ")}.`);
  }

  toggleTable() {
    const host = this.parts["table-host"];
    host.hidden = !host.hidden;
    this.parts.curves.hidden = !host.hidden;
    this.setText("table", host.hidden ? "Show as table" : "Show curves");
    this.render(this.run);
  }

  renderTable() {
    const host = this.parts["table-host"];
    if (host.hidden || this.tableFrame) return;
    this.tableFrame = requestAnimationFrame(() => {
      this.tableFrame = 0;
      const { points, status } = this.run;
      host.replaceChildren(pointsTable(points, ["loss", ...this.metrics], status, this.words));
    });
  }

  setText(part, text) {
    const node = this.parts[part];
    if (node.textContent !== text) node.textContent = text;
  }

  destroy() {
    cancelAnimationFrame(this.tableFrame);
    for (const chart of Object.values(this.charts)) chart.destroy();
  }
}
