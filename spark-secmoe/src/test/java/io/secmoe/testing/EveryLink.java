// SPDX-License-Identifier: Apache-2.0
package io.secmoe.testing;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two parties over every channel, open for all tests of a class: registered as an extension. */
public final class EveryLink implements BeforeAllCallback, AfterAllCallback {
  private final Map<Link, TwoParties> parties = new EnumMap<>(Link.class);

  public TwoParties get(Link link) {
    return parties.get(link);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    for (Link link : Link.values()) {
      parties.put(link, new TwoParties(link));
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    parties.values().forEach(TwoParties::close);
  }
}
