// Sends files to the API one after another, straight from the disk: no size is ever held in memory here.

const SPEED_WINDOW_MS = 4_000;
const SHOW_EVERY_MS = 250;

function element(name, { className = "", text = "" } = {}, ...children) {
  const node = document.createElement(name);
  node.className = className;
  node.append(text, ...children);
  return node;
}

// Bytes a second over the last moments: a mean from the start would hide that the line has slowed down.
class Speed {
  constructor() {
    this.marks = [];
  }

  mark(bytes) {
    const now = performance.now();
    this.marks.push([now, bytes]);
    while (this.marks.length > 2 && now - this.marks[0][0] > SPEED_WINDOW_MS) this.marks.shift();
  }

  get perSecond() {
    const [from, to] = [this.marks[0], this.marks.at(-1)];
    return this.marks.length > 1 && to[0] - from[0] > 200 ? ((to[1] - from[1]) / (to[0] - from[0])) * 1000 : null;
  }
}

// One file on its way: its row in the list and its request.
class Upload {
  constructor(file, owner) {
    this.file = file;
    this.owner = owner;
    this.build();
    this.setState("waiting", "Waits for the file before it.");
  }

  build() {
    this.text = element("p");
    this.fill = element("i");
    this.bar = element("div", { className: "bar" }, this.fill);
    this.bar.setAttribute("role", "progressbar");
    this.bar.setAttribute("aria-label", `Upload of ${this.file.name}`);
    this.cancel = element("button", { text: "Cancel" });
    this.retry = element("button", { text: "Try again" });
    for (const [button, act] of [[this.cancel, "stop"], [this.retry, "again"]]) {
      button.type = "button";
      button.setAttribute("aria-label", `${button.textContent}: ${this.file.name}`);
      button.addEventListener("click", () => this[act]());
    }
    const name = element("div", { className: "name" }, element("b", { text: this.file.name }), element("span", { text: fileSize(this.file.size) }));
    this.row = element("li", { className: "file" }, name, element("div", { className: "actions" }, this.retry, this.cancel), this.text, this.bar);
  }

  setState(state, text) {
    this.state = this.row.dataset.state = state;
    this.text.textContent = text;
    this.cancel.hidden = !["waiting", "sending"].includes(state);
    this.retry.hidden = state !== "failed" || this.isRefused;
    if (state !== "sending") this.owner.say(`${this.file.name}: ${text}`);
  }

  refuse(text) {
    this.isRefused = true;
    this.setState("failed", text);
  }

  send() {
    this.speed = new Speed();
    this.shownAt = 0;
    this.setState("sending", "Starting.");
    const form = new FormData();
    form.append("file", this.file, this.file.name);
    return new Promise((resolve) => {
      const sender = (this.sender = new XMLHttpRequest());
      sender.open("POST", this.owner.url);
      sender.responseType = "json";
      sender.setRequestHeader("Accept", "application/json");
      sender.upload.onprogress = ({ loaded, total }) => this.showProgress(loaded, total);
      sender.onload = () => this.finish(sender.status, sender.response);
      sender.onerror = () => this.finish(0, null);
      sender.onabort = () => this.setState("cancelled", "Cancelled. Nothing was kept.");
      sender.onloadend = resolve;
      sender.send(form);
    });
  }

  showProgress(loaded, total) {
    this.speed.mark(loaded);
    if (loaded < total && performance.now() - this.shownAt < SHOW_EVERY_MS) return;
    this.shownAt = performance.now();
    const share = total ? loaded / total : 0;
    this.fill.style.transform = `scaleX(${share})`;
    this.bar.setAttribute("aria-valuenow", Math.floor(share * 100));
    if (loaded >= total) {
      this.text.textContent = "Sent. The server is taking it in.";
      return;
    }
    const { perSecond } = this.speed;
    const parts = [`${Math.floor(share * 100)}${NARROW_SPACE}%`, `${fileSize(loaded)} of ${fileSize(total)}`];
    if (perSecond) parts.push(`${fileSize(perSecond)}/s`, `${duration(Math.max(1, (total - loaded) / perSecond))} left`);
    this.text.textContent = parts.join(" · ");
  }

  finish(status, body) {
    const kept = body?.items?.[0] ?? body; // Collections take several files at once and answer with a list.
    if (status >= 200 && status < 300 && kept?.id) {
      this.id = String(kept.id);
      this.setState("done", this.owner.done);
      this.owner.tell({ id: this.id, name: this.file.name, outcome: kept.outcome ?? "", same_as: kept.same_as ?? "" });
    } else {
      this.setState("failed", problemText(body, status));
    }
  }

  stop() {
    if (this.state === "sending") this.sender.abort();
    else this.setState("cancelled", "Cancelled. Nothing was sent.");
    this.owner.focus();
  }

  again() {
    this.setState("waiting", "Waits for the file before it.");
    this.owner.work();
  }
}

class Uploader {
  constructor(root) {
    this.root = root;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    this.uploads = [];
    this.told = [];
    this.listen();
  }

  listen() {
    const { drop, choose, input } = this.parts;
    drop.addEventListener("click", () => input.click());
    choose.addEventListener("click", (event) => {
      event.stopPropagation();
      input.click();
    });
    input.addEventListener("click", (event) => event.stopPropagation());
    input.addEventListener("change", () => {
      this.add([...input.files]);
      input.value = ""; // The same file may be chosen again.
    });
    let depth = 0;
    const over = (change) => {
      depth = Math.max(0, depth + change);
      drop.classList.toggle("over", depth > 0);
    };
    drop.addEventListener("dragenter", () => over(1));
    drop.addEventListener("dragleave", () => over(-1));
    drop.addEventListener("dragover", (event) => event.preventDefault());
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      over(-depth);
      const folders = [...event.dataTransfer.items].filter((item) => item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.webkitGetAsEntry().name);
      if (folders.length) this.say(`Folders are not taken: ${folders.join(", ")}. Drop the files in them instead.`);
      this.add([...event.dataTransfer.files].filter((file) => !folders.includes(file.name)));
    });
    this.onLeave = (event) => this.isBusy && event.preventDefault();
    window.addEventListener("beforeunload", this.onLeave);
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.url = `${data.api}${data.path}`;
    this.maxBytes = data.max_bytes;
    this.maxPackedBytes = data.max_packed_bytes;
    this.done = data.done;
    this.smaller = data.smaller;
    this.readAs = data.read_as;
    this.accept = data.accept.map((extension) => extension.toLowerCase());
    this.parts.input.accept = this.accept.join(",");
    this.kinds = data.kinds;
    this.parts.rules.textContent = `${this.kinds}, up to ${fileSize(this.maxBytes)} each`;
    // What was imported or left is no longer something to look at.
    for (const { id, row } of this.uploads) if (data.decided.includes(id)) row.remove();
  }

  get isBusy() {
    return this.uploads.some(({ state }) => state === "sending" || state === "waiting");
  }

  add(files) {
    for (const file of files) {
      const upload = new Upload(file, this);
      this.uploads.push(upload);
      this.parts.files.prepend(upload.row);
      const reason = this.reasonAgainst(file);
      if (reason) upload.refuse(reason);
    }
    this.work();
  }

  reasonAgainst(file) {
    if (this.accept.length && !this.accept.some((extension) => file.name.toLowerCase().endsWith(extension))) {
      return `This kind of file cannot be read as a ${this.readAs}. It takes ${this.kinds}.`;
    }
    const limit = file.name.toLowerCase().endsWith(".zip") ? this.maxPackedBytes : this.maxBytes;
    if (file.size > limit) return `The file has ${fileSize(file.size)}; the limit is ${fileSize(limit)}. ${this.smaller}`;
    return file.size === 0 ? "The file is empty." : "";
  }

  async work() {
    if (this.isWorking) return;
    this.isWorking = true;
    for (let next; (next = this.uploads.find(({ state }) => state === "waiting")); ) await next.send();
    this.isWorking = false;
  }

  // All that this page has sent so far: two that end within one rerun are both told.
  tell(file) {
    this.told.push(file);
    this.trigger("uploaded", { files: this.told });
  }

  say(text) {
    this.parts.said.textContent = text;
  }

  focus() {
    this.parts.choose.focus();
  }

  // A file on its way is not cut off: its dataset appears in the list even if this page is left for another one.
  destroy() {
    window.removeEventListener("beforeunload", this.onLeave);
  }
}

const uploaders = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".upload");
  let uploader = uploaders.get(component.parentElement);
  if (!uploader || uploader.root !== root) {
    uploader?.destroy();
    uploaders.set(component.parentElement, (uploader = new Uploader(root)));
  }
  uploader.update(component);
  // Streamlit may clean up after a call that a later one has already replaced.
  const mount = (uploader.mount = Symbol("mount"));
  return () => {
    if (uploader.mount !== mount) return;
    uploader.destroy();
    uploaders.delete(component.parentElement);
  };
}
