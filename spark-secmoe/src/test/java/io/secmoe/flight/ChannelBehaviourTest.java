// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import io.secmoe.channel.FrameHeader;
import io.secmoe.channel.Meter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The behaviour of every channel, whatever transport it uses. Each test ends with a check that all
 * memory came back.
 */
@Timeout(60)
class ChannelBehaviourTest {
  private static final int FULL = FrameHeader.MAX_PAYLOAD;

  static Stream<Arguments> sizes() {
    return Stream.of(Over.values())
        .flatMap(
            over ->
                Stream.of(0, 1, FULL - 1, FULL, FULL + 1, 20 << 20)
                    .map(size -> Arguments.of(over, size)));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void aMessageOfAnySizeArrivesWhole(Over over, int size) {
    try (Over.Ends ends = over.open()) {
      for (boolean fromClient : new boolean[] {true, false}) {
        CompletableFuture<Void> sent =
            CompletableFuture.runAsync(() -> Messages.send(ends.end(fromClient), size, size));
        Messages.expect(ends.end(!fromClient), size, size);
        sent.join();
      }
      long frames = Math.max(1, (size + FULL - 1L) / FULL);
      assertEquals(size + frames * FrameHeader.SIZE, ends.client.meter().totalSent());
      assertEquals(size + frames * FrameHeader.SIZE, ends.client.meter().totalReceived());
      assertEquals(ends.client.meter().totalSent(), ends.server.meter().totalReceived());
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesKeepTheirOrder(Over over) {
    try (Over.Ends ends = over.open()) {
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  Messages.send(ends.client, i * 7 % 300, i);
                }
              });
      for (int i = 0; i < 1000; i++) {
        Messages.expect(ends.server, i * 7 % 300, i);
      }
      sent.join();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRequestWithItsAnswerIsOneRound(Over over) {
    try (Over.Ends ends = over.open()) {
      ends.client.meter().enter("layer", "step");
      CompletableFuture<Void> answers =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 50; i++) {
                  Messages.expect(ends.server, 100, i);
                  Messages.send(ends.server, 10, i);
                }
              });
      for (int i = 0; i < 50; i++) {
        Messages.send(ends.client, 100, i);
        Messages.expect(ends.client, 10, i);
      }
      answers.join();
      Meter.Entry entry =
          ends.client.meter().entries().stream()
              .filter(e -> e.layer().equals("layer"))
              .findFirst()
              .orElseThrow();
      assertEquals(50, entry.all().rounds());
      assertEquals(50 * (100 + FrameHeader.SIZE), entry.all().sent());
      assertEquals(50 * (10 + FrameHeader.SIZE), entry.all().received());
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherSizeThanExpectedIsNamedOnBothSides(Over over) {
    try (Over.Ends ends = over.open()) {
      ends.server.meter().enter("blocks.0", "first matrix");
      Messages.send(ends.client, 1000, 1);
      ChannelException here = assertThrows(ChannelException.class, () -> ends.server.receive(999));
      assertEquals(Kind.MALFORMED, here.kind());
      for (String part :
          new String[] {"999", "1000", "blocks.0", "first matrix", "different code or shapes"}) {
        assertTrue(here.getMessage().contains(part), here.getMessage());
      }
      ends.server.close();
      ChannelException there = assertThrows(ChannelException.class, () -> ends.client.receive(1));
      assertEquals(Kind.PEER_GONE, there.kind());
      assertTrue(
          there.getMessage().contains("expected a message of 999 bytes, received one of 1000"),
          there.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void silenceEndsAtTheTimeLimit(Over over) {
    try (Over.Ends ends = over.open(Duration.ofMillis(300))) {
      for (boolean clients : new boolean[] {true, false}) {
        long before = System.nanoTime();
        ChannelException e =
            assertThrows(ChannelException.class, () -> ends.end(clients).receive(1));
        assertEquals(Kind.TIMEOUT, e.kind(), e.getMessage());
        double seconds = (System.nanoTime() - before) * 1e-9;
        assertTrue(seconds >= 0.29 && seconds < 5, "after " + seconds + " s");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConversationGoesOnAfterAnInterruptionOfSilence(Over over) {
    try (Over.Ends ends = over.open(Duration.ofMillis(300))) {
      assertThrows(ChannelException.class, () -> ends.server.receive(1));
      Messages.send(ends.client, 10, 1);
      Messages.expect(ends.server, 10, 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasSentBeforeTheEndStillArrives(Over over) {
    try (Over.Ends ends = over.open()) {
      Messages.send(ends.client, 10, 1);
      Messages.send(ends.client, 20, 2);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(ends.client::close);
      Messages.expect(ends.server, 10, 1);
      Messages.expect(ends.server, 20, 2);
      ChannelException e = assertThrows(ChannelException.class, () -> ends.server.receive(1));
      assertEquals(Kind.PEER_GONE, e.kind(), e.getMessage());
      ends.server.close();
      closing.join();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServersLastWordArrivesToo(Over over) {
    try (Over.Ends ends = over.open()) {
      Messages.send(ends.server, 10, 1);
      ends.server.close();
      Messages.expect(ends.client, 10, 1);
      ChannelException e = assertThrows(ChannelException.class, () -> ends.client.receive(1));
      assertEquals(Kind.PEER_GONE, e.kind(), e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingTwiceAndAbortingAfterwardsDoNothing(Over over) {
    try (Over.Ends ends = over.open()) {
      ends.server.close();
      ends.client.close();
      ends.client.close();
      ends.client.abort("late");
      ends.server.abort("late");
      assertThrows(ChannelException.class, () -> Messages.send(ends.client, 1, 1));
      assertThrows(ChannelException.class, () -> ends.server.receive(1));
    }
  }
}
