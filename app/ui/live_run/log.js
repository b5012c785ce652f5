// The last lines of the log. What a line says is somebody else's text: it only ever becomes a text node.

const LOG_LINES = 200;
const LEVEL_WORDS = { info: "info", warning: "warning", serious: "serious" };

class LogView {
  constructor(details, list, last) {
    this.details = details;
    this.list = list;
    this.last = last;
    this.lastSeq = 0;
    this.details.addEventListener("toggle", () => this.scrollDown());
  }

  add(items) {
    const fresh = (items ?? []).filter((item) => isNumber(item.seq) && item.seq > this.lastSeq).slice(-LOG_LINES);
    if (!fresh.length) return;
    const isAtEnd = this.details.open && this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 24;
    this.lastSeq = fresh.at(-1).seq;
    this.list.append(...fresh.map((item) => this.line(item)));
    while (this.list.childElementCount > LOG_LINES) this.list.firstElementChild.remove();
    this.last.textContent = String(fresh.at(-1).text);
    if (isAtEnd) this.scrollDown();
  }

  line({ at, level, text }) {
    const row = document.createElement("li");
    row.dataset.level = level in LEVEL_WORDS ? level : "info";
    const time = document.createElement("time");
    const moment = new Date(at);
    time.textContent = Number.isNaN(moment.getTime()) ? "" : moment.toLocaleTimeString("en-GB");
    const word = document.createElement("b");
    word.textContent = LEVEL_WORDS[row.dataset.level];
    const said = document.createElement("span");
    said.textContent = String(text);
    row.append(time, word, said);
    return row;
  }

  scrollDown() {
    if (this.details.open) this.list.scrollTop = this.list.scrollHeight;
  }
}
