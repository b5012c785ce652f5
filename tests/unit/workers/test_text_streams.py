"""Growing texts on Redis: read from anywhere, begun anew, capped, and silent when Redis is gone."""

import redis

from core.streams import Piece, Silence, joined
from workers import streams
from workers.streams import RedisTextStream, Voice


def test_what_is_said_is_read_from_any_position(redis_url: str) -> None:
    text = RedisTextStream(redis_url)
    text.append("a", "One. ")
    text.append("a", "Two.")
    pieces = text.read("a")
    assert pieces is not None
    assert [piece.text for piece in pieces] == ["One. ", "Two."]
    later = text.read("a", pieces[0].position)
    assert later is not None
    assert [piece.text for piece in later] == ["Two."]
    assert text.read("a", pieces[1].position) == ()
    assert text.read("b") == ()


def test_a_position_of_nobody_reads_from_the_beginning(redis_url: str) -> None:
    text = RedisTextStream(redis_url)
    text.append("a", "One.")
    for position in ("x", "1-2-3", "-", "$", "9" * 30 + "-0", "1-\u0662"):
        assert joined(text.read("a", position) or ()) == "One."


def test_an_attempt_begins_the_text_anew(redis_url: str) -> None:
    text = RedisTextStream(redis_url)
    first, second = Voice(text, "a"), Voice(text, "a")
    first.say("Half a sen")
    second.say("A whole ")
    second.say("sentence.")
    assert joined(text.read("a") or ()) == "A whole sentence."


def test_a_text_ends_by_itself_and_can_be_forgotten(redis_url: str) -> None:
    text = RedisTextStream(redis_url)
    text.append("a", "One.")
    with redis.Redis.from_url(redis_url) as client:
        assert 0 < client.ttl("praxis:text:a") <= streams.KEPT_FOR_S
    text.forget("a")
    assert text.read("a") == ()


def test_very_many_pieces_and_very_long_ones_are_bounded(redis_url: str) -> None:
    text = RedisTextStream(redis_url)
    text.append("long", "x" * (2 * streams.LONGEST_PIECE + 1))
    assert [len(piece.text) for piece in text.read("long") or ()] == [streams.LONGEST_PIECE, streams.LONGEST_PIECE, 1]
    with redis.Redis.from_url(redis_url) as client, client.pipeline() as pipeline:
        for _ in range(streams.MOST_PIECES + 500):
            pipeline.xadd("praxis:text:many", {"text": "x"})
        pipeline.execute()
        text.append("many", "last")
        assert client.xlen("praxis:text:many") < streams.MOST_PIECES + 200


def test_a_dead_redis_is_told_once_and_holds_nobody_up() -> None:
    now = [0.0]
    text = RedisTextStream("redis://127.0.0.1:1/0", clock=lambda: now[0])
    text.append("a", "One.")
    text.start("a")
    text.forget("a")
    assert text.read("a") is None
    now[0] = streams.SILENT_FOR_S + 1
    text.append("a", "Two.")


def test_silence_keeps_nothing() -> None:
    silence = Silence()
    silence.start("a")
    silence.append("a", "One.")
    silence.forget("a")
    assert silence.read("a") is None


def test_pieces_are_joined_from_the_last_beginning() -> None:
    pieces = [
        Piece(position="1-0", text="old"),
        Piece(position="2-0", text="", is_start=True),
        Piece(position="3-0", text="new"),
    ]
    assert joined(pieces, "before ") == "new"
    assert joined(pieces[:1], "before ") == "before old"
