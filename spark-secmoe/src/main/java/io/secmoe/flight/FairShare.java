package io.secmoe.flight;

import java.util.HashMap;
import java.util.Map;

/**
 * Divides a fixed number of places among clients. A client gets a further place while it holds fewer than are free: alone it may hold half
 * of them, and of n clients that take all they can get each holds one part of n + 1. So there is always a place for a client that has none.
 * Thread-safe.
 */
public final class FairShare {
  private final int places;
  private final Map<String, Integer> held = new HashMap<>();
  private int taken;

  /** @param places in all, at least 1 */
  FairShare(int places) {
    this.places = places;
  }

  /** True if a client that holds so many places may take one of those that are free. */
  public static boolean allows(int held, int free) {
    return held < free;
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
