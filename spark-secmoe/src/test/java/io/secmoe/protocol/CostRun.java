// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import java.util.function.BiFunction;

/**
 * A run of one protocol that measures its costs. Each side is given its {@link CostInputs} and
 * returns the resources to close, or null.
 *
 * @param elements the number that the figures are divided by
 */
record CostRun(
    long elements,
    BiFunction<ClientParty, CostInputs, AutoCloseable> client,
    BiFunction<ServerParty, CostInputs, AutoCloseable> server) {
  private static final long ELEMENTS = 1 << 14;

  CostRun(
      BiFunction<ClientParty, CostInputs, AutoCloseable> client,
      BiFunction<ServerParty, CostInputs, AutoCloseable> server) {
    this(ELEMENTS, client, server);
  }
}
