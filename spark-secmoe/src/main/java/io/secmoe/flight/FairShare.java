// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import java.util.HashMap;
import java.util.Map;

/**
 * Divides a number of places among clients. A client gets its first place in any case, and a
 * further one while it holds fewer than are free: alone it may hold half of them, and n clients
 * that give back and take again come to hold one part of n + 1 each. All places may thus be
 * exceeded by one for each client, and no client can keep another one out. Thread-safe.
 */
public final class FairShare {
  private final int places;
  private final Map<String, Integer> held = new HashMap<>();
  private int taken;

  /**
   * @param places all places, at least 1
   */
  FairShare(int places) {
    this.places = places;
  }

  /**
   * Returns true if a client may take a place.
   *
   * @param held places that the client holds
   * @param free places that nobody holds; negative if there are more clients than places
   */
  public static boolean allows(int held, int free) {
    return held == 0 || held < free;
  }

  /** Takes a place for the client; false if its share is used up. */
  synchronized boolean take(String client) {
    int before = held.getOrDefault(client, 0);
    if (!allows(before, places - taken)) {
      return false;
    }
    held.put(client, before + 1);
    taken++;
    return true;
  }

  /** Frees one of the client's places. */
  synchronized void giveBack(String client) {
    held.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    taken--;
  }

  synchronized int taken() {
    return taken;
  }
}
