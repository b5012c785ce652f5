// The points as a table and as a file, for those who want numbers or cannot see curves.

const TABLE_ROWS = 100;

function cell(kind, text, scope = "") {
  const node = document.createElement(kind);
  node.textContent = text;
  if (scope) node.scope = scope;
  return node;
}

function pointsTable(points, metrics, status, words) {
  const columns = metrics.flatMap((metric) =>
    points.of(metric).filter(({ split }) => split !== "test").map(({ split, series }) => ({ metric, split, series })),
  );
  const steps = points.steps();
  const shown = steps.slice(-TABLE_ROWS).reverse();
  const table = document.createElement("table");
  const caption = table.createCaption();
  caption.textContent =
    steps.length > shown.length
      ? `The latest ${count(shown.length)} of ${count(steps.length)} points, newest first. The download holds all of them.`
      : "Newest first.";
  const head = table.createTHead().insertRow();
  head.append(cell("th", words.axis, "col"), ...columns.map(({ metric, split }) => cell("th", `${labelOf(status, metric)}, ${split}`, "col")));
  const body = table.createTBody();
  for (const step of shown) {
    const values = columns.map(({ series }) => series.valueAt(step));
    body.insertRow().append(cell("th", count(step), "row"), ...values.map((value) => cell("td", significant(value))));
  }
  return table;
}

// A leading sign would make a spreadsheet read a text as a formula.
function csvField(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = String(value).replace(/^([=+\-@\t\r])/, "'$1");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function pointsCsv(rows) {
  const columns = ["seq", "step", "name", "split", "value", "wall_time"];
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((fields) => fields.map(csvField).join(","))
    .join("\r\n");
}

function saveText(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text, "\r\n"], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
