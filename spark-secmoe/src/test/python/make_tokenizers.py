#!/usr/bin/env python3
"""Tiny tokenizers of the kinds that transformers come with, and the ids that the library gives to some texts.

    pip install tokenizers==0.22.2 sentencepiece==0.2.3 protobuf==7.36.2
    python3 make_tokenizers.py ../resources/io/secmoe/tokenizer

Each kind is a file KIND.json, trained on the sentences below, and KIND.ids.json: the texts with their ids, neither truncated
nor padded, though every file asks for both.
"""
import io
import json
import pathlib
import sys

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SENTENCES = [
    "A hospital has a table of sensitive sequences, and a model owner has a mixture of experts.",
    "Neither of them wants to show the other what it has: not the tokens, not the weights.",
    "The table gains prediction columns; the server learns nothing about the tokens, not even which experts they used.",
    "Patients' notes, 2 or 3 of them, said: it's 37.5 °C, nothing else. Why wouldn't they?",
    "Straße, Übung, café, naïve, señor; ΑΒΓ αβγ, привет, 東京, ①②, ﬁne.",
]
TEXTS = SENTENCES + [
    "", " ", "a", "  two  spaces and a tab\t, a line\nand another\r\n", "UPPER lower Title", "it's wouldn't they'll", "12345678",
    "emoji 🙂🏽 and a flag 🇨🇭", "cafe\u0301 is café", "unseen: Ωmega ж 語 ﷺ", "</s> <pad> [SEP] in a text", "x" * 300, "nothing " * 60,
    "zero\u200bwidth and nul \u0000 and bom \ufeff", "①②③ ﬁ ﬂ Ⅷ ½",
]
LINES = [
    "  a line\n   and another  \n\n  a third \r\n  end  ", "\n  x\n", " \n ", "one  \ntwo\t\nthree \u2028 four \u0085 five",
    "price: $100.00 + 5 % = 105 ~ `code` ^ a|b <tag> \u00a9 \u2014 \u00ab\u2030\u00bb \u20ac5 \u00a7 3",
    "\u0661\u0662\u0663 \u0967\u0968 12\u00b2 \u00bd \u2167 \u2460 x\u2081",
    "na\u0131ve \u0915\u094d\u0937\u093f e\u0301 a\u200db\u200cc foo_bar\u203fbaz",
    "\u65e5\u672c\u8a9e\u3001\u53e5\u8aad\u70b9\u3002\u3000\u5e45 \u0639\u0631\u0628\u064a\u060c \u0646\u0635",
    "\U0001f469\u200d\U0001f52c \U0001f1e8\U0001f1ed \u24b6\u24d0 \U00010400\U00010428",
    "\u00ad soft \ufeff bom \u180e \u2003em \u205f \u001c \u000b",
]


def sentencepiece_characters():
    """SentencePiece's own table of equal characters, as it goes into every model that it trains."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(SENTENCES), model_writer=model, vocab_size=100, minloglevel=2)
    return sentencepiece_model_pb2.ModelProto.FromString(model.getvalue()).normalizer_spec.precompiled_charsmap


def unigram():
    """T5's and Switch Transformers'."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Precompiled(sentencepiece_characters()),
                                                 normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    special = ["<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(SENTENCES, trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token="<unk>"))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer, "<pad>"


def byte_level():
    """OLMoE's and GPT's: the pattern looks ahead."""
    tokenizer = Tokenizer(models.BPE())
    pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(vocab_size=330, special_tokens=["<|end|>"],
                                                                 initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, "<|end|>"


def byte_fallback():
    """Mixtral's: SentencePiece's BPE, bytes for what it does not know."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    tokenizer.train_from_iterator(SENTENCES[:3], trainers.BpeTrainer(vocab_size=400, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return tokenizer, "</s>"


def word_piece():
    """BERT's."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer.train_from_iterator(SENTENCES, trainers.WordPieceTrainer(vocab_size=150, special_tokens=special))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer, "[PAD]"


def byte_pairs(pattern, normalizer=None):
    """Byte-level pairs of what the pattern finds and of what is between."""
    tokenizer = Tokenizer(models.BPE())
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.train_from_iterator(LINES * 3, trainers.BpeTrainer(vocab_size=420, special_tokens=["<pad>"], show_progress=False,
                                                                 initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer, "<pad>"


def line_anchors():
    """^ and $ as Oniguruma has them: at every line."""
    return byte_pairs(r"\S+\s*", normalizers.Sequence([normalizers.Replace(Regex("^ +"), ""), normalizers.Replace(Regex(" +$"), "")]))


def posix_classes():
    """Classes that Oniguruma takes from Unicode."""
    return byte_pairs(r"[[:alpha:]]+|[[:digit:]]+|[[:punct:]]+|[[:^space:]]|\s+")


def anchored_words():
    """Words, which have marks and connectors but no joiners, and blanks at the ends of lines."""
    return byte_pairs(r"^\s+|\s+$|\w+|[^\w\s]+")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for make in (unigram, byte_level, byte_fallback, word_piece, line_anchors, posix_classes, anchored_words):
        tokenizer, pad = make()
        texts = TEXTS + LINES if make in (line_anchors, posix_classes, anchored_words) else TEXTS
        ids = [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts]
        tokenizer.enable_truncation(max_length=4)
        tokenizer.enable_padding(length=300, pad_id=tokenizer.token_to_id(pad), pad_token=pad)
        name = make.__name__.replace("_", "-")
        tokenizer.save(str(folder / f"{name}.json"), pretty=False)
        (folder / f"{name}.ids.json").write_text(json.dumps(ids, ensure_ascii=True, separators=(",", ":")) + "\n")
        print(name, tokenizer.get_vocab_size(), max(len(row["ids"]) for row in ids))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
