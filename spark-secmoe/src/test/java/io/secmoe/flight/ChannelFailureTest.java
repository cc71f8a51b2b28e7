// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import io.secmoe.channel.FrameHeader;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Aborts, interrupts, slow and vanished peers, over every transport. Each test ends with a check
 * that all memory came back.
 */
@Timeout(60)
class ChannelFailureTest {
  private static final int FRAME = FrameHeader.MAX_PAYLOAD;

  static Stream<Arguments> ends() {
    return Stream.of(Over.values())
        .flatMap(over -> Stream.of(true, false).map(client -> Arguments.of(over, client)));
  }

  private static ChannelException failure(CompletableFuture<?> task) {
    CompletionException e = assertThrows(CompletionException.class, task::join);
    return (ChannelException) e.getCause();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void abortWakesAReceiverAndTellsThePeerWhy(Over over, boolean client) {
    try (Over.Ends ends = over.open()) {
      CompletableFuture<?> waiting = CompletableFuture.runAsync(() -> ends.end(client).receive(1));
      CompletableFuture<?> peer = CompletableFuture.runAsync(() -> ends.end(!client).receive(1));
      pause(200);
      ends.end(client).abort("the task was killed");
      ChannelException here = failure(waiting);
      assertEquals(Kind.ABORTED, here.kind());
      assertTrue(here.getMessage().contains("the task was killed"));
      ChannelException there = failure(peer);
      assertEquals(Kind.PEER_GONE, there.kind());
      assertTrue(there.getMessage().contains("the task was killed"), there.getMessage());
      assertThrows(ChannelException.class, () -> Messages.send(ends.end(client), 1, 1));
      assertThrows(ChannelException.class, () -> Messages.send(ends.end(!client), 1, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void abortWakesABlockedSender(Over over, boolean client) {
    try (Over.Ends ends = over.open()) {
      CompletableFuture<?> sending =
          CompletableFuture.runAsync(
              () -> {
                while (true) {
                  Messages.send(ends.end(client), FRAME, 1);
                }
              });
      pause(500);
      assertTrue(!sending.isDone());
      ends.end(client).abort("no more");
      assertEquals(Kind.ABORTED, failure(sending).kind());
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void aSenderLearnsThatThePeerHasGivenUp(Over over, boolean client) {
    try (Over.Ends ends = over.open()) {
      CompletableFuture<?> sending =
          CompletableFuture.runAsync(
              () -> {
                while (true) {
                  Messages.send(ends.end(client), FRAME, 1);
                }
              });
      pause(500);
      ends.end(!client).abort("enough");
      ends.end(!client).close();
      assertEquals(Kind.PEER_GONE, failure(sending).kind());
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void anInterruptEndsAReceiveAndStaysSet(Over over, boolean client) throws Exception {
    try (Over.Ends ends = over.open()) {
      AtomicReference<ChannelException> thrown = new AtomicReference<>();
      AtomicReference<Boolean> flag = new AtomicReference<>();
      Thread reader =
          new Thread(
              () -> {
                thrown.set(assertThrows(ChannelException.class, () -> ends.end(client).receive(1)));
                flag.set(Thread.currentThread().isInterrupted());
              });
      reader.start();
      pause(200);
      reader.interrupt();
      reader.join(TimeUnit.SECONDS.toMillis(10));
      assertEquals(Kind.ABORTED, thrown.get().kind());
      assertTrue(flag.get());
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void aSlowReaderBoundsWhatTheSenderHolds(Over over, boolean client) {
    int frames = 60;
    try (Over.Ends ends = over.open()) {
      AtomicInteger sent = new AtomicInteger();
      CompletableFuture<?> sending =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < frames; i++) {
                  Messages.send(ends.end(client), FRAME, i);
                  sent.incrementAndGet();
                }
              });
      pause(2000);
      assertTrue(sent.get() < 20, sent + " frames of 4 MiB went off unread");
      assertTrue(
          ends.root.getAllocatedMemory() < 20L * FrameHeader.MAX_FRAME,
          "bytes held: " + ends.root.getAllocatedMemory());
      for (int i = 0; i < frames; i++) {
        Messages.expect(ends.end(!client), FRAME, i);
      }
      sending.join();
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void aPeerThatReadsNothingEndsTheSenderAtTheTimeLimit(Over over, boolean client) {
    try (Over.Ends ends = over.open(Duration.ofMillis(500))) {
      CompletableFuture<?> sending =
          CompletableFuture.runAsync(
              () -> {
                while (true) {
                  Messages.send(ends.end(client), FRAME, 1);
                }
              });
      assertEquals(Kind.TIMEOUT, failure(sending).kind());
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void unreadFramesAreFreedWhenAnAbortFallsInTheMiddle(Over over, boolean client) {
    try (Over.Ends ends = over.open()) {
      for (int i = 0; i < 3; i++) {
        Messages.send(ends.end(!client), FRAME, i);
      }
      CompletableFuture<?> reading =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 4; i++) {
                  Messages.expect(ends.end(client), FRAME, i);
                }
              });
      ends.end(client).abort("stop");
      assertEquals(Kind.ABORTED, failure(reading).kind());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMessageBeyondTheAllocatorsLimitFailsAndLeaksNothing(Over over) {
    try (Over.Ends ends = over.open()) {
      ends.serverMemory.setLimit(8 << 20);
      CompletableFuture<?> sending =
          CompletableFuture.runAsync(() -> Messages.send(ends.client, 20 << 20, 1));
      assertThrows(RuntimeException.class, () -> ends.server.receive(20 << 20));
      ends.server.abort("out of memory");
      ends.server.close();
      sending.handle((ok, e) -> null).join();
    }
  }
}
