package io.secmoe.model;

import io.secmoe.party.Profile;
import io.secmoe.ring.FixedPoint;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What both parties walk, layer by layer: public, immutable, without weights. The server sends it to the client as
 * {@link #toJson() JSON}; the client checks every bound anew, the range rule included, before it sends anything.
 *
 * @param fractionBits of every activation between layers: 12
 * @param inputFeatures numbers per row
 * @param inputBits calibrated: every input feature satisfies |x| &lt; 2^inputBits
 * @param labels one text per class, in the order of the logits
 * @param profile the cryptographic parameters
 * @param output what is revealed to the client at the end
 * @param layers in the order of evaluation; the last one's outputs are the logits
 */
public record LayerList(int fractionBits, int inputFeatures, int inputBits, List<String> labels, Profile profile,
    Output output, List<LayerSpec> layers) {
  private static final String MEND = "describe the model anew with this version's ServerModel";

  public LayerList {
    labels = List.copyOf(labels);
    layers = List.copyOf(layers);
    if (fractionBits != FixedPoint.FRACTION) {
      throw broken("fraction bits are " + fractionBits + ", this version computes with " + FixedPoint.FRACTION, "fraction_bits");
    }
    if (layers.isEmpty()) {
      throw broken("there is no layer", "layers");
    }
    int width = inputFeatures;
    Set<String> names = new HashSet<>();
    for (LayerSpec layer : layers) {
      if (layer.inputs() != width) {
        throw broken("it takes " + layer.inputs() + " features, but " + width + " come in", layer.name());
      }
      if (!names.add(layer.name())) {
        throw broken("two layers have this name", layer.name());
      }
      width = layer.outputs();
    }
    if (!(layers.get(layers.size() - 1) instanceof LinearSpec)) {
      throw broken("the last layer must be linear: its calibrated range is the logits'", "layers");
    }
    if (labels.size() != width) {
      throw broken(labels.size() + " labels for " + width + " logits", "labels");
    }
    RangeRule.check(profile, inputBits, layers);
  }

  /** Logits per row. */
  public int classes() {
    return labels.size();
  }

  /** Whether an input feature lies in the calibrated range; false for NaN and infinities. */
  public boolean accepts(double feature) {
    return Math.abs(feature) < Math.scalb(1.0, inputBits);
  }

  /** Canonical UTF-8 JSON: equal lists have equal bytes. */
  public byte[] toJson() {
    return Json.write(LayerListJson.toNode(this));
  }

  /** Reads what {@link #toJson} wrote; unknown, missing or out-of-bounds fields are a {@link ModelException}. */
  public static LayerList fromJson(byte[] json) {
    return LayerListJson.fromNode(Json.read(json, "layer list", MEND));
  }

  private static ModelException broken(String what, String where) {
    return new ModelException(what, "layer list, " + where, MEND);
  }
}
