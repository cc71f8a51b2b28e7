// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.Json;
import io.secmoe.ring.Modulus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON form of a {@link Calibration}. */
final class CalibrationJson {
  private static final String FORMAT = "secmoe-calibration-2";
  private static final int MAX_BITS = 40;

  private CalibrationJson() {}

  static ObjectNode toNode(Calibration calibration) {
    ObjectNode node = Json.object();
    node.put("format", FORMAT);
    node.put("weights_sha256", calibration.weightsDigest());
    node.put("samples", calibration.samples());
    ArrayNode primes = node.putArray("prime_bits");
    calibration.primeBits().forEach(primes::add);
    node.put("t", calibration.t().value());
    ObjectNode ranges = node.putObject("ranges");
    new TreeMap<>(calibration.ranges())
        .forEach(
            (name, range) -> {
              ObjectNode value = ranges.putObject(name);
              value.put("largest", range.largest());
              value.put("bits", range.bits());
            });
    ObjectNode fractions = node.putObject("fractions");
    new TreeMap<>(calibration.fractions()).forEach(fractions::put);
    return node;
  }

  static Calibration fromFields(Fields fields) {
    fields.constant("format", FORMAT);
    String digest = fields.text("weights_sha256", 64);
    int samples = fields.integer("samples", 1, Integer.MAX_VALUE);
    List<Integer> primes =
        fields.integers("prime_bits", 8, 20, 60).stream().map(Long::intValue).toList();
    Modulus t = new Modulus(fields.longInteger("t", 1L << 20, 1L << 60));
    Fields values = fields.object("ranges");
    Map<String, Range> ranges = new LinkedHashMap<>();
    values.names().forEach(name -> ranges.put(name, range(values.object(name))));
    Fields tensors = fields.object("fractions");
    Map<String, Integer> fractions = new LinkedHashMap<>();
    tensors.names().forEach(name -> fractions.put(name, tensors.integer(name, 0, MAX_BITS)));
    fields.end();
    return new Calibration(digest, samples, ranges, fractions, primes, t);
  }

  private static Range range(Fields fields) {
    Range range = new Range(fields.magnitude("largest"), fields.integer("bits", 1, MAX_BITS));
    if (range.largest() >= Math.scalb(1.0, range.bits())) {
      throw fields.wrong("bits", "is too small for the largest magnitude seen");
    }
    fields.end();
    return range;
  }
}
