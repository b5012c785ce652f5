// The points of a run, by metric and split, ordered by step. A repeated point changes nothing.

const SPLITS = ["train", "validation", "test"];
const MAX_DRAWN_POINTS = 1000;

class Series {
  constructor() {
    this.steps = [];
    this.values = [];
  }

  get length() {
    return this.steps.length;
  }

  get lastStep() {
    return this.steps[this.length - 1];
  }

  get lastValue() {
    return this.values[this.length - 1];
  }

  put(step, value) {
    if (!this.length || step > this.lastStep) {
      this.steps.push(step);
      this.values.push(value);
      return;
    }
    const index = this.indexAtOrBefore(step);
    if (index >= 0 && this.steps[index] === step) {
      this.values[index] = value;
    } else {
      this.steps.splice(index + 1, 0, step);
      this.values.splice(index + 1, 0, value);
    }
  }

  // Position of the last point at or before a step; -1 when all come later.
  indexAtOrBefore(step) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.steps[middle] <= step) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  valueAt(step) {
    const index = this.indexAtOrBefore(step);
    return index >= 0 && this.steps[index] === step ? this.values[index] : null;
  }

  // Positions to draw: all of them, or the lowest and highest of each bucket, so that no spike gets lost.
  drawn(limit = MAX_DRAWN_POINTS) {
    if (this.length <= limit) return Array.from({ length: this.length }, (_, index) => index);
    const size = Math.ceil(this.length / ((limit - 2) / 2));
    const chosen = [0];
    for (let start = 1; start < this.length - 1; start += size) {
      let low = start;
      let high = start;
      for (let index = start; index < Math.min(start + size, this.length - 1); index += 1) {
        if (this.values[index] < this.values[low]) low = index;
        if (this.values[index] > this.values[high]) high = index;
      }
      chosen.push(Math.min(low, high));
      if (low !== high) chosen.push(Math.max(low, high));
    }
    chosen.push(this.length - 1);
    return chosen;
  }
}

class Points {
  constructor() {
    this.byMetric = new Map();
    this.lastSeq = 0;
    this.maxStep = 0;
    this.minStep = Infinity;
  }

  // Takes rows as the API sends them and answers how many of them could be used.
  add(rows) {
    let used = 0;
    for (const row of rows ?? []) {
      this.reach(row.seq);
      if (!isNumber(row.value) || !isNumber(row.step) || !SPLITS.includes(row.split)) continue;
      this.series(String(row.name), row.split, true).put(row.step, row.value);
      // The test score belongs to a finished model, not to a step of the curve.
      if (row.split !== "test") {
        this.maxStep = Math.max(this.maxStep, row.step);
        this.minStep = Math.min(this.minStep, row.step);
      }
      used += 1;
    }
    return used;
  }

  // The position in the stream, which may be ahead of the last row when the rows were thinned.
  reach(seq) {
    if (isNumber(seq)) this.lastSeq = Math.max(this.lastSeq, seq);
  }

  series(name, split, create = false) {
    let splits = this.byMetric.get(name);
    if (!splits && create) this.byMetric.set(name, (splits = new Map()));
    let series = splits?.get(split);
    if (splits && !series && create) splits.set(split, (series = new Series()));
    return series ?? null;
  }

  // [{split, series}] of a metric, in the fixed order of the splits.
  of(name) {
    return SPLITS.map((split) => ({ split, series: this.series(name, split) })).filter(({ series }) => series?.length);
  }

  // Every step that has a train or validation point, ascending.
  steps() {
    const all = new Set();
    for (const splits of this.byMetric.values()) {
      for (const [split, series] of splits) if (split !== "test") series.steps.forEach((step) => all.add(step));
    }
    return [...all].sort((a, b) => a - b);
  }
}
