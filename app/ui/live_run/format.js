// How numbers, times and steps are written for people; the same rules as app/ui/numbers.py.

const NARROW_SPACE = "\u202f";
const MINUS = "\u2212";
const MISSING = "\u2013";
const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

function fixed(value, decimals) {
  const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE) + (part ? `.${part}` : "");
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

function significant(value, digits = 3) {
  if (!isNumber(value)) return MISSING;
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 15) {
    const raised = [...String(exponent)].map((c) => SUPERSCRIPTS[c]).join("");
    return `${mantissa.replace("-", MINUS)} × 10${raised}`;
  }
  return fixed(value, Math.max(0, digits - 1 - exponent));
}

const LARGE_UNITS = [[1e12, "tn"], [1e9, "bn"], [1e6, "M"], [1e3, "k"]];

// A number for a place with little room, such as the end of a line or an axis: 1.25 M.
function short(value) {
  if (!isNumber(value) || Math.abs(value) < 1e5) return significant(value);
  if (Math.abs(value) >= 1e15) return significant(value);
  const [size, unit] = LARGE_UNITS.find(([limit]) => Math.abs(value) >= limit);
  return `${significant(value / size)}${NARROW_SPACE}${unit}`;
}

const count = (n) => (isNumber(n) ? fixed(Math.round(n), 0) : MISSING);

function duration(seconds) {
  if (!isNumber(seconds)) return MISSING;
  if (seconds > 0 && seconds < 0.95) return seconds < 0.05 ? "<0.1 s" : `${seconds.toFixed(1)} s`;
  const whole = Math.max(0, Math.round(seconds));
  const two = (n) => String(n).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const hours = Math.floor(whole / 3600);
  return hours < 24 ? `${hours} h ${two(Math.floor((whole % 3600) / 60))} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function fileSize(bytes) {
  if (!isNumber(bytes)) return MISSING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  while (Number(size.toPrecision(3)) >= 1000 && units.length > 1) {
    size /= 1000;
    units.shift();
  }
  return `${size < 1000 ? Number(size.toPrecision(3)) : count(size)}${NARROW_SPACE}${units[0]}`;
}

const capital = (text) => (text ? text[0].toUpperCase() + text.slice(1) : "");

// What one step of a training is called: "tree 164", "180 of 300 trees", "Trees".
function stepWords(stepName) {
  const name = (stepName || "steps").toLowerCase();
  const many = name.endsWith("s") ? name : `${name}s`;
  const one = many === "leaves" ? "leaf" : many.slice(0, -1);
  const isRows = many.endsWith("rows");
  return {
    axis: isRows ? "Training rows" : capital(many),
    at: (step) => (isRows ? `${count(step)} ${many}` : `${one} ${count(step)}`),
    of: (step, total) => (total ? `${count(step)} of ${count(total)} ${many}` : `${count(step)} ${step === 1 ? one : many}`),
    isLogarithmic: isRows,
  };
}
