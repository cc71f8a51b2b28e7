#!/usr/bin/env python3
"""Tiny Switch Transformers checkpoints, and what the transformers library computes with them.

    pip install -r requirements.txt
    python3 make_checkpoints.py ../resources/io/secmoe/model/switch

Every checkpoint is a directory as the library saves it (config.json, safetensors), with random weights at a scale that makes
attention, positions and routing matter, and expected.json: sequences of ids, and for each its last hidden states and, where the
model has them, its pooled embedding and logits. The library computes them in float32, all sequences in one batch, padded on the
right and masked.

A token whose two best experts are almost tied may go either way in other arithmetic, so sequences are drawn until every real token
prefers its expert by MARGIN at least.

buckets.json holds the library's relative position buckets for several numbers of buckets and largest distances.
"""
import json
import pathlib
import shutil
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import SwitchTransformersConfig, SwitchTransformersEncoderModel, SwitchTransformersForConditionalGeneration
from transformers.models.switch_transformers import modeling_switch_transformers as switch
from transformers.models.t5.modeling_t5 import T5DenseGatedActDense

MARGIN = 1 / 16
TRIES = 2000

# Fields of SwitchTransformersConfig, and ours: architecture, type (of the saved weights), shard (its size), pooling, classes, lengths.
MODELS = {
    "mixed": dict(d_model=24, num_heads=4, d_kv=6, d_ff=40, num_layers=4, encoder_sparse_step=2, num_experts=5, lengths=[1, 2, 5, 9, 14]),
    "odd": dict(d_model=20, num_heads=3, d_kv=7, d_ff=33, num_layers=2, encoder_sparse_step=1, num_experts=3, dense_act_fn="gelu",
                lengths=[7, 1, 3]),
    "dense": dict(d_model=16, num_heads=2, d_kv=8, d_ff=24, num_layers=3, encoder_sparse_step=0, dense_act_fn="gelu_new", lengths=[6, 11]),
    "one-layer": dict(d_model=12, num_heads=1, d_kv=5, d_ff=20, num_layers=1, encoder_sparse_step=1, num_experts=2, dense_act_fn="silu",
                      vocab_size=11, lengths=[1, 4]),
    "capacity": dict(d_model=20, num_heads=2, d_kv=10, d_ff=24, num_layers=2, encoder_sparse_step=2, num_experts=3, expert_capacity=2,
                     router_bias=True, lengths=[12, 1, 8, 10]),
    "gated": dict(d_model=24, num_heads=4, d_kv=6, d_ff=28, num_layers=2, encoder_sparse_step=2, num_experts=4, dense_act_fn="gelu_new",
                  is_gated_act=True, feed_forward_proj="gated-gelu", lengths=[5, 8]),
    "sharded": dict(d_model=24, num_heads=2, d_kv=12, d_ff=32, num_layers=2, encoder_sparse_step=2, num_experts=4, shard="12KB",
                    lengths=[3, 6]),
    "half": dict(d_model=24, num_heads=4, d_kv=6, d_ff=32, num_layers=2, encoder_sparse_step=2, num_experts=5, type=torch.float16,
                 lengths=[4, 7]),
    "brain": dict(d_model=20, num_heads=4, d_kv=5, d_ff=32, num_layers=2, encoder_sparse_step=2, num_experts=5, type=torch.bfloat16,
                  lengths=[4, 7]),
    "whole": dict(architecture=SwitchTransformersForConditionalGeneration, d_model=16, num_heads=2, d_kv=8, d_ff=24, num_layers=2,
                  encoder_sparse_step=2, num_decoder_layers=1, decoder_sparse_step=1, num_experts=3, tie_word_embeddings=False,
                  lengths=[5, 2]),
    "pooled": dict(d_model=20, num_heads=4, d_kv=5, d_ff=24, num_layers=2, encoder_sparse_step=2, num_experts=3, pooling="mean",
                   lengths=[5, 1, 9]),
    "classifier-mean": dict(d_model=24, num_heads=4, d_kv=6, d_ff=32, num_layers=2, encoder_sparse_step=2, num_experts=5, pooling="mean",
                            classes=["cat", "dog", "newt"], lengths=[1, 6, 10, 3]),
    "classifier-first": dict(d_model=20, num_heads=2, d_kv=9, d_ff=24, num_layers=2, encoder_sparse_step=2, num_experts=3,
                             pooling="first", classes=["no", "yes"], lengths=[4, 1, 8]),
}


def configuration(name, spec):
    settings = dict(vocab_size=53, relative_attention_num_buckets=8, relative_attention_max_distance=10, expert_capacity=64, n_positions=32)
    ours = ("architecture", "type", "shard", "pooling", "classes", "lengths")
    settings.update((key, value) for key, value in spec.items() if key not in ours)
    config = SwitchTransformersConfig(**settings)
    if "pooling" in spec:
        config.classifier_pooling = spec["pooling"]
    if "classes" in spec:
        config.id2label = dict(enumerate(spec["classes"]))
        config.label2id = {label: i for i, label in enumerate(spec["classes"])}
    return config


def build(architecture, config):
    """The library's model; where the configuration is gated, with T5's gated feed-forward, which the library's Switch layers lack."""
    model = architecture(config).eval()
    if getattr(config, "is_gated_act", False):
        for module in list(model.modules()):
            for name, child in module.named_children():
                if isinstance(child, switch.SwitchTransformersDenseActDense):
                    setattr(module, name, T5DenseGatedActDense(config).eval())
    return model


def randomise(model, generator):
    """Values between layers of a few units; scores and router logits of one or two: neither flat nor saturated."""
    config = model.config
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if name.endswith("layer_norm.weight"):
            value = 1 + 0.3 * noise.clamp(-2, 2)
        elif name.startswith(("shared", "decoder.embed", "encoder.embed", "lm_head")):
            value = noise
        elif "relative_attention_bias" in name:
            value = noise
        elif name.endswith("router.classifier.bias"):
            value = 0.5 * noise
        elif "router" in name:
            value = 1.5 * noise * config.d_model**-0.5
        elif name.endswith(".q.weight"):
            value = 1.5 * noise * (config.d_model * config.d_kv) ** -0.5
        else:
            value = noise * parameter.shape[-1] ** -0.5
        parameter.data.copy_(value)


def routing(model):
    """What every router of the encoder says in the next calls, as a list that fills."""
    seen = []
    routers = [m for m in model.get_encoder().modules() if isinstance(m, switch.SwitchTransformersTop1Router)]
    hooks = [router.classifier.register_forward_hook(lambda m, i, logits: seen.append(logits)) for router in routers]
    return seen, hooks


def margin(model, ids):
    """The least preference of a token of these ids for its expert."""
    seen, hooks = routing(model)
    with torch.no_grad():
        encode(model, ids, torch.ones_like(ids))
    for hook in hooks:
        hook.remove()
    gaps = [(two := logits.topk(2, dim=-1).values)[..., 0] - two[..., 1] for logits in seen]
    return min([float(gap.min()) for gap in gaps], default=float("inf"))


def encode(model, ids, mask):
    return model.get_encoder()(input_ids=ids, attention_mask=mask).last_hidden_state


def sequences(model, lengths, generator):
    chosen = []
    for length in lengths:
        for _ in range(TRIES):
            ids = torch.randint(0, model.config.vocab_size, (1, length), generator=generator)
            if margin(model, ids) >= MARGIN:
                break
        else:
            raise RuntimeError(f"no sequence of length {length} is routed clearly")
        chosen.append(ids[0])
    return chosen


def expected(model, chosen, head):
    longest = max(len(ids) for ids in chosen)
    padded = torch.zeros(len(chosen), longest, dtype=torch.int64)
    mask = torch.zeros(len(chosen), longest)
    for row, ids in enumerate(chosen):
        padded[row, :len(ids)] = ids
        mask[row, :len(ids)] = 1
    with torch.no_grad():
        hidden = encode(model, padded, mask)
    result = dict(ids=[ids.tolist() for ids in chosen],
                  hidden=[numbers(hidden[row, :len(ids)]) for row, ids in enumerate(chosen)])
    if getattr(model.config, "classifier_pooling", None):
        first = model.config.classifier_pooling == "first"
        pooled = hidden[:, 0] if first else (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        result["pooled"] = numbers(pooled)
        if head:
            result["logits"] = numbers(pooled @ head["classifier.weight"].T + head["classifier.bias"])
    return result


def numbers(tensor):
    return [numbers(row) for row in tensor] if tensor.dim() > 0 else float(f"{float(tensor):.7g}")


def make(name, spec, directory):
    generator = torch.Generator().manual_seed(sum(name.encode()))
    architecture = spec.get("architecture", SwitchTransformersEncoderModel)
    config = configuration(name, spec)
    model = build(architecture, config)
    randomise(model, generator)
    kind = spec.get("type", torch.float32)
    model.to(kind).save_pretrained(directory, max_shard_size=spec.get("shard", "1GB"))
    head = {}
    if not config.tie_word_embeddings:
        # The library leaves it out as shared, and would begin it anew on loading; published checkpoints have it.
        add(directory, {"encoder.embed_tokens.weight": model.shared.weight.detach().clone()})
    if "classes" in spec:
        classes = len(spec["classes"])
        head = {"classifier.weight": torch.randn(classes, config.d_model, generator=generator) * config.d_model**-0.5,
                "classifier.bias": torch.randn(classes, generator=generator) * 0.5}
        add(directory, head)
    # In float32 from the rounded weights, which is what any reader of the checkpoint has.
    model = model.float()
    chosen = sequences(model, spec["lengths"], generator)
    result = expected(model, chosen, head)
    (directory / "expected.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
    check(name, model, directory, chosen, result, config)


def add(directory, tensors):
    weights = directory / "model.safetensors"
    save_file({**load_file(weights), **tensors}, weights, metadata={"format": "pt"})


def check(name, model, directory, chosen, result, config):
    """The padded batch says of every sequence what it says alone, and the saved files make the same model."""
    with torch.no_grad():
        for row, ids in enumerate(chosen):
            alone = encode(model, ids[None], torch.ones(1, len(ids)))[0]
            assert torch.allclose(alone, torch.tensor(result["hidden"][row]), atol=1e-5), name
    if not getattr(config, "is_gated_act", False):
        again = SwitchTransformersEncoderModel.from_pretrained(directory, dtype=torch.float32).eval()
        with torch.no_grad():
            alone = encode(again, chosen[0][None], torch.ones(1, len(chosen[0])))[0]
        assert torch.allclose(alone, torch.tensor(result["hidden"][0]), atol=1e-5), name
    seen, hooks = routing(model)
    with torch.no_grad():
        for ids in chosen:
            encode(model, ids[None], torch.ones(1, len(ids)))
    for hook in hooks:
        hook.remove()
    experts = [torch.bincount(logits[0].argmax(-1), minlength=config.num_experts).tolist() for logits in seen]
    size = sum(file.stat().st_size for file in directory.iterdir())
    largest = max(abs(v) for rows in result["hidden"] for row in rows for v in row)
    print(f"{name}: {size} bytes, hidden states up to {largest:.2f}, tokens per expert {experts}", file=sys.stderr)


def buckets():
    """The library's buckets of the distances -600 to 600."""
    distances = torch.arange(-600, 601)
    tables = []
    for count, farthest in [(8, 10), (8, 20), (32, 128), (32, 64), (32, 256), (64, 500), (12, 100), (4, 7), (10, 33)]:
        bucket = switch.SwitchTransformersAttention._relative_position_bucket(distances, True, count, farthest)
        tables.append(dict(buckets=count, farthest=farthest, table=bucket.tolist()))
    return tables


def main(target):
    assert transformers.__version__ == "4.57.1", transformers.__version__
    torch.manual_seed(0)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name, spec in MODELS.items():
        directory = target / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        make(name, spec, directory)
    (target / "buckets.json").write_text(json.dumps(buckets(), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
