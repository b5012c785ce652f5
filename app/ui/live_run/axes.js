// Axes that do not jump: a domain only grows, and grows in round steps.

function roundStep(span, parts, { whole = false } = {}) {
  const raw = span / Math.max(1, parts);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((lead) => raw <= lead * power * (1 + 1e-9)) * power;
  return whole ? Math.max(1, step === 2.5 ? 5 : step) : step;
}

function linearTicks(low, high, parts, options) {
  const step = roundStep(high - low, parts, options);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) ticks.push(i * step);
  return ticks;
}

function logarithmicTicks(low, high, parts) {
  const ticks = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    for (const lead of [1, 2, 5]) if (lead * power >= low * 0.999 && lead * power <= high * 1.001) ticks.push(lead * power);
  }
  const every = Math.ceil(ticks.length / Math.max(2, parts));
  return ticks.filter((_, index) => (ticks.length - 1 - index) % every === 0);
}

// Tick labels of one axis share their decimals and their unit.
function tickLabels(ticks) {
  const largest = Math.max(...ticks.map(Math.abs));
  const gap = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : largest;
  if (largest >= 1e15 || (largest > 0 && gap < 1e-4)) return ticks.map((tick) => significant(tick));
  const [size, unit] = largest >= 1e5 ? LARGE_UNITS.find(([limit]) => largest >= limit) : [1, ""];
  const parts = gap / size;
  let decimals = Math.max(0, -Math.floor(Math.log10(parts || 1) + 1e-9));
  if (Math.abs(parts * 10 ** decimals - Math.round(parts * 10 ** decimals)) > 1e-6) decimals += 1;
  return ticks.map((tick) => fixed(tick / size, decimals) + (unit && tick ? NARROW_SPACE + unit : ""));
}

class GrowingDomain {
  constructor() {
    this.low = null;
    this.high = null;
  }

  include(low, high) {
    if (this.low !== null && low >= this.low && high <= this.high) return;
    const [lowest, highest] = [Math.min(low, this.low ?? low), Math.max(high, this.high ?? high)];
    let [from, to] = [lowest, highest];
    if (to - from < Math.abs(to) * 1e-6 || to === from) {
      const pad = Math.abs(to) * 0.1 || 0.5;
      from -= pad;
      to += pad;
    }
    const step = roundStep(to - from, 4);
    from = Math.floor(from / step + 1e-9) * step;
    to = Math.ceil(to / step - 1e-9) * step;
    // Shares stay within 0 to 1, and what cannot be negative does not get a negative axis.
    this.low = lowest >= 0 ? Math.max(0, from) : from;
    this.high = lowest >= 0 && highest <= 1 ? Math.min(1, to) : to;
  }
}

// From data to pixels and back; logarithmic when counts of rows are spread over orders of magnitude.
function scale(low, high, from, to, logarithmic = false) {
  const map = logarithmic ? Math.log : (value) => value;
  const unmap = logarithmic ? Math.exp : (value) => value;
  const [a, b] = [map(low), map(high)];
  const place = (value) => from + ((map(value) - a) / (b - a || 1)) * (to - from);
  place.invert = (pixel) => unmap(a + ((pixel - from) / (to - from)) * (b - a));
  return place;
}
