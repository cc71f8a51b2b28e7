// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TicketsTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final Tickets<String> tickets = new Tickets<>(Duration.ofSeconds(10), clock::get);

  private void refused(RefusedException.Reason reason, String holder, byte[] ticket) {
    assertEquals(
        reason, assertThrows(RefusedException.class, () -> tickets.claim(holder, ticket)).reason());
  }

  @Test
  void aTicketIsGoodOnceAndAReplayIsNamed() {
    byte[] ticket = tickets.issue("alice", "attempt");
    assertEquals("attempt", tickets.claim("alice", ticket));
    refused(RefusedException.Reason.REPLAYED_TICKET, "alice", ticket);
  }

  @Test
  void somebodyElsesTicketIsUnknownAndStaysGood() {
    byte[] ticket = tickets.issue("alice", "attempt");
    refused(RefusedException.Reason.UNKNOWN_TICKET, "mallory", ticket);
    assertEquals("attempt", tickets.claim("alice", ticket));
  }

  @Test
  void inventedAndMalformedTicketsAreUnknown() {
    refused(RefusedException.Reason.UNKNOWN_TICKET, "alice", new byte[Tickets.SIZE]);
    refused(RefusedException.Reason.UNKNOWN_TICKET, "alice", new byte[0]);
    refused(RefusedException.Reason.UNKNOWN_TICKET, "alice", new byte[1000]);
  }

  @Test
  void ticketsExpireUsedOrNot() {
    byte[] unused = tickets.issue("alice", "1");
    byte[] used = tickets.issue("alice", "2");
    tickets.claim("alice", used);
    clock.addAndGet(Duration.ofSeconds(11).toNanos());
    refused(RefusedException.Reason.UNKNOWN_TICKET, "alice", unused);
    refused(RefusedException.Reason.UNKNOWN_TICKET, "alice", used);
    assertEquals(0, tickets.size());
  }

  @Test
  void aRevokedTicketIsUnknown() {
    byte[] ticket = tickets.issue("alice", "1");
    tickets.revoke(ticket);
    refused(RefusedException.Reason.UNKNOWN_TICKET, "alice", ticket);
  }

  @Test
  void changingTheCallersCopyChangesNothing() {
    byte[] ticket = tickets.issue("alice", "1");
    byte[] copy = ticket.clone();
    ticket[0]++;
    assertEquals("1", tickets.claim("alice", copy));
  }

  @Test
  void ticketsDiffer() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      byte[] ticket = tickets.issue("alice", "x");
      assertEquals(Tickets.SIZE, ticket.length);
      seen.add(HexFormat.of().formatHex(ticket));
    }
    assertEquals(1000, seen.size());
  }

  @Test
  void oneOfManyThreadsClaims() {
    byte[] ticket = tickets.issue("alice", "x");
    AtomicInteger claimed = new AtomicInteger();
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            i -> {
              try {
                tickets.claim("alice", ticket);
                claimed.incrementAndGet();
              } catch (RefusedException e) {
                assertEquals(RefusedException.Reason.REPLAYED_TICKET, e.reason());
              }
            });
    assertEquals(1, claimed.get());
  }
}
