// News of one run: a stream of server-sent events, or polling where a stream cannot be had.
//
// It owns no timer. Its owner calls tick() once a second, and it decides there what is due.

const STREAMS_PER_PAGE = 3; // A browser opens six connections to a server, for all tabs together.
const SILENCE_BEFORE_RECONNECT_MS = 20_000;
const HIDDEN_BEFORE_SLEEP_MS = 30_000;
const POLL_EVERY_MS = 2_000;
const RETRY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

let openStreams = 0;

class Feed {
  // position(): {seq, logSeq} already held. on: {status, metrics, log, gone} receive what comes.
  constructor(api, runId, position, on) {
    this.run = `${api}/runs/${encodeURIComponent(runId)}`;
    this.events = `${api}/events?run_id=${encodeURIComponent(runId)}`;
    this.position = position;
    this.on = on;
    this.source = null;
    this.failures = 0;
    this.streamDue = 0;
    this.pollDue = 0;
    this.hiddenSince = null;
    this.isPolling = false;
    this.isClosed = true;
    this.lastNewsAt = Date.now();
  }

  get isStreaming() {
    return this.source?.readyState === EventSource.OPEN && this.failures === 0;
  }

  get isOpen() {
    return !this.isClosed;
  }

  open() {
    if (!this.isClosed) return;
    this.isClosed = false;
    this.abort = new AbortController();
    this.lastNewsAt = Date.now();
    this.connect();
  }

  close() {
    this.isClosed = true;
    this.disconnect();
    this.abort?.abort();
  }

  connect() {
    if (this.source || openStreams >= STREAMS_PER_PAGE) return;
    const { seq, logSeq } = this.position();
    const source = new EventSource(`${this.events}&since=${seq}&log_since=${logSeq}`);
    openStreams += 1;
    this.source = source;
    this.openedAt = Date.now();
    for (const kind of ["status", "metrics", "log"]) {
      source.addEventListener(kind, (event) => {
        if (source !== this.source) return;
        this.failures = 0;
        this.receive(kind, event.data);
      });
    }
    // The browser would reconnect to the address of the beginning and get every old point again: do it from here.
    source.onerror = () => source === this.source && this.fail();
  }

  receive(kind, text) {
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      return; // A line cut short by a proxy; the next event or the next connection brings the content again.
    }
    this.lastNewsAt = Date.now();
    this.on[kind](data);
  }

  disconnect() {
    if (!this.source) return;
    this.source.close();
    this.source = null;
    openStreams -= 1;
  }

  fail() {
    this.disconnect();
    this.failures += 1;
    // Up to half as much again, at random, so that a class does not come back in one wave.
    const delay = RETRY_DELAYS_MS[Math.min(this.failures, RETRY_DELAYS_MS.length) - 1] * (1 + Math.random() / 2);
    this.streamDue = Date.now() + delay;
  }

  tick() {
    if (this.isClosed) return;
    const now = Date.now();
    if (this.sleeps(now)) return;
    const isSilent = this.source && now - Math.max(this.lastNewsAt, this.openedAt) > SILENCE_BEFORE_RECONNECT_MS;
    if (isSilent) this.fail();
    if (!this.source && now >= this.streamDue) this.connect();
    // A stream that is still being opened gets a moment; it may also wait in vain for a free connection.
    const isOpening = this.source && now - this.openedAt < POLL_EVERY_MS;
    if (!this.isStreaming && !isOpening && now >= this.pollDue) this.poll();
  }

  // A tab that nobody sees gives its connection back, and catches up when it is looked at again.
  sleeps(now) {
    if (!document.hidden) {
      this.hiddenSince = null;
      return false;
    }
    this.hiddenSince ??= now;
    if (now - this.hiddenSince < HIDDEN_BEFORE_SLEEP_MS) return false;
    this.disconnect();
    this.streamDue = 0;
    return true;
  }

  async poll() {
    if (this.isPolling) return;
    this.isPolling = true;
    this.pollDue = Date.now() + POLL_EVERY_MS;
    try {
      await this.fetchNews();
    } catch (error) {
      if (this.isClosed) return;
      if ([401, 403, 404].includes(error.status)) this.on.gone(error);
      this.pollDue = Date.now() + RETRY_DELAYS_MS[2];
    } finally {
      this.isPolling = false;
    }
  }

  // Points first: when the status says that the run is over, its last point is there already.
  async fetchNews() {
    const { seq, logSeq } = this.position();
    const { signal } = this.abort;
    const metrics = await request(`${this.run}/metrics?since=${seq}`, { signal });
    const log = await request(`${this.run}/logs?since=${logSeq}`, { signal }).catch((error) => {
      if (error.status === 404) return { items: [] };
      throw error;
    });
    const run = await request(this.run, { signal });
    if (this.isClosed) return;
    this.lastNewsAt = Date.now();
    this.on.metrics(metrics);
    this.on.log(log);
    this.on.status(run.live ?? run);
  }

  // The last points may still be on their way when the run ends: fetch what is missing once.
  async finish() {
    this.close();
    const { seq } = this.position();
    try {
      this.on.metrics(await request(`${this.run}/metrics?since=${seq}`));
    } catch {
      // The curve is complete but for its last moment, and the page is about to read it anew.
    }
  }

  send(command) {
    return request(`${this.run}/${command}`, { method: "POST", headers: { "Idempotency-Key": newKey() } });
  }

  // Every point of the run from the server, page by page; the panel itself may hold a thinned curve.
  async everyPoint() {
    const rows = [];
    for (let since = 0; ; ) {
      const { items } = await request(`${this.run}/metrics?since=${since}`);
      if (!items.length) return rows;
      rows.push(...items);
      const last = items.at(-1).seq;
      if (!(last > since)) return rows;
      since = last;
    }
  }
}
