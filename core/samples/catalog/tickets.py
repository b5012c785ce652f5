"""Support requests in plain words."""

import datetime as dt

import numpy as np

from core.samples.spec import SampleSpec, Table
from core.types import LearningTask

N_ROWS = 1_500
MISLABELLED = 0.04
START = dt.datetime(2024, 3, 1, 8)
CHANNELS = ("email", "chat", "phone note")
URGENCIES = ("low", "normal", "high")
URGENCY_SHARES = (0.3, 0.5, 0.2)

OPENINGS = ("Hello,", "Hi there,", "Good morning,", "Dear team,", "", "", "")
PROBLEMS = {
    "billing": (
        "my last invoice shows {amount} twice",
        "I was charged {amount} although I cancelled in {month}",
        "the discount of {percent} is missing on the bill",
        "the tax on invoice {number} looks wrong",
        "can you send the receipt for {month} again",
        "a payment of {amount} was taken from the wrong account",
    ),
    "delivery": (
        "parcel {number} has not arrived since {month}",
        "the courier left the box in the rain and the {thing} got wet",
        "tracking for order {number} has not moved for {days} days",
        "only half of the order came, the {thing} is missing",
        "please change the address of order {number}",
        "the {thing} went to my neighbour, who is away",
    ),
    "technical": (
        "the app closes as soon as I open the {screen}",
        "I get error {number} when I save the {screen}",
        "the {screen} loads for {days} minutes and stays empty",
        "since the update the {thing} does not connect any more",
        "the export of the {screen} has no rows",
        "notifications come {days} times for one event",
    ),
    "account": (
        "I cannot sign in, the password mail never comes",
        "please delete my account and all data",
        "how do I change the email address of my profile",
        "my account was locked after {days} attempts",
        "two of our people need access to the {screen}",
        "the confirmation code has been wrong {days} times",
    ),
    "returns": (
        "I would like to send the {thing} back",
        "the {thing} broke after {days} days, what about the warranty",
        "the return label for order {number} does not print",
        "when will I get {amount} back for the returned {thing}",
        "the {thing} is the wrong size, can I swap it",
        "I returned the {thing} in {month} and heard nothing",
    ),
}
TOPICS = tuple(PROBLEMS)
PRESSURE = {
    "low": ("No hurry.", "Whenever you find the time.", "Just asking.", "It can wait until next week.", ""),
    "normal": ("Could you have a look?", "Thanks in advance.", "Please let me know.", "What can be done?", ""),
    "high": (
        "This is urgent!",
        "We cannot work until this is solved.",
        "I need an answer today.",
        "This is the third time I write, please act now!",
        "Our customers are waiting.",
    ),
}
WORDS = {
    "month": ("January", "March", "June", "August", "October"),
    "thing": ("lamp", "headset", "kettle", "chair", "router", "backpack"),
    "screen": ("report", "calendar", "dashboard", "settings page", "inbox"),
}


def make(seed: int) -> Table:
    """Requests put together from phrases of their topic and of their urgency, some with the wrong topic."""
    rng = np.random.default_rng(seed)
    topic = rng.choice(len(TOPICS), N_ROWS, p=[0.26, 0.24, 0.22, 0.16, 0.12])
    urgency = rng.choice(len(URGENCIES), N_ROWS, p=URGENCY_SHARES)
    is_wrong = rng.random(N_ROWS) < MISLABELLED
    labels = np.where(is_wrong, (topic + rng.integers(1, len(TOPICS), N_ROWS)) % len(TOPICS), topic)
    minutes = np.cumsum(rng.exponential(55, N_ROWS)).astype(int)
    return {
        "ticket_id": [f"T{number:05d}" for number in range(1, N_ROWS + 1)],
        "created_at": [(START + dt.timedelta(minutes=int(each))).isoformat(sep=" ") for each in minutes],
        "channel": [CHANNELS[each] for each in rng.integers(0, 3, N_ROWS)],
        "text": [_write(TOPICS[t], URGENCIES[u], rng) for t, u in zip(topic, urgency, strict=True)],
        "urgency": [URGENCIES[each] for each in urgency],
        "topic": [TOPICS[each] for each in labels],
    }


def _write(topic: str, urgency: str, rng: np.random.Generator) -> str:
    """One request: an opening, one or two problems of the topic, and how much it presses."""

    def pick(phrases: tuple[str, ...]) -> str:
        return phrases[int(rng.integers(len(phrases)))]

    facts = {name: pick(words) for name, words in WORDS.items()} | {
        "amount": f"{rng.integers(5, 400)}.{rng.integers(0, 100):02d}",
        "percent": f"{5 * rng.integers(1, 7)} %",
        "number": str(rng.integers(10_000, 99_999)),
        "days": str(rng.integers(2, 15)),
    }
    problem = pick(PROBLEMS[topic]).format(**facts)
    if rng.random() < 0.25:
        problem += ", and " + pick(PROBLEMS[topic]).format(**facts)
    opening, pressure = pick(OPENINGS), pick(PRESSURE[urgency])
    body = problem if opening else problem[0].upper() + problem[1:]
    return " ".join(part for part in (opening, f"{body}.", pressure) if part)


SPEC = SampleSpec(
    key="tickets",
    label="Support tickets",
    description=(
        "1,500 short requests in English, put together from phrases of five topics and three urgencies. About 4 % "
        "carry the wrong topic on purpose, so no model gets all of them right; the channel has no influence."
    ),
    target="topic",
    task=LearningTask.CLASSIFICATION,
    n_rows=N_ROWS,
    n_columns=6,
    make=make,
    topic="Text",
    lesson="Words as features, and finding the labels that people got wrong.",
    icon="support_agent",
)
