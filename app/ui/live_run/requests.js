// Requests to our own API, and its problem documents as sentences.

function newKey() {
  // randomUUID exists on https and localhost only, and a class may well use plain http inside its network.
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function sentence(text) {
  const trimmed = String(text).trim();
  return !trimmed || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

// "What went wrong. What to do." from a problem document, or from the bare status when a proxy answered.
function problemText(problem, status) {
  const said = [problem?.detail || problem?.title, problem?.hint].filter((part) => typeof part === "string" && part);
  if (said.length) return said.map(sentence).join(" ");
  if (status === 401 || status === 403) return "You are not signed in any more. Reload the page to sign in again.";
  if (status === 413) return "The server refused the size of this request. Ask whoever runs it for a larger limit.";
  if (status === 0) return "The server cannot be reached. Check the connection and try again.";
  return `The server could not do this (status ${status}). Try again in a moment.`;
}

class RequestError extends Error {
  constructor(status, problem) {
    super(problemText(problem, status));
    this.status = status;
  }
}

async function request(url, { method = "GET", signal, headers = {} } = {}) {
  let response;
  try {
    response = await fetch(url, { method, signal, credentials: "same-origin", headers: { Accept: "application/json", ...headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestError(0, null);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new RequestError(response.status, body);
  return body;
}
