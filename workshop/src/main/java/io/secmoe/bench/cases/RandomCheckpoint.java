// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.cases;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.bench.Bench;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A Switch Transformers encoder of one dense and one sparse layer with random weights, as a
 * HuggingFace model directory: what the library would initialise, in bfloat16.
 *
 * @param vocabulary ids
 * @param d features of a token
 * @param heads of attention, d/heads features each
 * @param hidden d_ff
 * @param experts of the sparse layer
 */
record RandomCheckpoint(int vocabulary, int d, int heads, int hidden, int experts) {
  private static final long SEED = 31;
  private static final int BUCKETS = 32;

  private record Tensor(String name, double deviation, int... shape) {
    long elements() {
      long n = 1;
      for (int side : shape) {
        n *= side;
      }
      return n;
    }
  }

  /** Writes config.json and model.safetensors into a folder. */
  void write(Path folder, int longest) throws IOException {
    Files.createDirectories(folder);
    Bench.JSON.writeValue(folder.resolve("config.json").toFile(), config(longest));
    List<Tensor> tensors = tensors();
    byte[] header = header(tensors);
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(
                Files.newOutputStream(folder.resolve("model.safetensors")), 1 << 20))) {
      out.writeLong(Long.reverseBytes(header.length));
      out.write(header);
      Random random = new Random(SEED);
      for (Tensor tensor : tensors) {
        write(out, tensor, random);
      }
    }
  }

  private ObjectNode config(int longest) {
    ObjectNode config = Bench.JSON.createObjectNode();
    config
        .put("model_type", "switch_transformers")
        .putArray("architectures")
        .add("SwitchTransformersEncoderModel");
    config
        .put("vocab_size", vocabulary)
        .put("d_model", d)
        .put("d_kv", d / heads)
        .put("num_heads", heads)
        .put("d_ff", hidden);
    config.put("num_layers", 2).put("num_sparse_encoder_layers", 1).put("encoder_sparse_step", 2);
    config.put("num_experts", experts).put("expert_capacity", longest).put("router_bias", false);
    config
        .put("relative_attention_num_buckets", BUCKETS)
        .put("relative_attention_max_distance", 128);
    config
        .put("layer_norm_epsilon", 1e-6)
        .put("feed_forward_proj", "relu")
        .put("dense_act_fn", "relu")
        .put("is_gated_act", false);
    return config.put("n_positions", longest);
  }

  private List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>();
    all.add(new Tensor("shared.weight", 1, vocabulary, d));
    for (int layer = 0; layer < 2; layer++) {
      String block = "encoder.block." + layer;
      String attention = block + ".layer.0.SelfAttention.";
      all.add(new Tensor(attention + "q.weight", 1 / Math.sqrt(d * (double) d / heads), d, d));
      all.add(new Tensor(attention + "k.weight", 1 / Math.sqrt(d), d, d));
      all.add(new Tensor(attention + "v.weight", 1 / Math.sqrt(d), d, d));
      all.add(new Tensor(attention + "o.weight", 1 / Math.sqrt(d), d, d));
      if (layer == 0) {
        all.add(new Tensor(attention + "relative_attention_bias.weight", 1, BUCKETS, heads));
      }
      all.add(new Tensor(block + ".layer.0.layer_norm.weight", 0, d));
      all.add(new Tensor(block + ".layer.1.layer_norm.weight", 0, d));
      if (layer == 0) {
        matrices(all, block + ".layer.1.mlp.");
      }
    }
    all.add(
        new Tensor(
            "encoder.block.1.layer.1.mlp.router.classifier.weight", 1 / Math.sqrt(d), experts, d));
    for (int e = 0; e < experts; e++) {
      matrices(all, "encoder.block.1.layer.1.mlp.experts.expert_" + e + ".");
    }
    all.add(new Tensor("encoder.final_layer_norm.weight", 0, d));
    return all;
  }

  private void matrices(List<Tensor> all, String prefix) {
    all.add(new Tensor(prefix + "wi.weight", 1 / Math.sqrt(d), hidden, d));
    all.add(new Tensor(prefix + "wo.weight", 1 / Math.sqrt(hidden), d, hidden));
  }

  private static byte[] header(List<Tensor> tensors) throws IOException {
    ObjectNode header = Bench.JSON.createObjectNode();
    long at = 0;
    for (Tensor tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", "BF16");
      for (int side : tensor.shape()) {
        entry.withArray("shape").add(side);
      }
      long end = at + 2 * tensor.elements();
      entry.withArray("data_offsets").add(at).add(end);
      at = end;
    }
    return Bench.JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
  }

  /** Normal deviates; a gain, which deviates by nothing, is 1. */
  private static void write(DataOutputStream out, Tensor tensor, Random random) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < tensor.elements(); i++) {
      float value =
          tensor.deviation() == 0 ? 1 : (float) (random.nextGaussian() * tensor.deviation());
      block.putShort((short) (Float.floatToIntBits(value) >>> 16));
      if (!block.hasRemaining() || i == tensor.elements() - 1) {
        out.write(block.array(), 0, block.position());
        block.clear();
      }
    }
  }
}
