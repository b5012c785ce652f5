// Draws one page of a document. Its text comes from strangers: it becomes text nodes, never markup.

const ROOM_ABOVE_PX = 48;

function element(name, className = "") {
  const node = document.createElement(name);
  node.className = className;
  return node;
}

// The text between two offsets of a block, with what lies within [from, to) marked.
function pieces(text, start, from, to) {
  const begin = Math.max(0, Math.min(text.length, from - start));
  const end = Math.max(begin, Math.min(text.length, to - start));
  if (end <= begin) return [document.createTextNode(text)];
  const mark = element("mark");
  mark.textContent = text.slice(begin, end);
  return [document.createTextNode(text.slice(0, begin)), mark, document.createTextNode(text.slice(end))];
}

function tableOf(block, from, to) {
  const table = element("table");
  let at = block.start;
  block.text.split("\n").forEach((line, number) => {
    const row = element("tr");
    let cellAt = at;
    for (const cell of line.split(" | ")) {
      const node = element(number === 0 ? "th" : "td");
      node.append(...pieces(cell, cellAt, from, to));
      row.append(node);
      cellAt += cell.length + 3;
    }
    table.append(row);
    at += line.length + 1;
  });
  const box = element("div", "tables");
  box.append(table);
  return box;
}

function nodeOf(block, from, to) {
  if (block.kind === "table") return tableOf(block, from, to);
  const node = element({ heading: "h4", code: "pre" }[block.kind] ?? "p", block.kind);
  if (block.kind === "heading") node.dataset.level = block.level;
  node.append(...pieces(block.text, block.start, from, to));
  return node;
}

function pictureOf({ source, alt, boxes }) {
  const picture = element("div", "picture");
  const image = element("img");
  image.src = source;
  image.alt = alt;
  picture.append(image);
  for (const [left, top, width, height] of boxes) {
    const box = element("i");
    Object.assign(box.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
    picture.append(box);
  }
  return picture;
}

function draw(root, data) {
  const sheet = root.querySelector("[data-part=sheet]");
  root.setAttribute("aria-label", data.label);
  root.style.setProperty("--leaf-height", `${data.height}px`);
  sheet.replaceChildren(...(data.picture ? [pictureOf(data.picture)] : data.blocks.map((block) => nodeOf(block, data.from, data.to))));
  const first = sheet.querySelector("mark, .picture i");
  const scroll = () => {
    root.scrollTop = first ? first.getBoundingClientRect().top - root.getBoundingClientRect().top + root.scrollTop - ROOM_ABOVE_PX : 0;
  };
  const image = sheet.querySelector("img");
  if (image && !image.complete) image.addEventListener("load", scroll, { once: true });
  scroll();
  // Who follows a link to a passage sees it, also below a list on a small screen.
  if (data.reveals && first && root.getBoundingClientRect().top > window.innerHeight - ROOM_ABOVE_PX * 3) root.scrollIntoView({ block: "center" });
}

const drawn = new WeakMap();

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".leaf");
  const now = JSON.stringify(data);
  // A rerun that changes nothing leaves the reader where he has scrolled to.
  if (drawn.get(root) === now) return;
  drawn.set(root, now);
  draw(root, data);
}
