// One figure of curves over steps, drawn as SVG. It is told what to show and redraws at most once a frame.

const SVG = "http://www.w3.org/2000/svg";
const SPLIT_WORDS = { train: "train", validation: "validation", test: "test" };
const LABEL_GAP = 16;
const LABEL_WIDTH = 118;
const NARROW_WIDTH = 420;

function svg(name, attributes = {}, parent = null) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent?.append(node);
  return node;
}

// Writes only what is new: an attribute that is set again is laid out and painted again.
const place = (node, attributes) => {
  for (const [key, value] of Object.entries(attributes)) {
    const text = String(value);
    if (node.getAttribute(key) !== text) node.setAttribute(key, text);
  }
};

const say = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

// Moves labels that would overlap apart, downwards first and then back up from the bottom.
function spread(labels, bottom) {
  labels.sort((a, b) => a.y - b.y);
  const isClose = (a, b) => Math.abs(a.x - b.x) < LABEL_WIDTH;
  labels.forEach((label, index) => {
    for (const above of labels.slice(0, index)) if (isClose(label, above)) label.y = Math.max(label.y, above.y + LABEL_GAP);
  });
  const fromBelow = [...labels].sort((a, b) => b.y - a.y);
  fromBelow.forEach((label, index) => {
    label.y = Math.min(label.y, bottom);
    for (const below of fromBelow.slice(0, index)) if (isClose(label, below)) label.y = Math.min(label.y, below.y - LABEL_GAP);
  });
}

class CurveChart {
  // host: an empty element whose height the style sheet fixes. onStep(step or null): where the reader points.
  constructor(host, { spark = false, onStep = () => {} } = {}) {
    this.host = host;
    this.isSpark = spark;
    this.onStep = onStep;
    this.domains = new Map();
    this.model = null;
    this.crossStep = null;
    this.frame = 0;
    this.build();
    // Kept, because asking the page for a size between two drawings makes it lay itself out once more.
    this.size = { width: 0, height: 0 };
    this.resizes = new ResizeObserver(([{ contentRect }]) => {
      this.size = contentRect;
      this.requestDraw();
    });
    this.resizes.observe(host);
    this.onVisible = () => !document.hidden && this.requestDraw();
    document.addEventListener("visibilitychange", this.onVisible);
  }

  build() {
    this.root = svg("svg", { role: "img", tabindex: this.isSpark ? -1 : 0, class: "plot" });
    this.grid = svg("g", { class: "grid", "aria-hidden": "true" }, this.root);
    this.bestLine = svg("line", { class: "best-line" }, this.root);
    this.baseline = svg("line", { class: "baseline" }, this.root);
    this.marks = {};
    for (const split of SPLITS) {
      const group = svg("g", { class: `series ${split}` }, this.root);
      this.marks[split] = {
        group,
        line: svg("path", { class: "line" }, group),
        dots: svg("path", { class: "dots" }, group),
        tip: svg("circle", { class: "tip", r: 3.5 }, group),
      };
    }
    this.bestRing = svg("circle", { class: "best-ring", r: 6 }, this.root);
    this.bestText = svg("text", { class: "best-text" }, this.root);
    this.emptyText = svg("text", { class: "empty-text" }, this.root);
    this.labels = Object.fromEntries(
      [...SPLITS, "baseline"].map((name) => [name, svg("text", { class: `label ${name}` }, this.root)]),
    );
    this.cross = svg("g", { class: "cross", "aria-hidden": "true" }, this.root);
    this.crossLine = svg("line", {}, this.cross);
    this.crossDots = Object.fromEntries(SPLITS.map((split) => [split, svg("circle", { r: 4, class: split }, this.cross)]));
    this.readout = document.createElement("div");
    this.readout.className = "readout";
    this.readout.hidden = true;
    this.host.replaceChildren(this.root, this.readout);
    if (this.isSpark) return;
    this.root.addEventListener("pointermove", (event) => this.point(event));
    this.root.addEventListener("pointerdown", (event) => this.point(event));
    this.root.addEventListener("pointerleave", () => this.onStep(null));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("blur", () => this.onStep(null));
  }

  // model: {metric, label, splits: [{split, series}], x: {low, high, logarithmic}, words, baseline, bestStep, emptyText}
  show(model) {
    this.model = model;
    if (!document.hidden) this.draw();
  }

  setCross(step) {
    if (step === this.crossStep) return;
    this.crossStep = step;
    this.requestDraw();
  }

  describe(text) {
    this.root.setAttribute("aria-label", text);
  }

  requestDraw() {
    if (this.frame || document.hidden || !this.model) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    if (!this.size.width) this.size = { width: this.host.clientWidth, height: this.host.clientHeight };
    const { width, height } = this.size;
    if (!width || !height) return;
    const { metric, splits, x, baseline } = this.model;
    this.isNarrow = width < NARROW_WIDTH;
    const margin = this.isSpark
      ? { top: 8, right: 104, bottom: 8, left: 4 }
      : { top: 20, right: this.isNarrow ? 58 : 124, bottom: 44, left: 52 };
    const box = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
    place(this.root, { viewBox: `0 0 ${width} ${height}` });
    const domain = this.domainOf(metric, splits, baseline);
    this.xScale = scale(x.low, x.high, box.left, box.right, x.logarithmic);
    this.yScale = scale(domain.low, domain.high, box.bottom, box.top);
    this.box = box;
    if (!this.isSpark) this.drawGrid(domain, width, height);
    this.drawEmpty();
    this.drawBaseline();
    const ends = SPLITS.map((split) => this.drawSeries(split, splits.find((one) => one.split === split)?.series));
    this.drawLabels(ends.filter(Boolean));
    this.drawBest();
    this.drawCross();
  }

  domainOf(metric, splits, baseline) {
    let domain = this.domains.get(metric);
    if (!domain) this.domains.set(metric, (domain = new GrowingDomain()));
    for (const { series } of splits) {
      let [low, high] = [Infinity, -Infinity];
      for (const value of series.values) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      domain.include(low, high);
    }
    if (isNumber(baseline)) domain.include(baseline, baseline);
    return domain.low === null ? { low: 0, high: 1, isGuess: true } : domain;
  }

  drawEmpty() {
    const { splits, emptyText } = this.model;
    say(this.emptyText, splits.length ? "" : emptyText);
    place(this.emptyText, { x: (this.box.left + this.box.right) / 2, y: (this.box.top + this.box.bottom) / 2 });
  }

  drawGrid(domain, width, height) {
    const { x, words } = this.model;
    const key = [domain.low, domain.high, domain.isGuess, x.low, x.high, width, height, words.axis].join();
    if (key === this.gridKey) return;
    this.gridKey = key;
    const { left, right, top, bottom } = this.box;
    this.grid.replaceChildren();
    const yTicks = domain.isGuess ? [] : linearTicks(domain.low, domain.high, 5);
    tickLabels(yTicks).forEach((text, index) => {
      const y = this.yScale(yTicks[index]);
      svg("line", { x1: left, x2: right, y1: y, y2: y }, this.grid);
      svg("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, this.grid).textContent = text;
    });
    const room = Math.max(2, Math.floor((right - left) / 64));
    const xTicks = x.logarithmic ? logarithmicTicks(x.low, x.high, room) : linearTicks(x.low, x.high, room, { whole: true });
    tickLabels(xTicks).forEach((text, index) => {
      const at = this.xScale(xTicks[index]);
      svg("text", { x: at, y: bottom + 18, "text-anchor": "middle" }, this.grid).textContent = text;
    });
    svg("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom }, this.grid);
    svg("text", { class: "axis-title", x: (left + right) / 2, y: bottom + 37, "text-anchor": "middle" }, this.grid).textContent = words.axis;
    place(this.bestText, { y: top - 7 });
  }

  drawBaseline() {
    const { baseline } = this.model;
    const isKnown = isNumber(baseline);
    this.baseline.style.display = isKnown ? "" : "none";
    if (!isKnown) return;
    const y = this.yScale(baseline);
    place(this.baseline, { x1: this.box.left, x2: this.box.right, y1: y, y2: y });
  }

  // Draws one curve and answers where its label wants to be.
  drawSeries(split, series) {
    const { group, line, dots, tip } = this.marks[split];
    group.style.display = series?.length ? "" : "none";
    if (!series?.length) return null;
    const points = series.drawn().map((i) => [this.xScale(series.steps[i]).toFixed(1), this.yScale(series.values[i]).toFixed(1)]);
    const isScore = split === "test";
    place(line, { d: isScore ? "" : `M${points.map((point) => point.join(" ")).join("L")}` });
    place(dots, { d: !isScore && !this.isSpark && points.length <= 24 ? points.map(([x, y]) => `M${x} ${y}h0`).join("") : "" });
    const [x, y] = points.at(-1).map(Number);
    place(tip, { cx: x, cy: y });
    return { name: split, x, y, value: series.lastValue };
  }

  drawLabels(ends) {
    const { baseline } = this.model;
    const wanted = this.isSpark ? ends.filter(({ name }) => name === "validation") : [...ends];
    if (isNumber(baseline) && !this.isSpark) {
      wanted.push({ name: "baseline", x: this.box.right, y: this.yScale(baseline), value: baseline });
    }
    spread(wanted, this.box.bottom);
    for (const [name, text] of Object.entries(this.labels)) {
      const label = wanted.find((one) => one.name === name);
      text.style.display = label ? "" : "none";
      if (!label) continue;
      const value = short(label.value);
      const word = this.isSpark ? this.model.label : this.isNarrow ? "" : (SPLIT_WORDS[name] ?? name);
      say(text, `${word} ${value}`.trim());
      place(text, { x: label.x + 9, y: label.y + 4.5 });
    }
  }

  drawBest() {
    const { bestStep, splits, words } = this.model;
    const series = splits.find(({ split }) => split === "validation")?.series;
    const value = isNumber(bestStep) && !this.isSpark ? series?.valueAt(bestStep) : null;
    for (const node of [this.bestLine, this.bestRing, this.bestText]) node.style.display = isNumber(value) ? "" : "none";
    if (!isNumber(value)) return;
    const [x, y] = [this.xScale(bestStep), this.yScale(value)];
    place(this.bestLine, { x1: x, x2: x, y1: this.box.top, y2: this.box.bottom });
    place(this.bestRing, { cx: x, cy: y });
    say(this.bestText, `best: ${words.at(bestStep)}`);
    const half = this.bestText.getComputedTextLength() / 2; // inside the box: the names of the lines stand to its right
    place(this.bestText, { x: Math.min(Math.max(x, this.box.left + half), this.box.right - half), y: this.box.top - 7 });
  }

  drawCross() {
    const { splits, words } = this.model;
    const step = this.crossStep;
    const isShown = isNumber(step) && splits.length > 0;
    this.cross.style.display = isShown ? "" : "none";
    this.readout.hidden = !isShown;
    if (!isShown) return;
    const x = this.xScale(step);
    place(this.crossLine, { x1: x, x2: x, y1: this.box.top, y2: this.box.bottom });
    const lines = [["", capital(words.at(step))]];
    for (const split of SPLITS) {
      const series = splits.find((one) => one.split === split)?.series;
      const value = split === "test" ? null : series?.valueAt(step);
      this.crossDots[split].style.display = isNumber(value) ? "" : "none";
      if (!isNumber(value)) continue;
      place(this.crossDots[split], { cx: x, cy: this.yScale(value) });
      lines.push([split, `${SPLIT_WORDS[split]} ${significant(value)}`]);
    }
    this.readout.replaceChildren(
      ...lines.map(([kind, text]) => {
        const row = document.createElement("div");
        row.className = kind;
        row.textContent = text;
        return row;
      }),
    );
    const isRight = x > (this.box.left + this.box.right) / 2;
    this.readout.style.left = isRight ? "auto" : `${x + 12}px`;
    this.readout.style.right = isRight ? `${this.size.width - x + 12}px` : "auto";
    this.readout.style.top = `${this.box.top + 6}px`;
  }

  // The steps that this figure has a point for; the arrow keys walk along them.
  stepsShown() {
    const longest = this.model?.splits.filter(({ split }) => split !== "test").sort((a, b) => b.series.length - a.series.length)[0];
    return longest?.series ?? null;
  }

  point(event) {
    const series = this.stepsShown();
    if (!series || !this.xScale) return;
    const wanted = this.xScale.invert(event.clientX - this.root.getBoundingClientRect().left);
    const index = Math.max(0, series.indexAtOrBefore(wanted));
    const next = Math.min(index + 1, series.length - 1);
    const isNext = Math.abs(series.steps[next] - wanted) < Math.abs(series.steps[index] - wanted);
    this.onStep(series.steps[isNext ? next : index]);
  }

  key(event) {
    const series = this.stepsShown();
    const last = (series?.length ?? 0) - 1;
    if (last < 0) return;
    const now = this.crossStep === null ? last + 1 : series.indexAtOrBefore(this.crossStep);
    const moves = { ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 10, PageDown: now + 10, Home: 0, End: last };
    if (event.key === "Escape") this.onStep(null);
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.onStep(series.steps[Math.min(last, Math.max(0, moves[event.key]))], { isKeyboard: true });
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.resizes.disconnect();
    document.removeEventListener("visibilitychange", this.onVisible);
  }
}
