"""Models of sentence-transformers: the right one is loaded, forks can use it, and failures are sentences."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import Unavailable, UserInputError
from core.retrieval.encoders.cross_encoder import make_cross_encoder
from core.retrieval.encoders.factory import make_encoder
from core.retrieval.encoders.sentence_transformers import SentenceTransformersEncoder
from tests.embedding import make_tiny_cross_encoder, make_tiny_encoder, minilm_folder

TEXTS = ["apples in autumn", "how cider is pressed", ""]


def test_the_default_model_by_its_folder_makes_the_vectors_of_the_default(tmp_path: Path) -> None:
    by_folder = make_encoder(str(minilm_folder()), cache_folder=tmp_path)
    default = make_encoder("", cache_folder=tmp_path)
    np.testing.assert_allclose(by_folder.encode(TEXTS), default.encode(TEXTS), atol=1e-5)
    assert by_folder.count_tokens(TEXTS) == default.count_tokens(TEXTS)
    assert (by_folder.dimension, by_folder.max_tokens) == (default.dimension, default.max_tokens)
    assert by_folder.name != default.name  # they round differently, so their vectors are not mixed


def test_the_name_follows_the_weights_and_not_the_folder(tmp_path: Path) -> None:
    folder = make_tiny_encoder(tmp_path)
    moved = tmp_path / "elsewhere" / "tiny"
    moved.parent.mkdir()
    first = SentenceTransformersEncoder(str(folder)).name
    folder.rename(moved)
    assert SentenceTransformersEncoder(str(moved)).name == first
    config = moved / "sentence_bert_config.json"
    facts = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**facts, "max_seq_length": 32}), encoding="utf-8")
    tokens = moved / "tokenizer_config.json"
    facts = json.loads(tokens.read_text(encoding="utf-8"))
    tokens.write_text(json.dumps({**facts, "model_max_length": 32}), encoding="utf-8")
    assert SentenceTransformersEncoder(str(moved)).name != first


_FORK = """
import os, sys
from core.retrieval.encoders.sentence_transformers import SentenceTransformersEncoder
from core.retrieval.encoders.cross_encoder import make_cross_encoder

encoder = SentenceTransformersEncoder(sys.argv[1], n_jobs=2)
judge = make_cross_encoder(sys.argv[2], n_jobs=2)
pid = os.fork()
if pid == 0:
    encoder.encode(["a text of some words"] * 200)
    judge.score("what?", ["a text of some words"] * 100)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


def test_a_process_that_loaded_models_can_be_forked(tmp_path: Path) -> None:
    folders = [str(make_tiny_encoder(tmp_path)), str(make_tiny_cross_encoder(tmp_path))]
    done = subprocess.run(
        [sys.executable, "-c", _FORK, *folders], capture_output=True, text=True, timeout=90, check=False
    )
    assert done.stdout.strip() == "0", done.stderr


@pytest.mark.parametrize("load", [SentenceTransformersEncoder, make_cross_encoder])
def test_a_model_that_cannot_be_had_is_said_in_words(
    load: type[SentenceTransformersEncoder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    (tmp_path / "empty").mkdir()
    for model in ("nobody/there-is-none", str(tmp_path / "empty"), str(tmp_path / "absent")):
        with pytest.raises(Unavailable, match="cannot be loaded: ") as caught:
            load(model)
        assert model in caught.value.message
        assert "folder of a model" in caught.value.hint
        assert "\n" not in caught.value.message


def test_the_cross_encoder_gives_the_logits_of_its_model(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = str(make_tiny_cross_encoder(tmp_path))
    texts = [*TEXTS, "word " * 200]
    scores = make_cross_encoder(folder).score("when is the harvest?", texts)
    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    expected = []
    for text in texts:
        pair = tokenizer("when is the harvest?", text, truncation=True, max_length=64, return_tensors="pt")
        with torch.no_grad():
            expected.append(float(model.eval()(**pair).logits[0, 0]))
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    assert make_cross_encoder(folder) is make_cross_encoder(folder)
    assert make_cross_encoder(folder).score("when?", []) == []


def test_a_cross_encoder_for_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserInputError, match="gives 3 numbers to a pair"):
        make_cross_encoder(str(make_tiny_cross_encoder(tmp_path, n_labels=3)))


def test_loading_sends_no_telemetry() -> None:
    assert os.environ.get("HF_HUB_DISABLE_TELEMETRY") == "1"
