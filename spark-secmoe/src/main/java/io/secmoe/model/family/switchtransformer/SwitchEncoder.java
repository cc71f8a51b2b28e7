// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.family.Architecture;
import io.secmoe.model.layers.LayerPlan;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.Scales;
import io.secmoe.model.plaintext.Reference;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The encoder of Switch Transformers: an embedding, blocks of x + attention(norm(x)) and x +
 * f(norm(x)), f dense or a top-1 Mixture of Experts, and a norm. Pooling and a classifier follow,
 * as the configuration says. Of whole models, only the encoder is served.
 *
 * @param notes notes for the model's owner about settings
 */
public record SwitchEncoder(SwitchConfig config, List<String> notes) implements Architecture {
  public SwitchEncoder {
    notes = List.copyOf(notes);
  }

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
  public String landmark() {
    return SwitchNames.FINAL_NORM + SwitchNames.WEIGHT;
  }

  @Override
  public String remedy(String tensor) {
    return tensor.startsWith(SwitchNames.CLASSIFIER + ".")
        ? "say with classifier_pooling (mean or first) and id2label in "
            + ModelFiles.CONFIG
            + " how it classifies, or take the classifier out"
        : Architecture.REMEDY;
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
    return config.head().labels().isEmpty()
        ? List.of(Output.EMBEDDINGS)
        : List.of(Output.LOGITS, Output.LABEL, Output.EMBEDDINGS);
  }

  @Override
  public Reference reference(TensorFiles tensors) {
    return new SwitchReference(new SwitchTensors(config, tensors));
  }

  @Override
  public LayerPlan plan(TensorFiles tensors, Scales scales, Output output) {
    return new SwitchPlan(new SwitchTensors(config, tensors), scales, output).plan();
  }
}
