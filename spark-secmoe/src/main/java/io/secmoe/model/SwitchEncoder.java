package io.secmoe.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The encoder of Switch Transformers: an embedding, blocks of x + attention(norm(x)) and x + f(norm(x)), f dense or a top-1 Mixture of
 * Experts, and a norm; then, as the configuration says, pooling and a classifier. Of whole models the encoder alone is served.
 */
record SwitchEncoder(SwitchConfig config) implements Architecture {
  @Override
  public String name() {
    return config.name();
  }

  @Override
  public boolean takesTokens() {
    return true;
  }

  @Override
  public Map<String, List<Long>> tensors(Set<String> present) {
    return SwitchNames.shapes(config, present);
  }

  @Override
  public boolean ignores(String tensor) {
    return tensor.startsWith("decoder.") || tensor.equals("lm_head.weight");
  }

  @Override
  public void check(TensorFiles tensors) {
    new SwitchTensors(config, tensors).requireOneTable();
  }

  @Override
  public List<Output> outputs() {
    return config.labels().isEmpty() ? List.of(Output.EMBEDDINGS) : List.of(Output.LOGITS, Output.LABEL, Output.EMBEDDINGS);
  }

  @Override
  public Reference reference(TensorFiles tensors) {
    return new SwitchReference(new SwitchTensors(config, tensors));
  }

  @Override
  public void publish(TensorFiles tensors, Scales scales, Path directory) {
    if (config.published()) {
      SwitchTensors parts = new SwitchTensors(config, tensors);
      Path file = directory.resolve(ModelFiles.TABLE);
      try (OutputStream out = Files.newOutputStream(file)) {
        TablePublisher.write(new SwitchPlan(parts, scales, Output.EMBEDDINGS).embedding(parts.table()), parts.table()::at, out);
      } catch (IOException e) {
        throw new ModelException("it cannot be written (" + e + ")", file.toString(), "make the model directory writable", e);
      }
    }
  }

  @Override
  public LayerPlan plan(TensorFiles tensors, Scales scales, Output output) {
    return new SwitchPlan(new SwitchTensors(config, tensors), scales, output).plan();
  }
}
