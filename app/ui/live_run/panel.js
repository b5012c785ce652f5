// One watched run: keeps what is known of it, has it drawn, and tells the page when it goes to another state.
//
// Streamlit calls the default export on every rerun of the page.

const ANSWER_WITHIN_MS = 10_000;
// Drawing may take a tenth of a browser's time; what is drawn less often for it is drawn complete.
const REST_PER_DRAWING = 10;
const LONGEST_REST_MS = 1_000;
const CLOCK_MS = 1_000;

class Panel {
  constructor(root) {
    this.root = root;
    this.view = new PanelView(root, {
      command: (name) => this.command(name),
      open: () => this.trigger("opened", this.runId),
      download: () => this.download(),
      tryChange: (key) => this.trigger("tried", key),
    });
    this.onVisible = () => !document.hidden && this.feed?.isOpen && this.tick();
    document.addEventListener("visibilitychange", this.onVisible);
  }

  // The same run keeps its stream and its curves, another run starts afresh.
  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    if (data.run_id !== this.runId) this.begin(data);
    const { snapshot } = data;
    this.view.frame(data);
    this.points.add(snapshot.metrics);
    this.points.reach(snapshot.last_seq);
    this.log.add(snapshot.log);
    // What the stream said is newer than what the page read before it was drawn.
    if (!this.feed.isOpen) {
      this.status = { ...snapshot.status };
      this.statusAt = Date.now();
      this.phase = phaseOf(this.status.status);
      if (!TERMINAL.has(this.status.status)) this.feed.open();
    }
    this.keepTime();
    this.view.render(this);
    this.restUntil = 0;
    this.drawnAt = performance.now();
  }

  // News is drawn with the next frame, or, where a frame takes long, after a rest: a slow or busy machine then shows
  // the newest points a little later instead of falling behind.
  requestRender() {
    if (this.drawing) return;
    this.drawing = setTimeout(() => {
      const askedAt = performance.now();
      this.frame = requestAnimationFrame(() => {
        this.drawing = 0;
        this.view.render(this);
        const now = (this.drawnAt = performance.now());
        this.restUntil = now + Math.min(LONGEST_REST_MS, REST_PER_DRAWING * (now - askedAt));
      });
    }, Math.max(0, this.restUntil - performance.now()));
  }

  begin({ api, run_id: runId }) {
    this.feed?.close();
    this.runId = runId;
    this.points = new Points();
    this.log = this.view.begin();
    this.pending = null;
    this.failure = "";
    const position = () => ({ seq: this.points.lastSeq, logSeq: this.log.lastSeq });
    const feed = new Feed(api, runId, position, {
      status: (status) => this.takeStatus(status),
      // The last points of a run may arrive when the panel shows another one already.
      metrics: ({ items, last_seq: last }) => feed === this.feed && this.takeMetrics(items, last),
      log: ({ items }) => this.log.add(items),
      gone: (error) => this.giveUp(error.message),
    });
    this.feed = feed;
  }

  takeMetrics(items, last) {
    const used = this.points.add(items);
    this.points.reach(last);
    if (used) this.requestRender();
  }

  takeStatus(status) {
    if (status.id && status.id !== this.runId) return;
    this.status = { ...this.status, ...status };
    this.statusAt = Date.now();
    if (this.pending && (this.status.command || this.status.status !== this.pending.before)) this.pending = null;
    const phase = phaseOf(this.status.status);
    const isNew = phase !== this.phase;
    this.phase = phase;
    if (TERMINAL.has(this.status.status)) this.feed.finish();
    this.keepTime();
    this.requestRender();
    if (isNew) this.trigger("changed", this.status.status);
  }

  giveUp(text) {
    this.feed.close();
    this.keepTime();
    this.failure = text;
    this.view.render(this);
  }

  // One clock for everything, and only while there is something to wait for.
  keepTime() {
    if (this.feed.isOpen && !this.timer) this.timer = setInterval(() => this.tick(), CLOCK_MS);
    if (!this.feed.isOpen && this.timer) {
      clearInterval(this.timer);
      this.timer = 0;
    }
  }

  tick() {
    this.feed.tick();
    if (this.pending && Date.now() - this.pending.at > ANSWER_WITHIN_MS) this.pending = null;
    // What has just been drawn needs no clock.
    const isFresh = performance.now() - this.drawnAt < CLOCK_MS / 2;
    if (!document.hidden && !this.drawing && !isFresh) this.view.renderStatus();
  }

  async command(command) {
    this.failure = "";
    this.isSending = true;
    this.pending = { command, before: this.status.status, at: Date.now() };
    this.view.renderStatus();
    try {
      await this.feed.send(command);
    } catch (error) {
      this.pending = null;
      this.failure = error.message;
    }
    this.isSending = false;
    this.view.renderStatus();
  }

  async download() {
    this.failure = "";
    this.view.parts.csv.disabled = true;
    try {
      saveText(pointsCsv(await this.feed.everyPoint()), `run-${this.runId}-curves.csv`);
    } catch (error) {
      this.failure = `The points could not be fetched. ${error.message}`;
    }
    this.view.parts.csv.disabled = false;
    this.view.renderStatus();
  }

  destroy() {
    this.feed?.close();
    clearInterval(this.timer);
    clearTimeout(this.drawing);
    cancelAnimationFrame(this.frame);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.view.destroy();
  }
}

const panels = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".run");
  let panel = panels.get(component.parentElement);
  if (panel && panel.root !== root) {
    panel.destroy();
    panel = null;
  }
  if (!panel) panels.set(component.parentElement, (panel = new Panel(root)));
  panel.update(component);
  // Streamlit may clean up after a call that a later one has already replaced: only the last call owns the panel.
  const mount = (panel.mount = Symbol("mount"));
  return () => {
    if (panel.mount !== mount) return;
    panel.destroy();
    panels.delete(component.parentElement);
  };
}
