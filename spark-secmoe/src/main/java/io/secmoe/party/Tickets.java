// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.party.RefusedException.Reason;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tickets: 256 unguessable bits that let one holder claim one thing once, for a limited time. Used
 * tickets are remembered until they would have expired, so that a replay is named. Thread-safe.
 *
 * @param <T> what a ticket stands for
 */
public final class Tickets<T> {
  /** Bytes of a ticket. */
  public static final int SIZE = 32;

  private static final class Entry<T> {
    final String holder;
    final T value;
    final long expires;
    boolean used;

    Entry(String holder, T value, long expires) {
      this.holder = holder;
      this.value = value;
      this.expires = expires;
    }
  }

  private final SecureRandom random = new SecureRandom();
  private final Map<ByteBuffer, Entry<T>> book = new LinkedHashMap<>();
  private final long lifeNanos;
  private final LongSupplier clock;

  /**
   * Makes an empty book.
   *
   * @param life how long a ticket may wait for its claim
   */
  public Tickets(Duration life) {
    this(life, System::nanoTime);
  }

  Tickets(Duration life, LongSupplier clock) {
    this.lifeNanos = life.toNanos();
    this.clock = clock;
  }

  /**
   * Returns a new ticket.
   *
   * @param holder certificate fingerprint of the party that may claim it
   */
  public synchronized byte[] issue(String holder, T value) {
    expire();
    byte[] ticket = new byte[SIZE];
    random.nextBytes(ticket);
    book.put(
        ByteBuffer.wrap(ticket.clone()), new Entry<>(holder, value, clock.getAsLong() + lifeNanos));
    return ticket;
  }

  /**
   * Returns the value of a ticket, which is used up.
   *
   * @throws RefusedException UNKNOWN_TICKET or REPLAYED_TICKET
   */
  public synchronized T claim(String holder, byte[] ticket) {
    expire();
    Entry<T> entry = book.get(ByteBuffer.wrap(ticket));
    if (entry == null || !entry.holder.equals(holder)) {
      throw new RefusedException(
          Reason.UNKNOWN_TICKET,
          "this ticket is not known here: it has expired, or was given out by or to somebody "
              + "else; ask for a new one");
    }
    if (entry.used) {
      throw new RefusedException(
          Reason.REPLAYED_TICKET,
          "this ticket was used before; a ticket is good for one attempt, ask for a new one");
    }
    entry.used = true;
    return entry.value;
  }

  /** Takes a ticket back before it is claimed; unknown ones are ignored. */
  public synchronized void revoke(byte[] ticket) {
    book.remove(ByteBuffer.wrap(ticket));
  }

  synchronized int size() {
    return book.size();
  }

  /** Drops expired tickets. All tickets live equally long, so the oldest come first. */
  private void expire() {
    long now = clock.getAsLong();
    Iterator<Entry<T>> oldest = book.values().iterator();
    while (oldest.hasNext() && oldest.next().expires - now <= 0) {
      oldest.remove();
    }
  }
}
