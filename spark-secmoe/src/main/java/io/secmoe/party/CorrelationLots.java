// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import java.util.List;

/**
 * Several lots of correlated OTs, taken after one extension. Closing frees those that nothing has
 * used up.
 */
public record CorrelationLots(List<Correlations> lots) implements AutoCloseable {
  public CorrelationLots {
    lots = List.copyOf(lots);
  }

  public Correlations get(int i) {
    return lots.get(i);
  }

  @Override
  public void close() {
    lots.forEach(Correlations::close);
  }
}
