// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.cases;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.data.ErrorFigures;
import io.secmoe.bench.data.Seeded;
import io.secmoe.bench.operation.Operation;
import io.secmoe.bench.operation.Operations;
import io.secmoe.bench.report.Amortised;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.party.ClientParty;
import io.secmoe.party.OtUse;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.Reveal;
import io.secmoe.ring.RingVector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * One protocol on many values, tile by tile: inputs are made, results opened and checked for one
 * tile at a time, so that memory does not depend on how many there are. A small tile beforehand,
 * outside the figures, has the classes loaded.
 */
final class OpCase implements Case {
  private static final long SHARE_SEED = 25;
  private static final int WARM_UP_ELEMENTS = 4096;

  private final String name;
  private final Operation operation;
  private final Profile profile;

  private OpCase(String name, Operation operation, Profile profile) {
    this.name = name;
    this.operation = operation;
    this.profile = profile;
  }

  static OpCase of(Arguments a) {
    return new OpCase(a.text("name", "gelu"), Operations.of(a), Case.profile(a));
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> p = new LinkedHashMap<>();
    p.put("name", name);
    p.putAll(operation.shape().options());
    p.put("elements", operation.shape().allElements());
    p.put("ot", profile.ot().label());
    p.put("comparison", profile.comparison().label());
    return p;
  }

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public OptionalDouble estimateSeconds() {
    return OptionalDouble.of(3 + operation.shape().allElements() * 2e-5);
  }

  @Override
  public CaseFigures client(ClientParty c) {
    firstExtensions(c);
    tile(c, 0, warmUpRows(), new ErrorFigures(operation.out()), null);
    Amortised counted = new Amortised(c);
    ErrorFigures errors = new ErrorFigures(operation.out());
    for (long from = 0; from < operation.shape().rows(); from += operation.shape().rowsPerTile()) {
      tile(c, from, operation.rowsAt(from), errors, counted);
    }
    return counted.figures(
        operation.shape().allElements(),
        Map.of(
            "max_error",
            errors.largest(),
            "error_allowed",
            operation.out().allowed(),
            "wrong",
            errors.wrong(),
            "tiles",
            tiles()));
  }

  @Override
  public CaseFigures server(ServerParty s) {
    firstExtensions(s);
    tile(s, warmUpRows(), null);
    Amortised counted = new Amortised(s);
    for (long from = 0; from < operation.shape().rows(); from += operation.shape().rowsPerTile()) {
      tile(s, operation.rowsAt(from), counted);
    }
    return counted.figures(operation.shape().allElements(), Map.of());
  }

  /** Makes each direction's first extension, which has start-up costs and belongs to the set-up. */
  private static void firstExtensions(ClientParty c) {
    c.receives().take(1).close();
    c.sends().take(1).close();
  }

  private static void firstExtensions(ServerParty s) {
    s.sends().take(1).close();
    s.receives().take(1).close();
  }

  private long tiles() {
    long step = operation.shape().rowsPerTile();
    return (operation.shape().rows() + step - 1) / step;
  }

  private long warmUpRows() {
    return Math.min(
        operation.rowsAt(0), Math.max(1, WARM_UP_ELEMENTS / operation.shape().elements()));
  }

  private void tile(ClientParty c, long from, long rows, ErrorFigures errors, Amortised counted) {
    c.channel().meter().enter(CaseFigures.CHECK, "inputs");
    try (RingVector x =
            Seeded.clientShare(
                c.arena(),
                operation.in().encoding().ring(),
                rows * operation.shape().inputs(),
                i -> operation.input(from, rows, i),
                SHARE_SEED);
        RingVector y = measured(counted, () -> operation.protocol().client().apply(c, x));
        RingVector opened = Reveal.client(c, y)) {
      operation.check(from, opened, errors);
    }
  }

  private void tile(ServerParty s, long rows, Amortised counted) {
    s.channel().meter().enter(CaseFigures.CHECK, "inputs");
    try (RingVector x =
            Seeded.serverShare(
                s.arena(),
                operation.in().encoding().ring(),
                rows * operation.shape().inputs(),
                SHARE_SEED);
        RingVector y = measured(counted, () -> operation.protocol().server().apply(s, x))) {
      Reveal.server(s, y);
    }
  }

  /** Returns a transport that counts, unless {@code counted} is null. */
  private RingVector measured(Amortised counted, Supplier<RingVector> protocol) {
    if (counted == null) {
      return protocol.get();
    }
    OtUse before = counted.enter(name);
    RingVector y = protocol.get();
    counted.leave(before);
    return y;
  }
}
