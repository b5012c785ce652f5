// What the panel says about a run, in sentences; nothing here touches the page.

const STATES = {
  queued: { word: "Queued", tone: "rest", icon: "clock" },
  running: { word: "Running", tone: "live", icon: "dot" },
  paused: { word: "Paused", tone: "caution", icon: "pause" },
  finished: { word: "Finished", tone: "good", icon: "check" },
  stopped: { word: "Stopped", tone: "rest", icon: "stop" },
  failed: { word: "Failed", tone: "bad", icon: "cross" },
  lost: { word: "Worker lost", tone: "caution", icon: "question" },
};

const ICONS = {
  clock: "M8 3.5V8l3 2M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13",
  dot: "M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  check: "M3 8.5l3.5 3.5L13 4.5",
  stop: "M4 4h8v8H4z",
  cross: "M4 4l8 8M12 4l-8 8",
  question: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.6M8 12.6v.1",
  warning: "M8 2.5l6 11H2zM8 6.5v3.4M8 11.6v.1",
  info: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M8 7.2v3.8M8 4.9v.1",
  alarm: "M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2L1.5 10.8V5.2zM8 4.6v4M8 11.2v.1",
};

const TERMINAL = new Set(["finished", "stopped", "failed"]);
const QUIET_AFTER_S = 10;

// What changes the page around the panel: work in progress, rest, or one of the ends.
const phaseOf = (state) => (["queued", "running", "paused"].includes(state) ? "active" : state);

const labelOf = (status, metric) => String(status.metric_labels?.[metric] ?? capital(metric));

function directionOf(status, metric) {
  if (metric === "loss") return "lower";
  if (status.metric_directions?.[metric]) return status.metric_directions[metric];
  return status.best?.metric === metric ? status.best.direction : null;
}

// "+0.076" and in words whether that is good; the direction of the metric decides.
function against(best, baseline) {
  if (!isNumber(best?.value) || !isNumber(baseline)) return null;
  const gap = best.value - baseline;
  if (gap === 0) return { text: "best is the same", isBetter: false };
  const isBetter = best.direction === "lower" ? gap < 0 : gap > 0;
  const size = Math.abs(gap);
  const amount = size >= 0.0005 && size < 1 ? fixed(size, 3) : short(size);
  return { text: `best is ${amount} ${isBetter ? "better" : "worse"}`, isBetter };
}

function bestPhrase(status, words) {
  const { best } = status;
  return best ? `${best.label ?? labelOf(status, best.metric)} ${significant(best.value)} at ${words.at(best.step)}` : "";
}

function progressPhrase(status, words, waitedS) {
  const parts = [];
  if (status.step || status.status === "running") parts.push(words.of(status.step ?? 0, status.total_steps));
  if (status.status === "running" && isNumber(status.eta_s)) {
    const left = status.eta_s - waitedS;
    parts.push(left >= 0.5 ? `${duration(Math.max(1, left))} left` : "almost done");
  }
  if (isNumber(status.elapsed_s) && status.elapsed_s > 0) {
    const spentS = Math.max(1, status.elapsed_s + (status.status === "running" ? waitedS : 0));
    parts.push(TERMINAL.has(status.status) ? `took ${duration(status.elapsed_s)}` : `${duration(spentS)} so far`);
  }
  if (!parts.length && status.stage) parts.push(String(status.stage));
  return parts.join(" · ");
}

// The one sentence below the progress bar: what is the matter, and what happens next.
function noteFor(status, words, { quietS, isConnected }) {
  const { status: state, command } = status;
  if (state === "failed") {
    const said = [status.error?.message, status.error?.hint].filter(Boolean).map(sentence).join(" ");
    return { tone: "bad", text: said || "The training failed. The log says where." };
  }
  if (state === "finished") return { tone: "rest", text: "The training is complete." };
  if (state === "stopped") return { tone: "rest", text: `Stopped early. Kept: ${bestPhrase(status, words) || "the last state"}.` };
  if (!isConnected && quietS >= QUIET_AFTER_S) {
    return {
      tone: "caution",
      text: `No answer from the server for ${duration(quietS)}. Trying again by itself; a run that is under way goes on without this page.`,
    };
  }
  if (state === "lost") {
    return { tone: "caution", text: "The worker disappeared. The run is taken up again by itself while attempts are left; after that, take it up yourself." };
  }
  if (command === "stop") return { tone: "rest", text: "Stopping after the present step. The best so far is kept." };
  if (state === "queued") {
    return status.worker_alive === false
      ? { tone: "caution", text: "No worker is running, so the run waits. It starts by itself as soon as there is one." }
      : { tone: "rest", text: "It starts by itself as soon as a worker is free; this page may be closed." };
  }
  if (state === "paused") return { tone: "rest", text: `Paused at ${words.at(status.step ?? 0)}. Nothing is lost: resume now or another day.` };
  if (status.worker_alive === false || quietS >= QUIET_AFTER_S) {
    const from = status.can_resume === false ? "started again" : "taken up again from its last checkpoint";
    return { tone: "caution", text: `The worker has gone quiet; the run is ${from} automatically.` };
  }
  if (command === "pause") return { tone: "rest", text: "Pausing after the present step." };
  const best = bestPhrase(status, words);
  return { tone: "rest", text: best ? `Stopping now would keep ${best}.` : "Stopping keeps the best so far." };
}

// For those who hear the page: where the run stands, in one sentence.
function summary(status, points, words) {
  const metric = status.primary_metric;
  const series = points.series(metric, "validation");
  const said = [STATES[status.status]?.word ?? status.status, words.of(status.step ?? 0, status.total_steps)];
  if (series?.length) said.push(`validation ${labelOf(status, metric)} ${significant(series.lastValue)}`);
  if (status.best) said.push(`best ${bestPhrase(status, words)}`);
  return sentence(said.join(", "));
}
